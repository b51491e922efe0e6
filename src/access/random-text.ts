// Random text over an alphabet, every character equally likely: access keys, account numbers.

import type { RandomBytes } from '../base/bytes.ts';

export const digits = '0123456789';
export const lettersAndDigits = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz${digits}`;

/** @param alphabet at most 256 characters. */
export function randomText(alphabet: string, length: number, randomBytes: RandomBytes): string {
  // Octets from here on are thrown away: taken modulo the alphabet they would favour its beginning.
  const fair = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const octet of randomBytes(length - text.length)) {
      if (octet < fair) text += alphabet.charAt(octet % alphabet.length);
    }
  }
  return text;
}
