// What the operations that issue client and server certificates have in common: subject, validity, labels, and the answer.

import { Type } from 'typebox';
import type { Refusal } from '../../../../base/refusal.ts';
import type { NameParts } from '../../../../pki/name.ts';
import { encodePem } from '../../../../pki/pem.ts';
import type { IssuedEndEntity } from '../../../../registry/end-entities.ts';
import { answerText, integer } from '../shapes.ts';
import { country, identifier, namedLabelParameters, pemExample, subjectNames } from './shapes.ts';
import { validityParameters } from './validity-parameters.ts';

export const endEntityParameters = {
  ParentIdentifier: identifier('Identifier of the subordinate CA that issues.'),
  Organization: Type.Optional(subjectNames.organization),
  OrganizationUnit: Type.Optional(subjectNames.organizationUnit),
  Locality: Type.Optional(subjectNames.locality),
  State: Type.Optional(subjectNames.state),
  Country: Type.Optional(country('Subject C, a country code of two letters.')),
  ...validityParameters,
  EnableCrl: Type.Optional(
    integer(0, 1, "1: write the addresses of the issuing CA's CRL and certificate into it. 0: do not.", 1),
  ),
  Immediately: Type.Optional(
    integer(
      0,
      2,
      'What the answer carries: 0 identifier and serial number, 1 also the certificate, 2 also its chain.',
      2,
    ),
  ),
  AsynchronousFlag: Type.Optional(
    Type.Boolean({
      description:
        'true: answer once the request is on disk and issue in the background; ListClientCertificate shows it, PENDING until it is issued. false or left out: issue before answering.',
      examples: [false],
    }),
  ),
  ...namedLabelParameters,
};

export const endEntityAnswer = Type.Object({
  Identifier: answerText('Identifier of the new certificate.', '160ae6bb538d538c70c01f81dcf20001'),
  SerialNumber: answerText('Its serial number, lower-case hexadecimal.', '084bde9cd233f0ddae33adc438cfbbbd'),
  X509Certificate: Type.Optional(answerText('The certificate, PEM; with Immediately 1 and 2.', pemExample)),
  CertificateChain: Type.Optional(
    answerText('The certificate and those above it, root last, PEM; with Immediately 2.', pemExample),
  ),
});

const issuingNotes = [
  'Days count from the moment of the call and win over BeforeTime with AfterTime, those over Months, those over Years. One of them must be given.',
  'A certificate may not outlive its CA. Days, Months and Years that end less than a day after it are cut to its end.',
  'With AsynchronousFlag the answer carries identifier and serial number only. If the certificate can no longer be issued by then (its CA was revoked, say), it disappears from the lists.',
];

/** Rules the operations with a key made here state. */
export const endEntityNotes = [
  'Organization, OrganizationUnit, Country, Locality and State left out are those of the issuing CA.',
  ...issuingNotes,
  'The key pair is made here and stored encrypted under the master key; DescribeCertificatePrivateKey gives it out.',
];

/** Rules the operations with a key of the caller's state. */
export const requestedEntityNotes = [
  'The request is accepted only if it is signed with the private half of its own key. The key may be of another family than that of the CA, for it signs nothing here: RSA with 2048, 3072 or 4096 bits, P-256, P-384, P-521, SM2; RSA with 1024 bits where the operator allows it.',
  'No private key is held here. Algorithm is taken and not looked at: the key of the request counts.',
  "The common name of the request wins over CommonName. Organization, OrganizationUnit, Country, Locality and State are the parameters, where left out those of the request, and else those of the issuing CA. What else stands in the request's subject is left out; CreateCustomCertificate keeps it.",
  'Of the extensions a request asks for only the subject alternative names count here: usages are those of the kind of certificate.',
  ...issuingNotes,
];

/** What the domain may refuse of all of them. */
export const endEntityRefusals = [
  'authority-not-found',
  'not-a-subordinate',
  'authority-revoked',
  'algorithm-not-allowed',
  'validity-refused',
  'beyond-issuer',
  'usage-not-allowed',
  'custom-identifier-taken',
  'quota-exhausted',
] as const satisfies readonly Refusal['kind'][];

export const endEntityExampleAnswer = {
  Identifier: '160ae6bb538d538c70c01f81dcf20001',
  SerialNumber: '084bde9cd233f0ddae33adc438cfbbbd',
  X509Certificate: pemExample,
};

export function endEntitySubject(request: {
  readonly CommonName?: string;
  readonly Organization?: string;
  readonly OrganizationUnit?: string;
  readonly Locality?: string;
  readonly State?: string;
  readonly Country?: string;
}): NameParts {
  return {
    ...(request.Country !== undefined && { country: request.Country.toUpperCase() }),
    ...(request.Organization !== undefined && { organization: request.Organization }),
    ...(request.OrganizationUnit !== undefined && { organizationalUnit: request.OrganizationUnit }),
    ...(request.Locality !== undefined && { locality: request.Locality }),
    ...(request.State !== undefined && { state: request.State }),
    ...(request.CommonName !== undefined && { commonName: request.CommonName }),
  };
}

/** What was asked for to be issued in the background is answered by its names alone, however soon it is issued. */
export function endEntityReply(
  { identifier, serialNumber, der, chain }: IssuedEndEntity,
  { Immediately = 0, AsynchronousFlag = false }: { readonly Immediately?: number; readonly AsynchronousFlag?: boolean },
) {
  const shown = !AsynchronousFlag && der !== undefined;
  return {
    Identifier: identifier as string,
    SerialNumber: serialNumber as string,
    ...(shown && Immediately >= 1 && { X509Certificate: encodePem('CERTIFICATE', der) }),
    ...(shown &&
      Immediately === 2 && { CertificateChain: chain.map((each) => encodePem('CERTIFICATE', each)).join('') }),
  };
}
