// SM2 signatures over SM3 (GB/T 32918.2; as DER, GM/T 0009 §7.3): signing and verifying.
//
// The platform makes SM2 keys and SM3 digests but signs without the signer ID that certificates need (ADR 9), so the
// arithmetic is done here on the curve of @noble/curves.

import { createHash, type Hash, hash } from 'node:crypto';
import { invert, mod } from '@noble/curves/abstract/modular.js';
import { type WeierstrassPoint, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { concatBytes, type RandomBytes } from '../base/bytes.ts';
import { DecodingError, DerReader } from './der-reader.ts';
import { integer, sequence } from './der-writer.ts';

/** An SM2 key pair as octets: `scalar` of 32, `point` of 65, uncompressed with its leading 04. */
export interface Sm2KeyPair {
  readonly scalar: Uint8Array;
  readonly point: Uint8Array;
}

/**
 * Signs with the signer ID `1234567812345678` (GM/T 0009 §10), which everybody takes for certificates and requests.
 *
 * @param random  asked for 32 octets at a time; the signature is as secret as they are unpredictable.
 * @returns DER: `SEQUENCE { r INTEGER, s INTEGER }`.
 */
export function signSm2(message: Uint8Array, keys: Sm2KeyPair, random: RandomBytes): Uint8Array {
  return signSm2Digest(digestOf(message, keys.point), keys, random);
}

/** The same with the digest that {@link sm2Hash} made of the message. */
export function signSm2Digest(digest: Uint8Array, { scalar }: Sm2KeyPair, random: RandomBytes): Uint8Array {
  const d = toNumber(scalar);
  if (scalar.length !== 32 || d < 1n || d >= order - 1n) throw new TypeError('no SM2 private key');
  const e = toNumber(digest);
  for (;;) {
    const k = randomScalar(random);
    const r = mod(e + Point.BASE.multiply(k).toAffine().x, order);
    if (r === 0n || r + k === order) continue;
    // s = (k - r·d) / (1 + d). How long an inversion takes depends on the number; a random factor hides the key from it.
    const blind = randomScalar(random);
    const inverse = mod(blind * invert(mod(blind * (1n + d), order), order), order);
    const s = mod(inverse * (k + r) - r, order);
    if (s !== 0n) return sequence(integer(toInteger(r)), integer(toInteger(s)));
  }
}

/**
 * Whether the signature was made over the message with the private half of the point, under the signer ID above.
 * `false` also for a point that is not on the curve, and for bytes that are no signature.
 */
export function verifySm2(message: Uint8Array, signature: Uint8Array, point: Uint8Array): boolean {
  return verifySm2Digest(digestOf(message, point), signature, point);
}

/** The same with the digest that {@link sm2Hash} made of the message. */
export function verifySm2Digest(digest: Uint8Array, signature: Uint8Array, point: Uint8Array): boolean {
  const publicPoint = readPoint(point);
  const numbers = readSignature(signature);
  if (publicPoint === undefined || numbers === undefined) return false;
  const { r, s } = numbers;
  if (r < 1n || r >= order || s < 1n || s >= order) return false;
  const t = mod(r + s, order);
  if (t === 0n) return false;
  const sum = Point.BASE.mulAddUnsafe(s, publicPoint, t);
  return !sum.is0() && mod(toNumber(digest) + sum.toAffine().x, order) === r;
}

/** SM3 that has taken Z, which binds the signer's ID, the curve and the key (GB/T 32918.2 §5.5, §6.1): the message comes next. */
export function sm2Hash(point: Uint8Array): Hash {
  const z = hash('sm3', concatBytes([beforeKey, point.subarray(1)]), 'buffer');
  return createHash('sm3').update(z);
}

function digestOf(message: Uint8Array, point: Uint8Array): Uint8Array {
  return sm2Hash(point).update(message).digest();
}

/** Uniform from 1 to the order less one: what lies outside is drawn again, not reduced. */
function randomScalar(random: RandomBytes): bigint {
  for (;;) {
    const octets = random(32);
    const number = toNumber(octets);
    octets.fill(0);
    if (number >= 1n && number < order) return number;
  }
}

function readPoint(point: Uint8Array): WeierstrassPoint<bigint> | undefined {
  if (point.length !== 65 || point[0] !== 0x04) return undefined;
  try {
    return Point.fromBytes(point);
  } catch {
    return undefined; // not on the curve
  }
}

function readSignature(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  try {
    const whole = new DerReader(signature);
    const numbers = whole.sequence();
    whole.end();
    const r = toNumber(numbers.unsignedInteger(32));
    const s = toNumber(numbers.unsignedInteger(32));
    numbers.end();
    return { r, s };
  } catch (error) {
    if (error instanceof DecodingError) return undefined;
    throw error;
  }
}

function toNumber(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex')}`);
}

/** Content octets of a positive INTEGER (X.690 §8.3). */
function toInteger(number: bigint): Uint8Array {
  const digits = number.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return new Uint8Array(Buffer.from(even >= '8' ? `00${even}` : even, 'hex'));
}

/** The recommended curve, GB/T 32918.5 §2. */
const curve = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
const order = curve.n;
const Point = weierstrass(curve);

const signerId = Buffer.from('1234567812345678', 'latin1');
/** ENTL, the ID's length in bits in two octets, the ID, a, b and G. */
const beforeKey = concatBytes([
  Uint8Array.of(0, signerId.length * 8),
  signerId,
  ...[curve.a, curve.b, curve.Gx, curve.Gy].map((number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex')),
]);
