// Base32 (RFC 4648 §6), without padding, as authenticator apps take secrets.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let pending = 0;
  for (const octet of bytes) {
    pending = (pending << 8) | octet;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet.charAt((pending >>> (bits - 5)) & 31);
    pending &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet.charAt((pending << (5 - bits)) & 31);
}
