// The entries of a certificate revocation list (RFC 5280 §5.1.2.6, §5.3): walking through a million of them without an object
// for each, and finding one by its serial number.

import { hexToBytes } from '../base/bytes.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { CrlEntry } from './crl.ts';
import type { Crl } from './crl-reader.ts';
import { crlReasonOf } from './crl-reason.ts';
import { DecodingError, type DecodingProblem, DerReader } from './der-reader.ts';
import { readExtensions } from './extensions.ts';
import { oids } from './oid.ts';
import { maximumSerialNumberOctets, type SerialNumber, serialNumberFromBytes } from './serial-number.ts';
import { readTimeDigits, utcTimeOctets, year2050 } from './time-digits.ts';

/** A place among the entries. What it tells is of the entry last stepped to. */
export class CrlCursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #isDelta: boolean;
  #at: number;
  /** Magnitude of the serial number, from here up to `serialEnd`, in the octets of the list. */
  serialStart = 0;
  serialEnd = 0;
  revocationDate = 0 as UnixSeconds;
  /** Of CRLReason; 0 where there is none. */
  reasonCode = 0;
  invalidityDate: UnixSeconds | undefined;

  constructor(crl: Crl) {
    this.#bytes = crl.der;
    this.#at = crl.entriesStart;
    this.#end = crl.entriesEnd;
    this.#isDelta = crl.extensions.baseNumber !== undefined;
  }

  /**
   * Steps to the next entry.
   *
   * @returns `false` after the last.
   * @throws {DecodingError} for an entry that is not as we write them; entry extensions other than reason and invalidity date
   *   are refused.
   */
  next(): boolean {
    if (this.#at === this.#end) return false;
    // SEQUENCE { userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }
    const bytes = this.#bytes;
    const start = this.#at;
    if (bytes[start] !== 0x30) this.#fail('unexpected-tag', start);
    const length = bytes[start + 1] ?? 0x80;
    // Nothing that is allowed here makes an entry of 128 octets, where the long form would begin.
    if (length >= 0x80) this.#fail('length-too-large', start + 1);
    const end = start + 2 + length;
    if (end > this.#end) this.#fail('truncated', start + 2);
    const timeAt = this.#readSerialNumber(start + 2, end);
    const extensionsAt = this.#readTime(timeAt, end);
    this.reasonCode = 0;
    this.invalidityDate = undefined;
    if (extensionsAt < end) this.#readExtensions(extensionsAt, end);
    this.#at = end;
    return true;
  }

  /** Where the entry begins that {@link next} steps to. */
  get position(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** @param at  where an entry begins, or the end. */
  seek(at: number): void {
    this.#at = at;
  }

  /** Of the whole list. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get serialNumber(): SerialNumber {
    return serialNumberFromBytes(this.#bytes.subarray(this.serialStart, this.serialEnd));
  }

  /** The entry as a record. */
  entry(): CrlEntry {
    const { serialNumber, revocationDate, invalidityDate } = this;
    const reason = crlReasonOf(this.reasonCode);
    return {
      serialNumber,
      revocationDate,
      ...(reason === undefined ? {} : { reason }),
      ...(invalidityDate === undefined ? {} : { invalidityDate }),
    };
  }

  #readSerialNumber(at: number, end: number): number {
    const bytes = this.#bytes;
    if (bytes[at] !== 0x02) this.#fail('unexpected-tag', at);
    const length = bytes[at + 1] ?? 0;
    const contentAt = at + 2;
    const contentEnd = contentAt + length;
    if (length >= 0x80 || contentEnd > end) this.#fail('truncated', contentAt);
    const first = bytes[contentAt] ?? 0;
    const second = bytes[contentAt + 1] ?? 0;
    if (length === 0 || (length > 1 && first === 0 && second < 0x80)) this.#fail('integer-not-minimal', contentAt);
    if (first >= 0x80) this.#fail('integer-negative', contentAt);
    if (length > maximumSerialNumberOctets) this.#fail('integer-too-large', contentAt); // RFC 5280 §4.1.2.2
    this.serialStart = first === 0 && length > 1 ? contentAt + 1 : contentAt;
    this.serialEnd = contentEnd;
    return contentEnd;
  }

  #readTime(at: number, end: number): number {
    const bytes = this.#bytes;
    const tag = bytes[at];
    if (at >= end || (tag !== 0x17 && tag !== 0x18)) this.#fail('unexpected-tag', at);
    const length = bytes[at + 1] ?? 0;
    if (at + 2 + length > end) this.#fail('truncated', at + 2);
    const moment = readTimeDigits(bytes, at + 2, length);
    if (moment === undefined || (tag === 0x17) !== (length === utcTimeOctets)) this.#fail('time-malformed', at + 2);
    if (tag === 0x18 && moment < year2050) this.#fail('time-in-wrong-form', at);
    this.revocationDate = moment;
    return at + 2 + length;
  }

  #readExtensions(at: number, end: number): void {
    if (end - at === reasonAlone.length + 1 && this.#has(reasonAlone, at)) {
      this.#take(this.#bytes[end - 1] ?? 0, end - 1);
      return;
    }
    try {
      const { reasonCode, invalidityDate } = readEntryExtensions(this.#bytes.subarray(at, end));
      if (reasonCode !== undefined) this.#take(reasonCode, 0);
      this.invalidityDate = invalidityDate;
    } catch (error) {
      // Offsets are those of the whole list.
      throw error instanceof DecodingError ? new DecodingError(error.problem, at + error.at) : error;
    }
  }

  /** RFC 5280 §5.3.1: 0 is left out, 7 is not used, removeFromCRL (8) is for deltas alone. */
  #take(reasonCode: number, at: number): void {
    if (crlReasonOf(reasonCode) === undefined || (reasonCode === 8 && !this.#isDelta))
      this.#fail('value-malformed', at);
    this.reasonCode = reasonCode;
  }

  #has(octets: Uint8Array, start: number): boolean {
    for (let at = 0; at < octets.length; at++) if (this.#bytes[start + at] !== octets[at]) return false;
    return true;
  }

  #fail(problem: DecodingProblem, at: number): never {
    throw new DecodingError(problem, at);
  }
}

