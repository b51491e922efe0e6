// Object identifiers by the names their standards give them.

import { objectIdentifier } from './der-writer.ts';

export const oids = {
  // X.520 and RFC 4519 attribute types; RFC 2985 for emailAddress
  commonName: '2.5.4.3',
  surname: '2.5.4.4',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  localityName: '2.5.4.7',
  stateOrProvinceName: '2.5.4.8',
  streetAddress: '2.5.4.9',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  title: '2.5.4.12',
  givenName: '2.5.4.42',
  dnQualifier: '2.5.4.46',
  userId: '0.9.2342.19200300.100.1.1',
  domainComponent: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
  // Matter Core Specification §6.5.6.1 and §6.2.2.2: identifiers of nodes, authorities, fabrics and products
  'matter-node-id': '1.3.6.1.4.1.37244.1.1',
  'matter-firmware-signing-id': '1.3.6.1.4.1.37244.1.2',
  'matter-icac-id': '1.3.6.1.4.1.37244.1.3',
  'matter-rcac-id': '1.3.6.1.4.1.37244.1.4',
  'matter-fabric-id': '1.3.6.1.4.1.37244.1.5',
  'matter-noc-cat': '1.3.6.1.4.1.37244.1.6',
  'matter-oid-vid': '1.3.6.1.4.1.37244.2.1',
  'matter-oid-pid': '1.3.6.1.4.1.37244.2.2',
  // RFC 2985 §5.4.2
  extensionRequest: '1.2.840.113549.1.9.14',
  // RFC 5280 §4.2 and §5.2
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  cRLNumber: '2.5.29.20',
  cRLReasons: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  cRLDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  freshestCRL: '2.5.29.46',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  // RFC 5280 §4.2.2.1, §4.2.1.12
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  anyExtendedKeyUsage: '2.5.29.37.0',
  // RFC 6960 §4.2.1, §4.4
  'ocsp-basic': '1.3.6.1.5.5.7.48.1.1',
  'ocsp-nonce': '1.3.6.1.5.5.7.48.1.2',
  // RFC 8017 and RFC 5480 keys, RFC 4055 and RFC 5758 signatures, digests
  rsaEncryption: '1.2.840.113549.1.1.1',
  ecPublicKey: '1.2.840.10045.2.1',
  prime256v1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
  // GM/T 0006: the curve of SM2, and SM2 signatures over SM3
  sm2p256v1: '1.2.156.10197.1.301',
  SM3WithSM2: '1.2.156.10197.1.501',
  sha256WithRSAEncryption: '1.2.840.113549.1.1.11',
  sha384WithRSAEncryption: '1.2.840.113549.1.1.12',
  sha512WithRSAEncryption: '1.2.840.113549.1.1.13',
  'RSASSA-PSS': '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  'ecdsa-with-SHA256': '1.2.840.10045.4.3.2',
  'ecdsa-with-SHA384': '1.2.840.10045.4.3.3',
  'ecdsa-with-SHA512': '1.2.840.10045.4.3.4',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  // RFC 6960 §4.4.3, §4.2.2.2.1, §4.4.4, §4.4.7.1, §4.4.8
  'ocsp-response': '1.3.6.1.5.5.7.48.1.4',
  'ocsp-nocheck': '1.3.6.1.5.5.7.48.1.5',
  'ocsp-archive-cutoff': '1.3.6.1.5.5.7.48.1.6',
  'ocsp-pref-sig-algs': '1.3.6.1.5.5.7.48.1.8',
  'ocsp-extended-revoke': '1.3.6.1.5.5.7.48.1.9',
  // RFC 8018: private keys encrypted under a pass phrase
  PBKDF2: '1.2.840.113549.1.5.12',
  PBES2: '1.2.840.113549.1.5.13',
  hmacWithSHA256: '1.2.840.113549.2.9',
  'aes256-CBC-PAD': '2.16.840.1.101.3.4.1.42',
} as const;

export type OidName = keyof typeof oids;

/** The name of a dotted identifier, or `undefined` for one not named here. */
export function oidName(dotted: string): OidName | undefined {
  return names.get(dotted);
}

/** DER of a named identifier, tag and length included. The same bytes each time; not to be written to. */
export function oidDer(name: OidName): Uint8Array {
  const der = encoded.get(name);
  if (der === undefined) throw new TypeError(`no object identifier is named ${name}`);
  return der;
}

/** DER of a dotted identifier, kept ready for those named here. The same bytes each time; not to be written to. */
export function dottedDer(dotted: string): Uint8Array {
  const name = oidName(dotted);
  return name === undefined ? objectIdentifier(dotted) : oidDer(name);
}

const entries = Object.entries(oids) as [OidName, string][];
const names = new Map(entries.map(([name, dotted]) => [dotted, name]));
const encoded = new Map(entries.map(([name, dotted]) => [name, objectIdentifier(dotted)]));
