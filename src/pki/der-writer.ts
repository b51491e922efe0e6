// Writes DER (X.690 §10, §11). Every function returns one complete element: tag, shortest length, content.
//
// What is given must be right: a wrong argument is a mistake of the program and throws TypeError. What depends on people's
// input (names, addresses, dates) is checked where it is known by name, and throws EncodingError.

import type { UnixSeconds } from '../base/time.ts';
import { encodeArcs, isObjectIdentifier } from './object-identifier.ts';
import {
  generalizedTimeOctets,
  isWritableTime,
  utcTimeOctets,
  writeTimeDigits,
  year1950,
  year2050,
} from './time-digits.ts';

export type EncodingProblem =
  | 'empty'
  | 'too-long'
  | 'wrong-length'
  | 'not-unicode'
  | 'control-character'
  | 'not-printable-string'
  | 'not-ia5-string'
  | 'unknown-type'
  | 'malformed'
  | 'out-of-range'
  | 'duplicate'
  | 'too-many'
  | 'not-upper-case-hexadecimal'
  | 'unfit-for-key'
  | 'needs-key-agreement'
  | 'never-critical'
  | 'not-before-after-not-after';

/** A value that may not be written: which field, and which rule it breaks. The value itself is not repeated. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
  readonly field: string;
  readonly problem: EncodingProblem;
  constructor(field: string, problem: EncodingProblem) {
    super(`${field}: ${problem}`);
    this.field = field;
    this.problem = problem;
  }
}

/** An element of any one-octet tag, its content being the parts one after the other. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return elementOf(tag, parts);
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...parts);
}

/** SEQUENCE OF, however many: an engine takes only so many arguments. */
export function sequenceOf(elements: readonly Uint8Array[]): Uint8Array {
  return elementOf(0x30, elements);
}

/** SET OF: the elements ordered by their encodings (X.690 §11.6). */
export function setOf(elements: readonly Uint8Array[]): Uint8Array {
  return elementOf(0x31, elements.toSorted(Buffer.compare));
}

/** [n] around complete elements, or in place of a SEQUENCE's or SET's own tag. */
export function constructed(contextTag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | contextTagNumber(contextTag), ...parts);
}

/** [n] IMPLICIT in place of the tag of a primitive type: content octets only. */
export function primitive(contextTag: number, content: Uint8Array): Uint8Array {
  return element(0x80 | contextTagNumber(contextTag), content);
}

export function boolean(value: boolean): Uint8Array {
  return Uint8Array.of(0x01, 0x01, value ? 0xff : 0x00);
}

/** INTEGER from its content octets: two's complement, in as few octets as possible. */
export function integer(content: Uint8Array): Uint8Array {
  if (!isShortestInteger(content)) throw new TypeError('content octets of an INTEGER are not the shortest');
  return element(0x02, content);
}

/** INTEGER of a count: zero or positive, below 2^53. */
export function integerOf(value: number): Uint8Array {
  return element(0x02, integerContent(value));
}

export function enumerated(value: number): Uint8Array {
  return element(0x0a, integerContent(value));
}

/** The one NULL. Not to be written to. */
export const nullValue: Uint8Array = Uint8Array.of(0x05, 0x00);

export function octetString(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x04, ...parts);
}

/** BIT STRING of whole octets. */
export function bitString(octets: Uint8Array): Uint8Array {
  return element(0x03, noUnusedBits, octets);
}

/** BIT STRING of named bits, the first being bit 0; trailing zero bits are left out (X.690 §11.2.2). */
export function namedBits(bits: readonly number[]): Uint8Array {
  if (bits.length === 0) return element(0x03, noUnusedBits);
  const last = Math.max(...bits);
  const content = new Uint8Array(2 + (last >> 3));
  content[0] = 7 - (last & 7);
  for (const bit of bits) {
    const at = 1 + (bit >> 3);
    content[at] = (content[at] ?? 0) | (0x80 >> (bit & 7));
  }
  return element(0x03, content);
}

