// ApiPassthrough: what a caller says of a certificate over the head of its request. One operation takes it in parts, another
// as JSON; the subject is alike in both.

import { Type } from 'typebox';
import { EncodingError } from '../../../../pki/der-writer.ts';
import { parseExtendedKeyUsage } from '../../../../pki/extended-key-usages.ts';
import { encodeName, type Name, nameOf } from '../../../../pki/name.ts';
import { ruleOf } from '../../../../pki/name-attribute.ts';
import { invalid } from '../../errors.ts';
import { text } from '../shapes.ts';
import { country, subjectNames } from './shapes.ts';

export const subjectMembers = {
  CommonName: Type.Optional(subjectNames.commonName('Subject CN.', 'device-4711')),
  Country: Type.Optional(country('Subject C, a country code of two letters.')),
  Locality: Type.Optional(subjectNames.locality),
  Organization: Type.Optional(subjectNames.organization),
  OrganizationUnit: Type.Optional(subjectNames.organizationUnit),
  State: Type.Optional(subjectNames.state),
};

export const extendedKeyUsagesMember = Type.Optional(
  Type.Array(
    text(
      256,
      'Extended key usage: serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning, any, or an OID.',
      'clientAuth',
    ),
    { maxItems: 100 },
  ),
);

interface PassedSubject {
  readonly CommonName?: string;
  readonly Country?: string;
  readonly Locality?: string;
  readonly Organization?: string;
  readonly OrganizationUnit?: string;
  readonly State?: string;
  readonly CustomAttributes?: readonly { readonly ObjectIdentifier: string; readonly Value: string }[];
}

/** In the order C, O, OU, L, ST, CN, then those by OID in theirs. @throws {ParameterError} `InvalidApiPassthrough` */
export function passedSubject(subject: PassedSubject): Name {
  const named = nameOf({
    ...(subject.Country !== undefined && { country: subject.Country.toUpperCase() }),
    ...(subject.Organization !== undefined && { organization: subject.Organization }),
    ...(subject.OrganizationUnit !== undefined && { organizationalUnit: subject.OrganizationUnit }),
    ...(subject.Locality !== undefined && { locality: subject.Locality }),
    ...(subject.State !== undefined && { state: subject.State }),
    ...(subject.CommonName !== undefined && { commonName: subject.CommonName }),
  });
  const byOid = (subject.CustomAttributes ?? []).map(({ ObjectIdentifier, Value }) => ({
    type: ObjectIdentifier,
    value: Value,
  }));
  const twice = byOid.find(({ type }) => named.some((attribute) => attribute.type === ruleOf(type)?.name));
  if (twice) throw invalid('ApiPassthrough', `gives ${twice.type} by its name and by its OID`);
  const name = [...named, ...byOid];
  encodable(() => encodeName(name));
  return name;
}

/** @throws {ParameterError} `InvalidApiPassthrough` */
export function passedUsages(usages: readonly string[]): readonly string[] {
  for (const [index, usage] of usages.entries()) {
    if (parseExtendedKeyUsage(usage) === undefined) {
      throw invalid('ApiPassthrough', `has no name and no OID of an extended key usage at element ${index + 1}`);
    }
  }
  return usages;
}

/** What can be encoded; what cannot is the caller's fault. @throws {ParameterError} `InvalidApiPassthrough` */
export function encodable<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw invalid('ApiPassthrough', `asks for what no such certificate can say (${error.message})`);
  }
}
