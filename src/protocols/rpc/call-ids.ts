// The names of calls: RequestId and trace id, made from random octets taken from the system many at a time.

import { bytesToHex, type RandomBytes } from '../../base/bytes.ts';

export interface CallIds {
  /** Upper-case UUID, version 4, as the vendor's. */
  readonly requestId: () => string;
  /** 32 hexadecimal digits. */
  readonly traceId: () => string;
}

/** To ask the system costs more than to make an id. These names are no secrets: that the next ones lie here harms nobody. */
const idsAtOnce = 128;
const octetsOfId = 16;

export function createCallIds(random: RandomBytes): CallIds {
  return { requestId: inBatches(random, uuids, 36), traceId: inBatches(random, bytesToHex, 2 * octetsOfId) };
}

/** @param write  puts ids of `length` characters into words, one after the other. */
function inBatches(random: RandomBytes, write: (octets: Uint8Array) => string, length: number): () => string {
  let ids = '';
  let at = 0;
  return () => {
    if (at === ids.length) {
      ids = write(random(idsAtOnce * octetsOfId));
      at = 0;
    }
    at += length;
    return ids.slice(at - length, at);
  };
}

const digits = new TextEncoder().encode('0123456789ABCDEF');
const dash = 0x2d;

/** RFC 9562 §5.4: version 4 and variant 10 in the high bits of their octets. */
function uuids(octets: Uint8Array): string {
  const text = Buffer.alloc((octets.length / octetsOfId) * 36, dash);
  let at = 0;
  for (let index = 0; index < octets.length; index++) {
    const place = index % octetsOfId;
    const random = octets[index] ?? 0;
    const octet = place === 6 ? (random & 0x0f) | 0x40 : place === 8 ? (random & 0x3f) | 0x80 : random;
    if (place === 4 || place === 6 || place === 8 || place === 10) at++;
    text[at++] = digits[octet >>> 4] ?? 0;
    text[at++] = digits[octet & 0x0f] ?? 0;
  }
  return text.toString('latin1');
}
