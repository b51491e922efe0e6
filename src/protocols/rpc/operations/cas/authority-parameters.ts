// What CreateRootCACertificate and CreateSubCACertificate have in common: the subject of the CA, its years, the answer.

import { Type } from 'typebox';
import { nameOf } from '../../../../pki/name.ts';
import { encodePem } from '../../../../pki/pem.ts';
import type { CreatedAuthority } from '../../../../registry/authorities.ts';
import { answerText, integer } from '../shapes.ts';
import { country, labelParameters, pemExample, subjectNames } from './shapes.ts';

export const authorityParameters = {
  CommonName: subjectNames.commonName('Subject CN, the name of the CA.', 'Example Root CA'),
  Organization: subjectNames.organization,
  OrganizationUnit: subjectNames.organizationUnit,
  Locality: subjectNames.locality,
  State: subjectNames.state,
  CountryCode: Type.Optional(country('Subject C, a country code of two letters; CN when left out.')),
  Years: integer(1, 100, 'Validity in calendar years from the moment of the call.', 10),
  ...labelParameters,
};

export const authorityAnswer = Type.Object({
  Identifier: answerText('Identifier of the new CA.', '1a83bcbb89e562885e40aa0108f50001'),
  Certificate: answerText('The CA certificate, PEM.', pemExample),
  CertificateChain: answerText('The CA certificate and those above it, root last, PEM.', pemExample),
});

export const authorityExample = {
  request: {
    CommonName: 'Example Root CA',
    Organization: 'Example Ltd',
    OrganizationUnit: 'Security',
    Locality: 'Hangzhou',
    State: 'Zhejiang',
    CountryCode: 'CN',
    Years: 10,
  },
  answer: {
    Identifier: '1a83bcbb89e562885e40aa0108f50001',
    Certificate: pemExample,
    CertificateChain: pemExample,
  },
};

export function authoritySubject(request: {
  readonly CommonName: string;
  readonly Organization: string;
  readonly OrganizationUnit: string;
  readonly Locality: string;
  readonly State: string;
  readonly CountryCode?: string;
}) {
  return nameOf({
    country: (request.CountryCode ?? 'CN').toUpperCase(),
    organization: request.Organization,
    organizationalUnit: request.OrganizationUnit,
    locality: request.Locality,
    state: request.State,
    commonName: request.CommonName,
  });
}

export function authorityReply({ identifier, der, chain }: CreatedAuthority) {
  return {
    Identifier: identifier as string,
    Certificate: encodePem('CERTIFICATE', der),
    CertificateChain: chain.map((each) => encodePem('CERTIFICATE', each)).join(''),
  };
}
