// Many certificates at once on their way into the status index: column by column, each column one array of octets, since making
// a record of every certificate would take longer than reading it.

import type { AccountId } from '../base/journal-entry.ts';
import { unixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { AuthorityRoll } from './authority-roll.ts';
import { type Identifier, revocationReasons } from './model.ts';
import { longKeyWords, readDigitsKey, readWrittenKey } from './serial-key.ts';
import type { Standings } from './standings.ts';

/** Between two pages: behind which certificate, in the order that the store gives them in. */
export interface StandingPlace {
  readonly part: 'authorities' | 'listed' | 'unlisted';
  readonly account: string;
  readonly id: number;
}

export const firstPlace: StandingPlace = { part: 'authorities', account: '', id: 0 };

/** Of every certificate one value in each column, in the same order, in ASCII and separated by commas. */
export interface StandingPage {
  /** Where the next page begins; absent in the last. */
  readonly next?: StandingPlace;
  /** How many certificates there can be in all pages together. */
  readonly atMost: number;
  /** As `SerialNumber`. */
  readonly serials: Uint8Array;
  /**
   * The journal entry that each stands so by; of one that is revoked also when it was, in seconds since 1970, and the reason, or
   * nothing, with blanks between.
   */
  readonly standings: Uint8Array;
  /** Identifiers of the issuing authorities. */
  readonly issuers: Uint8Array;
  /**
   * Of those that are certificates of authorities once more, each behind the one above it: identifier, account, issuer, serial number
   * and standing, with blanks between.
   */
  readonly authorities: Uint8Array;
}

/** How a certificate of an authority is added. */
type AddAuthority = (row: {
  readonly identifier: Identifier;
  readonly account: AccountId;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
  readonly sequence: number;
}) => void;

/**
 * Adds those whose authorities are known. One whose authority is not was made while pages were read, and comes with the journal's
 * entries of that time.
 * @throws {RangeError} for a page that is none.
 */
export function takePage(page: StandingPage, standings: Standings, addAuthority: AddAuthority): void {
  standings.expect(page.atMost);
  addAuthorities(page.authorities, standings.authorities, addAuthority);
  const serials = new Column(page.serials);
  const stands = new Column(page.standings);
  const issuers = new Column(page.issuers);
  const authorities = new Meanings((text) => standings.authorities.ordinalOf(text as Identifier) ?? -1);
  const reasons = new Meanings((text) => (revocationReasons as readonly string[]).indexOf(text));
  while (serials.next(usualLength)) {
    if (!stands.next() || !issuers.next(usualLength)) throw notAPage();
    const sequence = stands.number();
    const authority = authorities.of(issuers);
    const key = readKey(serials);
    if (authority < 0) continue;
    const place = standings.addKey(key, authority, sequence);
    if (stands.isRead) continue;
    const revokedAt = unixSeconds(stands.number());
    const reason = stands.isRead ? undefined : revocationReasons[reasons.of(stands)];
    standings.change(place, { sequence, revokedAt, ...(reason && { reason }) });
  }
  // A column that is shorter or longer gives certificates what others stand by.
  if (stands.next() || issuers.next()) throw notAPage();
}

/** Before what they issued; as they come among the others once more, they are there. */
function addAuthorities(rows: Uint8Array, authorities: AuthorityRoll, addAuthority: AddAuthority): void {
  if (rows.length === 0) return;
  for (const row of asText(rows, 0, rows.length).split(',')) {
    const [identifier, account, issuer, serialNumber, sequence] = row.split(' ') as [
      ...[Identifier, AccountId, Identifier, SerialNumber],
      string | undefined,
    ];
    if (sequence === undefined || !/^\d+$/.test(sequence))
      throw new RangeError('a page of certificates without a number');
    if (issuer !== identifier && authorities.ordinalOf(issuer) === undefined) continue;
    addAuthority({ identifier, account, issuer, serialNumber, sequence: Number(sequence) });
  }
}

function notAPage(): RangeError {
  return new RangeError('a page of certificates whose columns are not of one length');
}

const key = new Int32Array(longKeyWords);

function readKey(serial: Column): Int32Array {
  if (!readDigitsKey(serial.octets, serial, key, 0)) {
    serial.toComma();
    readWrittenKey(serial.octets, serial, key);
  }
  return key;
}

/** Of identifiers, and of the serial numbers that are made here. */
const usualLength = 32;

const comma = 0x2c;
const blank = 0x20;

/** The values of a column, one after the other. */
class Column {
  readonly octets: Uint8Array;
  /** Where the value is, or what of it is not read yet, up to `end`. */
  start = 0;
  end = -1;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  /**
   * @param likely  how long it may be: where a comma stands behind so many octets, whether none stands before is for the caller to
   *   find out when he reads them, and then to go {@link toComma}.
   * @returns whether there was another.
   */
  next(likely = 0): boolean {
    const { octets } = this;
    this.start = this.end + 1;
    if (this.start >= octets.length) return false;
    this.end = this.start + likely;
    if (octets[this.end] !== comma || likely === 0) this.toComma();
    return true;
  }

  /** Lets the value end where it does. */
  toComma(): void {
    const { octets } = this;
    let end = this.start;
    while (end < octets.length && octets[end] !== comma) end++;
    this.end = end;
  }

  /** Whether nothing stands behind the numbers read. */
  get isRead(): boolean {
    return this.start >= this.end;
  }

  /** The next number, up to a blank or the end, and steps behind it. @throws {RangeError} */
  number(): number {
    const { octets, end } = this;
    let value = 0;
    let at = this.start;
    for (; at < end; at++) {
      const code = octets[at] ?? 0;
      if (code === blank) break;
      value = 10 * value + code - 0x30;
    }
    if (at === this.start || !Number.isSafeInteger(value)) {
      throw new RangeError('a page of certificates without a number');
    }
    this.start = at + 1;
    return value;
  }
}

/** What the few texts mean that a column has again and again: a text is made of one, and looked up, when it is met first. */
class Meanings {
  readonly #meaningOf: (text: string) => number;
  readonly #texts: Uint8Array[] = [];
  readonly #meanings: number[] = [];

  constructor(meaningOf: (text: string) => number) {
    this.#meaningOf = meaningOf;
  }

  of(column: Column): number {
    const known = this.#known(column);
    if (known !== undefined) return known;
    column.toComma();
    return this.#known(column) ?? this.#lookUp(column);
  }

  /** No text that is kept has a comma in it. */
  #known({ octets, start, end }: Column): number | undefined {
    const kept = keptAt(octets, end);
    const text = this.#texts[kept];
    return text?.length === end - start && isAt(text, octets, start) ? this.#meanings[kept] : undefined;
  }

  #lookUp({ octets, start, end }: Column): number {
    const meaning = this.#meaningOf(asText(octets, start, end));
    const kept = keptAt(octets, end);
    this.#texts[kept] = octets.subarray(start, end);
    this.#meanings[kept] = meaning;
    return meaning;
  }
}

/** By the last octets of a text, which differ more often than not. */
function keptAt(octets: Uint8Array, end: number): number {
  return ((octets[end - 1] ?? 0) + 31 * (octets[end - 2] ?? 0)) % meaningsKept;
}

const meaningsKept = 64;

function isAt(text: Uint8Array, octets: Uint8Array, start: number): boolean {
  for (let at = 0; at < text.length; at++) if (octets[start + at] !== text[at]) return false;
  return true;
}

function asText({ buffer, byteOffset }: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer, byteOffset + start, end - start).toString('latin1');
}
