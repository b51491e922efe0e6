// A keyed hash of a few 32-bit words, for tables whose keys strangers may choose: HalfSipHash-1-3, the 32-bit form of SipHash
// (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012). Who does not know the seed cannot choose keys that meet.

import type { RandomBytes } from '../base/bytes.ts';

/** Two random words, fixed for the life of a table. */
export interface HashSeed {
  readonly low: number;
  readonly high: number;
}

export function newHashSeed(random: RandomBytes): HashSeed {
  const bytes = random(8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { low: view.getInt32(0), high: view.getInt32(4) };
}

/**
 * 32 bits for `length` words of `keys` from `start` on, with `prefix` before them. Keys that are compared have one length, so
 * that nothing need be added for it.
 */
export function seededHash(
  { low, high }: HashSeed,
  prefix: number,
  keys: Int32Array,
  length: number,
  start = 0,
): number {
  let v0 = low;
  let v1 = high;
  let v2 = low ^ 0x6c796765;
  let v3 = high ^ 0x74656462;
  // Word -1 is the prefix; three more rounds without a word end it.
  for (let at = -1; at < length + 3; at++) {
    const word = at < 0 ? prefix : at < length ? (keys[start + at] ?? 0) : 0;
    if (at === length) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}