export function objectIdentifier(dotted: string): Uint8Array {
  if (!isObjectIdentifier(dotted)) throw new TypeError(`not an object identifier: ${dotted}`);
  return element(0x06, encodeArcs(dotted));
}

export function utf8String(text: string): Uint8Array {
  return stringElement(0x0c, text);
}

/** The caller has checked the characters. */
export function printableString(text: string): Uint8Array {
  return stringElement(0x13, text);
}

/** The caller has checked the characters. */
export function ia5String(text: string): Uint8Array {
  return stringElement(0x16, text);
}

/**
 * Time of certificates and CRLs: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5).
 *
 * @throws {EncodingError} `out-of-range` before 1950 and after 9999.
 */
export function time(moment: UnixSeconds, field: string): Uint8Array {
  if (moment < year1950) throw new EncodingError(field, 'out-of-range');
  return moment < year2050 ? timeElement(0x17, utcTimeOctets, moment, field) : generalizedTime(moment, field);
}

/**
 * GeneralizedTime in Zulu with seconds and without fraction, for every year (RFC 5280 §4.1.2.5.2, RFC 6960 §4.2.2.1).
 *
 * @throws {EncodingError} `out-of-range` before the year 0 and after 9999.
 */
export function generalizedTime(moment: UnixSeconds, field: string): Uint8Array {
  return timeElement(0x18, generalizedTimeOctets, moment, field);
}

/** X.690 §8.3.2: the first nine bits are neither all zero nor all one. */
export function isShortestInteger(content: Uint8Array): boolean {
  const first = content[0];
  if (first === undefined) return false;
  const second = content[1];
  if (second === undefined) return true;
  return !((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80));
}

function elementOf(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const header = headerLength(length);
  const der = new Uint8Array(header + length);
  der[0] = tag;
  writeLength(der, length, header);
  let at = header;
  for (const part of parts) {
    der.set(part, at);
    at += part.length;
  }
  return der;
}

function headerLength(length: number): number {
  if (length < 0x80) return 2;
  if (length <= 0xff) return 3;
  if (length <= 0xffff) return 4;
  if (length <= 0xffffff) return 5;
  return 6;
}

/** X.690 §10.1: the definite form in the fewest octets. */
function writeLength(der: Uint8Array, length: number, header: number): void {
  if (header === 2) {
    der[1] = length;
    return;
  }
  der[1] = 0x80 | (header - 2);
  for (let at = header - 1, left = length; at >= 2; at--, left = Math.floor(left / 256)) der[at] = left % 256;
}

function contextTagNumber(number: number): number {
  if (!Number.isInteger(number) || number < 0 || number > 30) throw new TypeError(`tag number ${number}`);
  return number;
}

function integerContent(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`not a count: ${value}`);
  const octets = [value % 256];
  for (let left = Math.floor(value / 256); left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  if ((octets[0] ?? 0) >= 0x80) octets.unshift(0);
  return Uint8Array.from(octets);
}

/** Short texts are copied without a trip through an encoder; that is most of what a certificate consists of. */
function stringElement(tag: number, text: string): Uint8Array {
  if (text.length >= 0x80) return element(tag, utf8.encode(text));
  const der = new Uint8Array(2 + text.length);
  der[0] = tag;
  der[1] = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) return element(tag, utf8.encode(text));
    der[2 + at] = code;
  }
  return der;
}

function timeElement(tag: number, octets: TimeOctets, moment: UnixSeconds, field: string): Uint8Array {
  if (!isWritableTime(moment)) throw new EncodingError(field, 'out-of-range');
  const der = new Uint8Array(2 + octets);
  der[0] = tag;
  der[1] = octets;
  writeTimeDigits(der, 2, moment, octets);
  return der;
}

type TimeOctets = typeof generalizedTimeOctets | typeof utcTimeOctets;

const noUnusedBits = Uint8Array.of(0);
const utf8 = new TextEncoder();
