// Serial numbers: one text form to compare, store and look up by, and the way to and from DER (RFC 5280 §4.1.2.2).

import type { RandomBytes } from '../base/bytes.ts';

/** Lower-case hexadecimal of the magnitude: even length, no sign octet, no leading zero octet; zero alone is `00`. */
export type SerialNumber = string & { readonly of: 'serial' };

/** RFC 5280 §4.1.2.2: nobody needs to understand more. */
export const maximumSerialNumberOctets = 20;

/**
 * Reads a serial number as people and programs write it: hexadecimal in any case, leading zeros and an odd number of
 * digits allowed, a colon between all octets or between none. Two texts name one serial exactly if they give one result.
 *
 * `0` gives `00`: it is a number, and one that no authority of ours issues.
 *
 * @returns `undefined` for anything else, and for more than 20 octets after the leading zeros.
 */
export function parseSerialNumber(text: string): SerialNumber | undefined {
  if (canonical.test(text)) return text as SerialNumber;
  if (text.length > longestSerialText || !written.test(text)) return undefined;
  const digits = text.replaceAll(':', '').replace(/^0+/, '').toLowerCase();
  if (digits.length > 2 * maximumSerialNumberOctets) return undefined;
  if (digits === '') return '00' as SerialNumber;
  return (digits.length % 2 === 0 ? digits : `0${digits}`) as SerialNumber;
}

/**
 * The serial number in the content octets of a non-negative INTEGER; a sign octet and other leading zeros are dropped.
 *
 * @throws {RangeError} above 20 octets of magnitude, or without any octet.
 */
export function serialNumberFromBytes(octets: Uint8Array): SerialNumber {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start++;
  const length = octets.length - start;
  if (length === 0 || length > maximumSerialNumberOctets) throw new RangeError(`serial number of ${length} octets`);
  return Buffer.from(octets.buffer, octets.byteOffset + start, length).toString('hex') as SerialNumber;
}

/** Content octets of the DER INTEGER: the magnitude, with a zero octet before it where its top bit is set (X.690 §8.3.3). */
export function serialNumberToInteger(serialNumber: SerialNumber): Uint8Array {
  const topBitSet = serialNumber.charCodeAt(0) >= 0x38; // '8'; letters come later
  return new Uint8Array(Buffer.from(topBitSet ? `00${serialNumber}` : serialNumber, 'hex'));
}

/**
 * A new serial number. 20 octets is the limit of RFC 5280 §4.1.2.2; 16 random ones leave room for the sign octet and
 * give 128 bits of entropy, none of them fixed.
 */
export function generateSerialNumber(random: RandomBytes): SerialNumber {
  for (;;) {
    const serialNumber = serialNumberFromBytes(random(16));
    if (serialNumber !== '00') return serialNumber; // RFC 5280 asks for a positive number
  }
}

/** The text most callers send, being what we gave them: nothing to convert. */
const canonical = /^(?!00)(?:[0-9a-f]{2}){1,20}$/;

const written = /^(?:[0-9a-f]+|[0-9a-f]{2}(?::[0-9a-f]{2})*)$/i;

/** 59 characters are 20 octets with colons; the rest is room for leading zeros. Bounds the work on hostile text. */
export const longestSerialText = 128;
