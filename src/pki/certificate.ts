// Certificates (RFC 5280 §4.1): building the part to be signed, putting the signature to it, and reading one.

import { equalBytes } from '../base/bytes.ts';
import type { UnixSeconds } from '../base/time.ts';
import {
  readAlgorithmIdentifier,
  readSubjectPublicKeyInfo,
  type SignatureAlgorithm,
  signatureAlgorithmIdentifier,
} from './algorithm.ts';
import { DerReader } from './der-reader.ts';
import { bitString, constructed, EncodingError, integer, integerOf, sequence, time } from './der-writer.ts';
import {
  type DecodedExtensions,
  type Extension,
  encodeExtensions,
  noExtensions,
  readExtensions,
} from './extensions.ts';
import { type Name, readName } from './name.ts';
import {
  maximumSerialNumberOctets,
  type SerialNumber,
  serialNumberFromBytes,
  serialNumberToInteger,
} from './serial-number.ts';

export interface CertificateParameters {
  readonly serialNumber: SerialNumber;
  /** Of the issuer's key: `signatureAlgorithmOf(issuerKeyAlgorithm)`. */
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** DER Name: byte for byte the subject of the issuer's certificate, as `parseCertificate(…).subjectDer` gives it. */
  readonly issuerDer: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** DER Name, as `encodeName` gives it. */
  readonly subjectDer: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly extensions: readonly Extension[];
}

export interface Certificate {
  readonly der: Uint8Array;
  /** TBSCertificate, DER: what the signature covers. */
  readonly tbs: Uint8Array;
  readonly serialNumber: SerialNumber;
  readonly issuer: Name;
  readonly issuerDer: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly subject: Name;
  readonly subjectDer: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly extensions: DecodedExtensions;
  /** Dotted. */
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

/**
 * @returns DER of TBSCertificate, version 3: what the issuer signs.
 * @throws {EncodingError} `out-of-range` for a `serialNumber` that is zero or longer than 20 octets with its sign (RFC 5280
 *   §4.1.2.2), a time before 1950 or after 9999; `not-before-after-not-after`; `empty` or `duplicate` extensions.
 */
export function buildTbsCertificate(parameters: CertificateParameters): Uint8Array {
  const { notBefore, notAfter } = parameters;
  const serialNumber = serialNumberToInteger(parameters.serialNumber);
  if (serialNumber.length > maximumSerialNumberOctets || parameters.serialNumber === '00') {
    throw new EncodingError('serialNumber', 'out-of-range');
  }
  if (notBefore > notAfter) throw new EncodingError('notBefore', 'not-before-after-not-after');
  return sequence(
    version3, // version [0] EXPLICIT Version DEFAULT v1
    integer(serialNumber), // serialNumber CertificateSerialNumber
    signatureAlgorithmIdentifier(parameters.signatureAlgorithm), // signature AlgorithmIdentifier
    parameters.issuerDer, // issuer Name
    sequence(time(notBefore, 'notBefore'), time(notAfter, 'notAfter')), // validity Validity
    parameters.subjectDer, // subject Name
    parameters.spki, // subjectPublicKeyInfo SubjectPublicKeyInfo
    constructed(3, encodeExtensions(parameters.extensions)), // extensions [3] EXPLICIT Extensions
  );
}

/**
 * @param tbs  what {@link buildTbsCertificate} gave.
 * @param signatureAlgorithm  the one named in `tbs`.
 * @param signature  the octets of an RSA signature, or the DER of an ECDSA one (RFC 3279 §2.2.3).
 * @returns DER of the certificate.
 */
export function assembleCertificate(
  tbs: Uint8Array,
  signatureAlgorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array {
  // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm AlgorithmIdentifier, signature BIT STRING }
  return sequence(tbs, signatureAlgorithmIdentifier(signatureAlgorithm), bitString(signature));
}

/**
 * Reads a certificate of version 3 without verifying its signature. Unique identifiers are refused: RFC 5280 §4.1.2.8
 * forbids authorities to write them.
 *
 * @returns byte arrays that are views of `der`.
 * @throws {DecodingError}
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const whole = new DerReader(der);
  const certificate = whole.sequence();
  whole.end();
  const tbs = certificate.upcoming();
  const signed = readTbsCertificate(certificate.sequence());
  const algorithmAt = certificate.position;
  const algorithmDer = certificate.upcoming();
  readAlgorithmIdentifier(certificate);
  // RFC 5280 §4.1.1.2: only the inner one is protected by the signature.
  if (!equalBytes(algorithmDer, signed.algorithmDer)) certificate.fail('algorithms-differ', algorithmAt);
  const signature = certificate.bitString();
  certificate.end();
  return { der, tbs, ...signed.fields, signature };
}

/**
 * Reads what is to be signed, or was.
 * @returns byte arrays that are views of `tbs`.
 * @throws {DecodingError}
 */
export function parseTbsCertificate(tbs: Uint8Array): SignedFields {
  const whole = new DerReader(tbs);
  const { fields } = readTbsCertificate(whole.sequence());
  whole.end();
  return fields;
}

export type SignedFields = Omit<Certificate, 'der' | 'tbs' | 'signature'>;

function readTbsCertificate(tbs: DerReader): { algorithmDer: Uint8Array; fields: SignedFields } {
  const versionAt = tbs.position;
  if (!tbs.isConstructed(0)) tbs.fail('version-unsupported');
  const versionReader = tbs.constructed(0);
  if (versionReader.count() !== 2) tbs.fail('version-unsupported', versionAt);
  versionReader.end();
  const serialNumber = serialNumberFromBytes(tbs.unsignedInteger(maximumSerialNumberOctets));
  const algorithmDer = tbs.upcoming();
  const signatureAlgorithm = readAlgorithmIdentifier(tbs).id;
  const issuerDer = tbs.upcoming();
  const issuer = readName(tbs);
  const validity = tbs.sequence();
  const notBefore = validity.time();
  const notAfter = validity.time();
  validity.end();
  const subjectDer = tbs.upcoming();
  const subject = readName(tbs);
  const spki = tbs.upcoming();
  readSubjectPublicKeyInfo(tbs);
  let extensions = noExtensions;
  if (!tbs.atEnd()) {
    const wrapped = tbs.constructed(3);
    extensions = readExtensions(wrapped);
    wrapped.end();
  }
  tbs.end();
  return {
    algorithmDer,
    fields: {
      serialNumber,
      signatureAlgorithm,
      issuer,
      issuerDer,
      notBefore,
      notAfter,
      subject,
      subjectDer,
      spki,
      extensions,
    },
  };
}

const version3 = constructed(0, integerOf(2));
