// The keys and signatures Certitude issues with: their names, their DER, and how to recognise a public key.

import { equalBytes } from '../base/bytes.ts';
import { DerReader } from './der-reader.ts';
import { nullValue, sequence } from './der-writer.ts';
import { oidDer, oids } from './oid.ts';

export type KeyAlgorithm = 'RSA_1024' | 'RSA_2048' | 'RSA_4096' | 'ECC_256' | 'ECC_384';
export type KeyFamily = 'RSA' | 'ECC';
export type SignatureAlgorithm = 'sha256WithRSAEncryption' | 'ecdsa-with-SHA256';

export const keyAlgorithms: readonly KeyAlgorithm[] = ['RSA_1024', 'RSA_2048', 'RSA_4096', 'ECC_256', 'ECC_384'];

export function familyOf(algorithm: KeyAlgorithm): KeyFamily {
  return algorithm.startsWith('RSA') ? 'RSA' : 'ECC';
}

/** Bits: of the modulus, or of the curve's field. */
export function keySizeOf(algorithm: KeyAlgorithm): number {
  return Number(algorithm.slice(4));
}

/** What a key of this algorithm signs with. */
export function signatureAlgorithmOf(keyAlgorithm: KeyAlgorithm): SignatureAlgorithm {
  return familyOf(keyAlgorithm) === 'RSA' ? 'sha256WithRSAEncryption' : 'ecdsa-with-SHA256';
}

/** DER AlgorithmIdentifier. The same bytes each time; not to be written to. */
export function signatureAlgorithmIdentifier(algorithm: SignatureAlgorithm): Uint8Array {
  return algorithm === 'sha256WithRSAEncryption' ? sha256WithRsa : ecdsaWithSha256;
}

/**
 * The algorithm of a SubjectPublicKeyInfo (DER), or `undefined` for a key we neither make nor certify: another
 * algorithm, curve or size, a compressed point, an even modulus, an exponent that is even, one, or above 64 bits.
 * Whether a point lies on its curve is found out by whoever verifies with it.
 *
 * @throws {DecodingError} for bytes that are no SubjectPublicKeyInfo, or an RSA key that is no RSAPublicKey.
 */
export function keyAlgorithmOf(spki: Uint8Array): KeyAlgorithm | undefined {
  if (isPoint(spki, p256Header, 64)) return 'ECC_256';
  if (isPoint(spki, p384Header, 96)) return 'ECC_384';
  const { algorithm, key } = wholeSubjectPublicKeyInfo(spki);
  if (algorithm.id !== oids.rsaEncryption || algorithm.parameters !== 'null') return undefined;
  // RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }  (RFC 8017 §A.1.1)
  const whole = new DerReader(key);
  const rsa = whole.sequence();
  whole.end();
  const modulus = rsa.unsignedInteger();
  const exponent = rsa.unsignedInteger();
  rsa.end();
  return isExponent(exponent) && isOdd(modulus) ? rsaOfBits(bitLength(modulus)) : undefined;
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

function rsaOfBits(bits: number): KeyAlgorithm | undefined {
  return keyAlgorithms.find((algorithm) => algorithm === `RSA_${bits}`);
}

function isOdd(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}

/** An exponent of one would make every message its own signature; OpenSSL refuses more than 64 bits for large moduli. */
function isExponent(magnitude: Uint8Array): boolean {
  return isOdd(magnitude) && magnitude.length <= 8 && !(magnitude.length === 1 && magnitude[0] === 1);
}

function bitLength(magnitude: Uint8Array): number {
  return magnitude.length * 8 - (Math.clz32(magnitude[0] ?? 0) - 24);
}

// RFC 4055 §5: the parameters of RSA signatures are NULL. RFC 5758 §3.2: those of ECDSA are absent.
const sha256WithRsa = sequence(oidDer('sha256WithRSAEncryption'), nullValue);
const ecdsaWithSha256 = sequence(oidDer('ecdsa-with-SHA256'));

// RFC 5480 leaves one DER form for an uncompressed point of a named curve: all that varies comes after the octet 04.
const p256Header = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const p384Header = Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex');
