// The keys and signatures Certitude issues with: their names, their DER, and how to recognise a public key.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { assertNever } from '../base/assert-never.ts';
import { equalBytes } from '../base/bytes.ts';
import { DerReader } from './der-reader.ts';
import { nullValue, sequence } from './der-writer.ts';
import { oidDer, oids } from './oid.ts';

/**
 * `ECC_512` is the vendor's name for P-521 (chosen: there is no P-512, and P-521 is the curve everybody has).
 * `RSA_3072` is a name of ours: the vendor has none, so no request asks for such a key to be made, but many a caller brings
 * one in a request of his own, and it is as good as any.
 */
export type KeyAlgorithm =
  | 'RSA_1024'
  | 'RSA_2048'
  | 'RSA_3072'
  | 'RSA_4096'
  | 'ECC_256'
  | 'ECC_384'
  | 'ECC_512'
  | 'SM2_256';
export type KeyFamily = 'RSA' | 'ECC' | 'SM2';
/** What is signed with here. Requests come with others too, see `signature.ts`. */
export type SignatureAlgorithm =
  | 'sha256WithRSAEncryption'
  | 'sha384WithRSAEncryption'
  | 'sha512WithRSAEncryption'
  | 'ecdsa-with-SHA256'
  | 'ecdsa-with-SHA384'
  | 'ecdsa-with-SHA512'
  | 'SM3WithSM2';

/** Those that a key pair is made of on request; {@link keyAlgorithmOf} recognises `RSA_3072` besides. */
export const keyAlgorithms = [
  'RSA_1024',
  'RSA_2048',
  'RSA_4096',
  'ECC_256',
  'ECC_384',
  'ECC_512',
  'SM2_256',
] as const satisfies readonly KeyAlgorithm[];

export function familyOf(algorithm: KeyAlgorithm): KeyFamily {
  return algorithm.slice(0, 3) as KeyFamily;
}

/** Bits, as the name says: of the modulus, or of the curve's field. 512 for `ECC_512`, whose field has 521. */
export function keySizeOf(algorithm: KeyAlgorithm): number {
  return Number(algorithm.slice(4));
}

/** What a key of this algorithm signs with: SHA-256 for P-384 too, as the vendor documents; SHA-512 for P-521. */
export function signatureAlgorithmOf(keyAlgorithm: KeyAlgorithm): SignatureAlgorithm {
  const family = familyOf(keyAlgorithm);
  switch (family) {
    case 'RSA':
      return 'sha256WithRSAEncryption';
    case 'ECC':
      return keyAlgorithm === 'ECC_512' ? 'ecdsa-with-SHA512' : 'ecdsa-with-SHA256';
    case 'SM2':
      return 'SM3WithSM2';
    default:
      return assertNever(family);
  }
}

/** All that a key of this family can sign with, for whoever is asked for another than {@link signatureAlgorithmOf} gives. */
export function signatureAlgorithmsOf(family: KeyFamily): readonly SignatureAlgorithm[] {
  return signaturesByFamily[family];
}

/** DER AlgorithmIdentifier. The same bytes each time; not to be written to. */
export function signatureAlgorithmIdentifier(algorithm: SignatureAlgorithm): Uint8Array {
  return signatureIdentifiers[algorithm];
}

/**
 * The algorithm of a SubjectPublicKeyInfo (DER), or `undefined` for a key we neither make nor certify: another
 * algorithm, curve or size, a compressed point or one that is not on its curve, an even modulus, an exponent that is even,
 * below 65537 (FIPS 186-5 §5.1) or above 64 bits. RSA keys have 1024, 2048, 3072 or 4096 bits (chosen: sizes in between are
 * made by nobody's default and have no name). `RSA_1024` is recognised; whether it is certified is the caller's decision.
 *
 * @throws {DecodingError} for bytes that are no SubjectPublicKeyInfo, or an RSA key that is no RSAPublicKey.
 */
export function keyAlgorithmOf(spki: Uint8Array): KeyAlgorithm | undefined {
  const ofPoint = pointAlgorithmOf(spki);
  if (ofPoint === undefined) return rsaAlgorithmOf(spki);
  return importPublicKey(spki) === undefined ? undefined : ofPoint;
}

/**
 * The same by the encoding alone: whether a point is on its curve is not looked at. No signature is genuine under one that is not.
 *
 * @throws {DecodingError} as {@link keyAlgorithmOf}.
 */
export function encodedKeyAlgorithmOf(spki: Uint8Array): KeyAlgorithm | undefined {
  return pointAlgorithmOf(spki) ?? rsaAlgorithmOf(spki);
}

/** By the encoding alone, of a key that is a point; `undefined` for all else. */
export function pointAlgorithmOf(spki: Uint8Array): KeyAlgorithm | undefined {
  return pointForms.find(({ header, octets }) => isPoint(spki, header, octets))?.algorithm;
}

function rsaAlgorithmOf(spki: Uint8Array): KeyAlgorithm | undefined {
  const { algorithm, key } = wholeSubjectPublicKeyInfo(spki);
  if (algorithm.id !== oids.rsaEncryption || algorithm.parameters !== 'null') return undefined;
  // RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }  (RFC 8017 §A.1.1)
  const whole = new DerReader(key);
  const rsa = whole.sequence();
  whole.end();
  const modulus = rsa.unsignedInteger();
  const exponent = rsa.unsignedInteger();
  rsa.end();
  return isExponent(exponent) && isOdd(modulus) ? rsaOfBits.get(bitLength(modulus)) : undefined;
}

