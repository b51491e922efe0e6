// Serial numbers as words: what the status index finds them by, and back.

import { longestSerialText } from '../pki/serial-number.ts';

/** RFC 5280 §4.1.2.2: 20 octets. */
export const longKeyWords = 5;
/** Room for 16 octets, which is what is given here to all that do not bring their own. */
export const shortKeyWords = 4;

/**
 * Puts a serial number, as `SerialNumber` writes it, into the first five words of `key`, the last digits first. A
 * number's text is never longer than it has to be, so that different numbers give different words.
 *
 * @param span  where the number is in `text`: from `start` up to `end`.
 * @returns how many words it takes: four, or five.
 */
export function readSerialKey(text: string, start: number, end: number, key: Int32Array): number {
  let at = end;
  for (let word = 0; word < longKeyWords; word++) {
    let value = 0;
    const from = Math.max(at - 8, start);
    for (let digit = from; digit < at; digit++) {
      const code = text.charCodeAt(digit);
      // '0' to '9' are 0x30 to 0x39, 'a' to 'f' 0x61 to 0x66.
      value = (value << 4) | ((code & 15) + 9 * (code >>> 6));
    }
    key[word] = value;
    at = from;
  }
  return keyWordsOf(key, 0);
}

/** The same of a text in ASCII. */
export function readWrittenKey(ascii: Uint8Array, { start, end }: Span, key: Int32Array): number {
  let at = end;
  for (let word = 0; word < longKeyWords; word++) {
    let value = 0;
    const from = Math.max(at - 8, start);
    for (let digit = from; digit < at; digit++) {
      const code = ascii[digit] ?? 0;
      value = (value << 4) | ((code & 15) + 9 * (code >>> 6));
    }
    key[word] = value;
    at = from;
  }
  return keyWordsOf(key, 0);
}

/** How many words the key at `at` takes: four, or five. */
export function keyWordsOf(keys: Int32Array, at: number): number {
  return keys[at + shortKeyWords] === 0 ? shortKeyWords : longKeyWords;
}

/** Where something lies: from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Puts the number whose octets these are, the most significant first, into five words from `at` on.
 * @returns false where it is none, or has more than 20 octets after leading zeros.
 */
export function readOctetsKey(octets: Uint8Array, { start, end }: Span, keys: Int32Array, at: number): boolean {
  let first = start;
  while (first < end && octets[first] === 0) first++;
  if (start >= end || end - first > 4 * longKeyWords) return false;
  let word = at;
  let octet = end;
  for (; octet - first >= 4; octet -= 4) {
    const high = ((octets[octet - 4] ?? 0) << 24) | ((octets[octet - 3] ?? 0) << 16);
    keys[word++] = high | ((octets[octet - 2] ?? 0) << 8) | (octets[octet - 1] ?? 0);
  }
  let value = 0;
  for (let each = first; each < octet; each++) value = (value << 8) | (octets[each] ?? 0);
  for (; word < at + longKeyWords; word++, value = 0) keys[word] = value;
  return true;
}

/** The value of a hexadecimal digit by its ASCII code; -1 for what is none. */
const digitValues = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  digitValues[digit.charCodeAt(0)] = value;
  digitValues[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * The same of hexadecimal digits in ASCII.
 * @returns false where there is something else among them, or nothing, or they make more than 20 octets.
 */
export function readDigitsKey(ascii: Uint8Array, { start, end }: Span, keys: Int32Array, at: number): boolean {
  let first = start;
  while (first < end && ascii[first] === 0x30) first++;
  if (start >= end || end - start > longestSerialText || end - first > 8 * longKeyWords) return false;
  let digit = end;
  let seen = 0;
  for (let word = 0; word < longKeyWords; word++) {
    let value = 0;
    const from = Math.max(digit - 8, first);
    for (let each = from; each < digit; each++) {
      const one = digitValues[ascii[each] ?? 0] ?? -1;
      seen |= one;
      value = (value << 4) | one;
    }
    keys[at + word] = value;
    digit = from;
  }
  return seen >= 0;
}

/** The two digits of an octet, in ASCII. */
const octetDigits = Uint16Array.from({ length: 256 }, (_, octet) => {
  const digits = octet.toString(16).padStart(2, '0');
  return (digits.charCodeAt(0) << 8) | digits.charCodeAt(1);
});

/** Writes the number as `SerialNumber` has it, in ASCII. @returns where it ends. */
export function writeSerialDigits(keys: Int32Array, at: number, ascii: DataView, start: number): number {
  let word = longKeyWords - 1;
  while (word > 0 && keys[at + word] === 0) word--;
  // Octets of the first word, at least one.
  let shift = 24;
  while (shift > 0 && (keys[at + word] ?? 0) >>> shift === 0) shift -= 8;
  let end = start;
  for (; word >= 0; word--, shift = 24) {
    const value = keys[at + word] ?? 0;
    for (; shift >= 0; shift -= 8, end += 2) ascii.setUint16(end, octetDigits[(value >>> shift) & 0xff] ?? 0);
  }
  return end;
}
