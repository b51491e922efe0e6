// Parameter families that several operations share, with the words they are described in.

import { Type } from 'typebox';
import { keyAlgorithms } from '../../../../pki/algorithm.ts';
import type { Labels } from '../../../../registry/model.ts';
import { invalid } from '../../errors.ts';
import { answerText, integer, oneOf, text } from '../shapes.ts';

/** RFC 5280 §4.1.2.4 and X.520: an ISO 3166 code of two letters. Documented in upper case, sent in lower case by some. */
export function country(description: string) {
  return Type.String({
    pattern: '^[A-Za-z]{2}$',
    description,
    examples: ['CN'],
    'x-rule': 'must be a country code of two letters',
  });
}

/** A moment in whole seconds since 1970, up to the end of the year 9999. */
export function seconds(description: string, example: number) {
  return integer(0, 253_402_300_799, description, example);
}

export const algorithm = oneOf(
  keyAlgorithms,
  'Kind and size of the key pair made here, of the family (RSA, ECC, SM2) of the CA that issues. A CA with RSA signs with SHA256WithRSA, with ECC SHA256WithECDSA, with ECC_512, which is P-521, SHA512WithECDSA, with SM2 SM3WithSM2. RSA_1024 is refused unless the operator allows it.',
  'RSA_2048',
);

export const identifier = (description: string) => text(64, description, '160ae6bb538d538c70c01f81dcf20001');

/** Names of the subject, at the upper bounds of RFC 5280 Appendix A. */
export const subjectNames = {
  commonName: (description: string, example: string) => text(64, description, example),
  organization: text(64, 'Subject O, the organisation.', 'Example Ltd'),
  organizationUnit: text(64, 'Subject OU, the unit within the organisation.', 'IT'),
  locality: text(128, 'Subject L, the city.', 'Hangzhou'),
  state: text(128, 'Subject ST, the province or state.', 'Zhejiang'),
};

/** What callers attach to a certificate and get back unchanged. */
export const labelParameters = {
  ResourceGroupId: Type.Optional(text(64, 'Resource group the certificate belongs to.', 'rg-aekzexample')),
  Tags: Type.Optional(
    Type.Array(
      Type.Object({
        Key: text(128, 'Tag key.', 'team'),
        Value: Type.Optional(text(128, 'Tag value.', 'gateway')),
      }),
      { maxItems: 20, description: 'Tags, sent as Tags.1.Key, Tags.1.Value, Tags.2.Key and so on.' },
    ),
  ),
};

export const namedLabelParameters = {
  ...labelParameters,
  AliasName: Type.Optional(text(128, 'A name for people.', 'gateway of the north wing')),
  CustomIdentifier: Type.Optional(
    text(128, 'A key of your own for this certificate, unique in the account.', 'device-4711'),
  ),
};

export function labelsOf(request: {
  readonly AliasName?: string;
  readonly CustomIdentifier?: string;
  readonly ResourceGroupId?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value?: string }[];
}): Labels {
  const keys = new Set<string>();
  for (const { Key } of request.Tags ?? []) {
    if (keys.has(Key)) throw invalid('Tags', `has the key ${JSON.stringify(Key)} twice`);
    keys.add(Key);
  }
  return {
    ...(request.AliasName !== undefined && { aliasName: request.AliasName }),
    ...(request.CustomIdentifier !== undefined && { customIdentifier: request.CustomIdentifier }),
    ...(request.ResourceGroupId !== undefined && { resourceGroupId: request.ResourceGroupId }),
    ...(request.Tags && { tags: request.Tags.map(({ Key, Value }) => ({ key: Key, value: Value ?? '' })) }),
  };
}

export const resourceGroupFilter = Type.Optional(text(64, 'Show only those of this resource group.', 'rg-aekzexample'));

export const tagsAnswer = Type.Array(
  Type.Object({ TagKey: answerText('Tag key.', 'team'), TagValue: answerText('Tag value.', 'gateway') }),
  { description: 'Its tags.' },
);

export function tagsOf({ tags = [] }: Labels) {
  return tags.map(({ key, value }) => ({ TagKey: key, TagValue: value }));
}

export const pemExample = '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n';
