// What is revoked, a page at a time: each column is one text, which a store makes without an object for any value, and which
// crosses threads as it is. The cursor walks along all of them together.

import type { UnixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { RevocationReason } from './model.ts';

/** Columns have their values in the same order, with {@link crlSeparator} between them; nothing stands for null. */
export interface CrlRows {
  readonly count: number;
  readonly serialNumber: string;
  readonly revokedAt: string;
  /** Null where there is none. */
  readonly reason: string;
  /** Null where it is not known. */
  readonly invalidityDate: string;
  readonly notAfter: string;
  /** Of the journal entry that made the row what it is. */
  readonly sequence: string;
}

/** One row as a record. */
export interface CrlRow {
  readonly serialNumber: SerialNumber;
  readonly revokedAt: UnixSeconds;
  readonly reason: RevocationReason | undefined;
  readonly invalidityDate: UnixSeconds | undefined;
  readonly notAfter: UnixSeconds;
  readonly sequence: number;
}

/** In no serial number, reason or number. */
export const crlSeparator = ',';

export function crlRowsOf(rows: readonly CrlRow[]): CrlRows {
  const column = (of: (row: CrlRow) => string | number | undefined) => rows.map(of).join(crlSeparator);
  return {
    count: rows.length,
    serialNumber: column(({ serialNumber }) => serialNumber),
    revokedAt: column(({ revokedAt }) => revokedAt),
    reason: column(({ reason }) => reason),
    invalidityDate: column(({ invalidityDate }) => invalidityDate),
    notAfter: column(({ notAfter }) => notAfter),
    sequence: column(({ sequence }) => sequence),
  };
}

/** A row of a page. What it tells is of the row last stepped to. */
export class CrlRowCursor implements CrlRow {
  readonly #serialNumbers: TextColumn;
  readonly #revokedAt: NumberColumn;
  readonly #reasons: TextColumn;
  readonly #invalidityDates: NumberColumn;
  readonly #notAfter: NumberColumn;
  readonly #sequences: NumberColumn;
  #left: number;
  serialNumber = '' as SerialNumber;
  revokedAt = 0 as UnixSeconds;
  reason: RevocationReason | undefined;
  invalidityDate: UnixSeconds | undefined;
  notAfter = 0 as UnixSeconds;
  sequence = 0;

  constructor(rows: CrlRows) {
    this.#left = rows.count;
    this.#serialNumbers = new TextColumn(rows.serialNumber);
    this.#revokedAt = new NumberColumn(rows.revokedAt);
    this.#reasons = new TextColumn(rows.reason);
    this.#invalidityDates = new NumberColumn(rows.invalidityDate);
    this.#notAfter = new NumberColumn(rows.notAfter);
    this.#sequences = new NumberColumn(rows.sequence);
  }

  /** Steps to the next row. @returns `false` after the last. @throws {TypeError} for a page that is not as it must be. */
  next(): boolean {
    if (this.#left === 0) {
      this.#end();
      return false;
    }
    this.#left--;
    this.serialNumber = this.#serialNumbers.next() as SerialNumber;
    this.revokedAt = required(this.#revokedAt.next());
    this.reason = (this.#reasons.next() || undefined) as RevocationReason | undefined;
    this.invalidityDate = this.#invalidityDates.next() as UnixSeconds | undefined;
    this.notAfter = required(this.#notAfter.next());
    this.sequence = required(this.#sequences.next());
    return true;
  }

  #end(): void {
    this.#serialNumbers.end();
    this.#revokedAt.end();
    this.#reasons.end();
    this.#invalidityDates.end();
    this.#notAfter.end();
    this.#sequences.end();
  }
}

class TextColumn {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string {
    const start = this.#at;
    if (start > this.#text.length) throw new TypeError('a column of a page is too short');
    const separator = this.#text.indexOf(crlSeparator, start);
    const end = separator < 0 ? this.#text.length : separator;
    this.#at = end + 1;
    return this.#text.slice(start, end);
  }

  end(): void {
    if (this.#at < this.#text.length) throw new TypeError('a column of a page is too long');
  }
}

class NumberColumn {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @returns `undefined` for null. */
  next(): number | undefined {
    const text = this.#text;
    const start = this.#at;
    if (start > text.length) throw new TypeError('a column of a page is too short');
    const isNegative = text.charCodeAt(start) === minus;
    const firstDigit = isNegative ? start + 1 : start;
    let at = firstDigit;
    let value = 0;
    for (; at < text.length; at++) {
      const digit = text.charCodeAt(at) - digit0;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at < text.length && text[at] !== crlSeparator) throw new TypeError('a column of a page has no number');
    this.#at = at + 1;
    if (at === firstDigit) return isNegative ? required(undefined) : undefined;
    return isNegative ? -value : value;
  }

  end(): void {
    if (this.#at < this.#text.length) throw new TypeError('a column of a page is too long');
  }
}

function required(value: number | undefined): UnixSeconds {
  if (value === undefined) throw new TypeError('a column of a page lacks a number');
  return value as UnixSeconds;
}

const digit0 = 0x30;
const minus = 0x2d;
