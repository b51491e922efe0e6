// A client or server certificate as this API shows it. Everything the certificate itself says is read from its DER.

import { createHash } from 'node:crypto';
import { sha256Hex } from '../../../../base/bytes.ts';
import { toMillis } from '../../../../base/time.ts';
import { familyOf, keySizeOf } from '../../../../pki/algorithm.ts';
import { parseCertificate, parseTbsCertificate, type SignedFields } from '../../../../pki/certificate.ts';
import { formatGeneralName, type GeneralName, generalNameTypes } from '../../../../pki/general-name.ts';
import { formatName } from '../../../../pki/name.ts';
import { partsOf } from '../../../../pki/name-parts.ts';
import { oids } from '../../../../pki/oid.ts';
import { encodePem } from '../../../../pki/pem.ts';
import type { CertificateRecord } from '../../../../registry/model.ts';
import { answerNumber, answerText, exampleOf, oneOf } from '../shapes.ts';
import { pemExample } from './shapes.ts';

/** What the certificate itself says. */
export const contentView = {
  SerialNumber: answerText('Serial number, lower-case hexadecimal.', '62b2b943a32d96883a6650e672ea0276'),
  SubjectDN: answerText('Subject as text.', 'C=CN,O=Example Ltd,OU=IT,L=Hangzhou,ST=Zhejiang,CN=www.example.com'),
  CommonName: answerText('Subject CN.', 'www.example.com'),
  Organization: answerText('Subject O.', 'Example Ltd'),
  OrganizationUnit: answerText('Subject OU.', 'IT'),
  CountryCode: answerText('Subject C.', 'CN'),
  State: answerText('Subject ST.', 'Zhejiang'),
  Locality: answerText('Subject L.', 'Hangzhou'),
  Sans: answerText(
    'Subject alternative names: text that holds a JSON array. Type is the number of the name in GeneralName (RFC 5280 §4.2.1.6): 1 an e-mail address, 2 a host name, 6 a URI, 7 an IP address.',
    '[{"Type":2,"Value":"www.example.com"}]',
  ),
  Algorithm: oneOf(['RSA', 'ECC', 'SM2'], 'Family of the key.', 'RSA'),
  KeySize: answerNumber('Size of the key in bits.', 2048),
  SignAlgorithm: answerText('Signature algorithm.', 'SHA256WITHRSA'),
  Md5: answerText('MD5 of the certificate, hexadecimal.', 'd3b95700998e47afc4d95f886579e001'),
  Sha2: answerText(
    'SHA-256 of the certificate, hexadecimal.',
    '14dcc8afc7578e1fcec36d658f7e20de18f6957bbac42b373a66bc9de4e90001',
  ),
  X509Certificate: answerText('The certificate, PEM.', pemExample),
};

export const certificateView = {
  Id: answerNumber('Number of the certificate, ascending in the order of issue.', 12321),
  Identifier: answerText('Identifier of the certificate.', '160ae6bb538d538c70c01f81dcf20001'),
  ParentIdentifier: answerText('Identifier of the CA that issued it.', '1a83bcbb89e562885e40aa0108f50001'),
  CertificateType: oneOf(
    ['CLIENT', 'SERVER', 'END_ENTITY'],
    'What it was issued for; END_ENTITY: as CreateCustomCertificate was told.',
    'SERVER',
  ),
  Status: oneOf(
    ['PENDING', 'ISSUE', 'REVOKE'],
    'PENDING: to be issued in the background. ISSUE: issued. REVOKE: revoked. A revoked CA above it does not show here; the two status operations tell of it.',
    'ISSUE',
  ),
  ...contentView,
  BeforeDate: answerNumber('Start of validity, milliseconds since 1970.', 1_767_225_600_000),
  AfterDate: answerNumber('End of validity, milliseconds since 1970.', 1_798_761_600_000),
  Days: answerNumber('Validity in days.', 365),
  AliasName: answerText('Name for people, empty if there is none.', ''),
  CustomIdentifier: answerText("The caller's own key, empty if there is none.", ''),
  ResourceGroupId: answerText('Resource group, empty if there is none.', ''),
};