/**
 * The platform's handle on a public key; `undefined` for what is none, and for a point that is not on its curve. The keys
 * asked for last are kept, for making a handle takes as long as a fifth of a signature's check: that of a request is wanted
 * three times, and an authority's with each certificate.
 */
export function importPublicKey(spki: Uint8Array): KeyObject | undefined {
  const octets = Buffer.from(spki.buffer, spki.byteOffset, spki.length);
  const name = octets.toString('latin1');
  const known = imported.get(name);
  const key = known ?? importAnew(octets);
  if (!key) return undefined;
  if (known) imported.delete(name);
  else if (imported.size >= importedKept)
    for (const oldest of imported.keys()) {
      imported.delete(oldest);
      break;
    }
  imported.set(name, key);
  return key;
}

/** The one asked for last at the end. */
const imported = new Map<string, KeyObject>();
const importedKept = 64;

function importAnew(key: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    return undefined; // whatever the reason, nothing is signed with it
  }
}

/**
 * The octets of the subjectPublicKey BIT STRING, which key identifiers and OCSP's issuerKeyHash are computed over.
 *
 * @throws {DecodingError} for bytes that are no SubjectPublicKeyInfo.
 */
export function subjectPublicKeyOf(spki: Uint8Array): Uint8Array {
  return wholeSubjectPublicKeyInfo(spki).key;
}

export interface AlgorithmIdentifier {
  /** Dotted. */
  readonly id: string;
  readonly parameters: 'absent' | 'null' | Uint8Array;
}

/** @throws {DecodingError} */
export function readAlgorithmIdentifier(reader: DerReader): AlgorithmIdentifier {
  // AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
  const identifier = reader.sequence();
  const id = identifier.objectIdentifier();
  if (identifier.atEnd()) return { id, parameters: 'absent' };
  const parameters = identifier.any();
  identifier.end();
  return { id, parameters: equalBytes(parameters, nullValue) ? 'null' : parameters };
}

/** @throws {DecodingError} */
export function readSubjectPublicKeyInfo(reader: DerReader): {
  readonly algorithm: AlgorithmIdentifier;
  readonly key: Uint8Array;
} {
  // SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
  const info = reader.sequence();
  const algorithm = readAlgorithmIdentifier(info);
  const key = info.bitString();
  info.end();
  return { algorithm, key };
}

function wholeSubjectPublicKeyInfo(spki: Uint8Array) {
  const reader = new DerReader(spki);
  const info = readSubjectPublicKeyInfo(reader);
  reader.end();
  return info;
}

function isPoint(spki: Uint8Array, header: Uint8Array, octets: number): boolean {
  return spki.length === header.length + octets && equalBytes(spki.subarray(0, header.length), header);
}

function isOdd(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}

/** Small exponents have made sloppy verifiers accept forgeries; OpenSSL refuses more than 64 bits for large moduli. */
function isExponent(magnitude: Uint8Array): boolean {
  return isOdd(magnitude) && magnitude.length >= 3 && magnitude.length <= 8;
}

function bitLength(magnitude: Uint8Array): number {
  return magnitude.length * 8 - (Math.clz32(magnitude[0] ?? 0) - 24);
}

const rsaOfBits: ReadonlyMap<number, KeyAlgorithm> = new Map([
  [1024, 'RSA_1024'],
  [2048, 'RSA_2048'],
  [3072, 'RSA_3072'],
  [4096, 'RSA_4096'],
]);

const signaturesByFamily: Readonly<Record<KeyFamily, readonly SignatureAlgorithm[]>> = {
  RSA: ['sha256WithRSAEncryption', 'sha384WithRSAEncryption', 'sha512WithRSAEncryption'],
  ECC: ['ecdsa-with-SHA256', 'ecdsa-with-SHA384', 'ecdsa-with-SHA512'],
  SM2: ['SM3WithSM2'],
};

// RFC 4055 §5: the parameters of RSA signatures are NULL. RFC 5758 §3.2 and GM/T 0015: those of the others are absent.
const signatureIdentifiers: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  sha256WithRSAEncryption: sequence(oidDer('sha256WithRSAEncryption'), nullValue),
  sha384WithRSAEncryption: sequence(oidDer('sha384WithRSAEncryption'), nullValue),
  sha512WithRSAEncryption: sequence(oidDer('sha512WithRSAEncryption'), nullValue),
  'ecdsa-with-SHA256': sequence(oidDer('ecdsa-with-SHA256')),
  'ecdsa-with-SHA384': sequence(oidDer('ecdsa-with-SHA384')),
  'ecdsa-with-SHA512': sequence(oidDer('ecdsa-with-SHA512')),
  SM3WithSM2: sequence(oidDer('SM3WithSM2')),
};

/** RFC 5480 leaves one DER form for an uncompressed point of a named curve: all that varies comes after the octet 04. */
const pointForms = (
  [
    ['ECC_256', '3059301306072a8648ce3d020106082a8648ce3d03010703420004', 64],
    ['ECC_384', '3076301006072a8648ce3d020106052b8104002203620004', 96],
    ['ECC_512', '30819b301006072a8648ce3d020106052b810400230381860004', 132],
    ['SM2_256', '3059301306072a8648ce3d020106082a811ccf5501822d03420004', 64],
  ] as const
).map(([algorithm, header, octets]) => ({ algorithm, header: Buffer.from(header, 'hex'), octets }));