/**
 * Which serial numbers are on a list: offsets of the entries in a table of open addressing, about 16 bytes for each. It
 * refers to the octets of the list, which must not change.
 */
export class CrlIndex {
  readonly #bytes: Uint8Array;
  /** Where a serial number begins in the list; 0 is an empty place. */
  readonly #places: Uint32Array;
  readonly #mask: number;
  #size = 0;

  private constructor(crl: Crl) {
    this.#bytes = crl.der;
    // The shortest entry has 20 octets, so that the table is never more than two thirds full.
    const atMost = Math.ceil((crl.entriesEnd - crl.entriesStart) / 20);
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, atMost * 1.5)));
    this.#places = new Uint32Array(capacity);
    this.#mask = capacity - 1;
  }

  /**
   * Reads all entries, in steps of a few milliseconds.
   *
   * @yields how many have been read.
   * @throws {DecodingError} see {@link CrlCursor.next}; `duplicate` for a serial number that is listed twice.
   */
  static *of(crl: Crl): Generator<number, CrlIndex, void> {
    const index = new CrlIndex(crl);
    const cursor = new CrlCursor(crl);
    while (cursor.next()) {
      index.#add(cursor.serialStart, cursor.serialEnd);
      if (index.#size % entriesPerStep === 0) yield index.#size;
    }
    return index;
  }

  get size(): number {
    return this.#size;
  }

  has(serialNumber: SerialNumber): boolean {
    const octets = hexToBytes(serialNumber);
    return this.hasOctets(octets, 0, octets.length);
  }

  /** The magnitude at `start` up to `end`, without leading zeros; as a cursor over another list has it. */
  hasOctets(octets: Uint8Array, start: number, end: number): boolean {
    return this.#places[this.#placeOf(octets, start, end)] !== 0;
  }

  #add(start: number, end: number): void {
    const place = this.#placeOf(this.#bytes, start, end);
    if (this.#places[place] !== 0) throw new DecodingError('duplicate', start);
    this.#places[place] = start;
    this.#size++;
  }

  /** Where the serial number is, or would be put. */
  #placeOf(octets: Uint8Array, start: number, end: number): number {
    let place = hashOf(octets, start, end) & this.#mask;
    for (;;) {
      const at = this.#places[place] ?? 0;
      if (at === 0 || this.#isAt(at, octets, start, end)) return place;
      place = (place + 1) & this.#mask;
    }
  }

  #isAt(at: number, octets: Uint8Array, start: number, end: number): boolean {
    const bytes = this.#bytes;
    const length = end - start;
    // Before the magnitude stands the length of the INTEGER, or a sign octet and before that the length.
    const sign = (octets[start] ?? 0) >= 0x80 ? 1 : 0;
    if (bytes[at - 1 - sign] !== length + sign) return false;
    for (let offset = 0; offset < length; offset++) if (bytes[at + offset] !== octets[start + offset]) return false;
    return true;
  }
}

function readEntryExtensions(octets: Uint8Array): { reasonCode?: number; invalidityDate?: UnixSeconds } {
  const reader = new DerReader(octets);
  const { raw } = readExtensions(reader);
  reader.end();
  const found: { reasonCode?: number; invalidityDate?: UnixSeconds } = {};
  for (const { id, critical, value } of raw) {
    const content = new DerReader(value);
    if (critical) reader.fail('value-malformed', 0); // RFC 5280 §5.3.1, §5.3.2
    if (id === oids.cRLReasons) found.reasonCode = content.enumerated();
    else if (id === oids.invalidityDate) found.invalidityDate = content.generalizedTime();
    else reader.fail('value-malformed', 0);
    content.end();
  }
  return found;
}

/** FNV-1a over the octets, its bits stirred once more; the serial numbers are the issuer's own and mostly random. */
function hashOf(octets: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (octets[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** A millisecond or two. */
const entriesPerStep = 2048;

/** SEQUENCE { SEQUENCE { cRLReasons, OCTET STRING { ENUMERATED, whose octet follows } } }: most entries have this. */
const reasonAlone = Uint8Array.of(0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01);