export const certificateViewExample = exampleOf(certificateView);

/** As this API spells them; of the key the certificate is signed with, which need not be of the family of its own. */
const signAlgorithms: ReadonlyMap<string, string> = new Map([
  [oids.sha256WithRSAEncryption, 'SHA256WITHRSA'],
  [oids['ecdsa-with-SHA256'], 'SHA256WITHECDSA'],
  [oids['ecdsa-with-SHA512'], 'SHA512WITHECDSA'],
  [oids.SM3WithSM2, 'SM3WITHSM2'],
]);

/** What is read from the certificate itself: of an authority as of an end entity. */
export function contentViewOf(record: CertificateRecord) {
  const certificate = contentOf(record);
  const subject = partsOf(certificate.subject);
  const { der } = record;
  return {
    SerialNumber: record.serialNumber as string,
    SubjectDN: formatName(certificate.subject),
    CommonName: subject.commonName ?? '',
    Organization: subject.organization ?? '',
    OrganizationUnit: subject.organizationalUnit ?? '',
    CountryCode: subject.country ?? '',
    State: subject.state ?? '',
    Locality: subject.locality ?? '',
    Sans: sansText(certificate.extensions.subjectAlternativeNames ?? []),
    Algorithm: familyOf(record.keyAlgorithm),
    KeySize: keySizeOf(record.keyAlgorithm),
    SignAlgorithm: signAlgorithms.get(certificate.signatureAlgorithm) ?? certificate.signatureAlgorithm,
    // The API wants it; nothing here relies on MD5.
    Md5: der ? createHash('md5').update(der).digest('hex') : '',
    Sha2: der ? sha256Hex(der) : '',
    X509Certificate: der ? encodePem('CERTIFICATE', der) : '',
  };
}

export function viewOf(record: CertificateRecord) {
  const { notBefore, notAfter } = contentOf(record);
  return {
    Id: record.id,
    Identifier: record.identifier as string,
    ParentIdentifier: record.issuer as string,
    CertificateType: certificateTypeOf(record),
    Status: statusOf(record),
    ...contentViewOf(record),
    BeforeDate: toMillis(notBefore) as number,
    AfterDate: toMillis(notAfter) as number,
    Days: Math.round((notAfter - notBefore) / 86_400),
    AliasName: record.labels.aliasName ?? '',
    CustomIdentifier: record.labels.customIdentifier ?? '',
    ResourceGroupId: record.labels.resourceGroupId ?? '',
  };
}

/** What the certificate says, or will say once it is signed. @throws {DecodingError} */
export function contentOf({ der, tbs, identifier }: CertificateRecord): SignedFields {
  if (der) return parseCertificate(der);
  if (tbs) return parseTbsCertificate(tbs);
  throw new TypeError(`certificate ${identifier} has no content`);
}

export function certificateTypeOf({ kind }: Pick<CertificateRecord, 'kind'>): 'CLIENT' | 'SERVER' | 'END_ENTITY' {
  return kind === 'server' ? 'SERVER' : kind === 'client' ? 'CLIENT' : 'END_ENTITY';
}

export function statusOf({ state }: Pick<CertificateRecord, 'state'>): 'PENDING' | 'ISSUE' | 'REVOKE' {
  return state === 'pending' ? 'PENDING' : state === 'issued' ? 'ISSUE' : 'REVOKE';
}

/** By the numbers of GeneralName's choices (RFC 5280 §4.2.1.6), whichever they are. */
function sansText(names: readonly GeneralName[]): string {
  const shown = names.map((name) => ({ Type: generalNameTypes.indexOf(name.type), Value: formatGeneralName(name) }));
  return shown.length === 0 ? '' : JSON.stringify(shown);
}
