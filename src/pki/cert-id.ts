// CertID (RFC 6960 §4.1.1): how OCSP names a certificate, by hashes of its issuer and the serial number.

import { hash } from 'node:crypto';
import { bytesToLatin1, equalBytes } from '../base/bytes.ts';
import { readAlgorithmIdentifier, subjectPublicKeyOf } from './algorithm.ts';
import type { DerReader } from './der-reader.ts';
import { integer, nullValue, octetString, sequence } from './der-writer.ts';
import { oidDer } from './oid.ts';
import {
  maximumSerialNumberOctets,
  type SerialNumber,
  serialNumberFromBytes,
  serialNumberToInteger,
} from './serial-number.ts';

export interface CertId {
  /** As received, for the answer to repeat. RFC 6960 leaves the hash's parameters open; clients compare octets. */
  readonly der: Uint8Array;
  readonly hashAlgorithm: 'sha1' | 'sha256' | 'unknown';
  /** Of the issuer's Name, DER. */
  readonly issuerNameHash: Uint8Array;
  /** Of the issuer's subjectPublicKey bits. */
  readonly issuerKeyHash: Uint8Array;
  /** `undefined`: negative or above 20 octets, which no certificate of ours has (RFC 5280 §4.1.2.2). */
  readonly serialNumber: SerialNumber | undefined;
}

/** Reads the CertID that comes next. @throws {DecodingError} */
export function readCertId(reader: DerReader): CertId {
  // CertID ::= SEQUENCE {
  //   hashAlgorithm AlgorithmIdentifier, issuerNameHash OCTET STRING, issuerKeyHash OCTET STRING,
  //   serialNumber CertificateSerialNumber }
  const der = reader.upcoming();
  const certId = reader.sequence();
  const hashAlgorithm = readHashAlgorithm(certId);
  const issuerNameHash = certId.octetString();
  const issuerKeyHash = certId.octetString();
  const integer = certId.integer();
  certId.end();
  return { der, hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber: serialNumberOf(integer) };
}

/** Names an issuer within this process: what {@link issuerAsked} and {@link issuerAnswersTo} are to agree in. */
export type IssuerKey = string & { readonly of: 'issuer-hashes' };

/** `undefined` where the hash is none of ours, and so nobody's. */
export function issuerAsked({ hashAlgorithm, issuerNameHash, issuerKeyHash }: CertId): IssuerKey | undefined {
  return hashAlgorithm === 'unknown' ? undefined : issuerKey(hashAlgorithm, issuerNameHash, issuerKeyHash);
}

/**
 * What an issuer is asked for by: one key for each hash.
 *
 * @param nameDer  subject of the issuer's certificate, DER.
 * @param spki  SubjectPublicKeyInfo of the issuer, DER.
 */
export function issuerAnswersTo(nameDer: Uint8Array, spki: Uint8Array): readonly IssuerKey[] {
  const key = subjectPublicKeyOf(spki);
  return (['sha1', 'sha256'] as const).map((algorithm) =>
    issuerKey(algorithm, hash(algorithm, nameDer, 'buffer'), hash(algorithm, key, 'buffer')),
  );
}

/**
 * CertID by SHA-1, as nearly all relying parties ask (RFC 9919 §3.1.1).
 *
 * @param nameDer  subject of the issuer's certificate, DER.
 * @param spki  SubjectPublicKeyInfo of the issuer, DER.
 */
export function encodeCertId(nameDer: Uint8Array, spki: Uint8Array, serialNumber: SerialNumber): Uint8Array {
  return sequence(
    sequence(oidDer('sha1'), nullValue),
    octetString(hash('sha1', nameDer, 'buffer')),
    octetString(hash('sha1', subjectPublicKeyOf(spki), 'buffer')),
    integer(serialNumberToInteger(serialNumber)),
  );
}

function issuerKey(algorithm: 'sha1' | 'sha256', nameHash: Uint8Array, keyHash: Uint8Array): IssuerKey {
  // Lengths first, so that no two pairs of hashes read the same.
  return `${algorithm}:${nameHash.length}:${bytesToLatin1(nameHash)}${bytesToLatin1(keyHash)}` as IssuerKey;
}

function readHashAlgorithm(certId: DerReader): CertId['hashAlgorithm'] {
  const octets = certId.upcoming();
  for (const { name, der } of hashAlgorithms) {
    if (!equalBytes(octets, der)) continue;
    certId.sequence();
    return name;
  }
  readAlgorithmIdentifier(certId);
  return 'unknown';
}

function serialNumberOf(integer: Uint8Array): SerialNumber | undefined {
  const first = integer[0] ?? 0;
  if (first >= 0x80) return undefined;
  const octets = first === 0 && integer.length > 1 ? integer.length - 1 : integer.length;
  return octets > maximumSerialNumberOctets ? undefined : serialNumberFromBytes(integer);
}

/** RFC 5754 §2: parameters are absent, and NULL is to be accepted; old clients write NULL. */
const hashAlgorithms = (['sha1', 'sha256'] as const).flatMap((name) => [
  { name, der: sequence(oidDer(name), nullValue) },
  { name, der: sequence(oidDer(name)) },
]);
