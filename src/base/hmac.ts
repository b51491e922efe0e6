// HMAC (RFC 2104) over the platform's one-shot hashes: for the one text a call is signed by, half the time of its Hmac object.

import { hash } from 'node:crypto';

export type HmacHash = 'sha1' | 'sha256';

/** Of both hashes (FIPS 180-4). */
const blockOctets = 64;

/** What the inner and the outer hash are taken of; used within one call of {@link hmac} only. */
const innerOctets = 16 * 1024;
const usualInner = Buffer.alloc(innerOctets);
const outer = { sha1: Buffer.alloc(blockOctets + 20), sha256: Buffer.alloc(blockOctets + 32) };

/**
 * As text, in the encoding that it has on the wire: octets of their own would take as long as the hash.
 * @param text hashed as UTF-8.
 */
export function hmac(algorithm: HmacHash, key: Uint8Array, text: string, encoding: 'base64' | 'hex'): string {
  const short = key.length > blockOctets ? hash(algorithm, key, 'buffer') : key;
  const mostOctets = blockOctets + 3 * text.length;
  // Long ones are rare, and not worth keeping the room for.
  const inner = mostOctets <= innerOctets ? usualInner : Buffer.alloc(mostOctets);
  const last = outer[algorithm];
  for (let at = 0; at < blockOctets; at++) {
    const octet = short[at] ?? 0;
    inner[at] = octet ^ 0x36;
    last[at] = octet ^ 0x5c;
  }
  const end = blockOctets + inner.write(text, blockOctets, 'utf8');
  // As text, octet for octet: no buffer is made for it.
  last.write(hash(algorithm, inner.subarray(0, end), 'latin1'), blockOctets, 'latin1');
  return hash(algorithm, last, encoding);
}
