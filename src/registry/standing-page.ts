// Many certificates at once on their way into the status index: column by column, each column one text, since making a
// record of every certificate would take longer than reading it.

import type { AccountId } from '../base/journal-entry.ts';
import { unixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import { type Identifier, revocationReasons } from './model.ts';
import type { Standings } from './standings.ts';

/** Of every certificate one value in each column, in the same order, separated by commas. */
export interface StandingPage {
  /** Where the next page begins; absent in the last. */
  readonly last?: number;
  /** How many certificates there can be in all pages together. */
  readonly atMost: number;
  /** As `SerialNumber`. */
  readonly serials: string;
  /**
   * The journal entry that each stands so by; of one that is revoked also when it was, in seconds since 1970, and the reason, or
   * nothing, with blanks between.
   */
  readonly standings: string;
  /** Identifiers of the issuing authorities. */
  readonly issuers: string;
  /**
   * Of the few that are certificates of authorities, in the same order: serial number, issuer, identifier and
   * account, with blanks between.
   */
  readonly authorities: string;
}

/** How a certificate of an authority is added. @returns where it stands. */
type AddAuthority = (row: {
  readonly identifier: Identifier;
  readonly account: AccountId;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
  readonly sequence: number;
}) => number;

/**
 * Adds those whose authorities are known, each authority behind the one above it. One whose authority is not was made while
 * pages were read, and comes with the journal's entries of that time.
 * @throws {RangeError} for a page that is none.
 */
export function takePage(page: StandingPage, standings: Standings, addAuthority: AddAuthority): void {
  standings.expect(page.atMost);
  const serials = new Column(page.serials);
  const stands = new Column(page.standings);
  const issuers = new Column(page.issuers);
  const ordinals = new Map<string, number>();
  const authorities = page.authorities === '' ? [] : page.authorities.split(',').map((each) => each.split(' '));
  while (serials.next()) {
    if (!stands.next() || !issuers.next()) throw notAPage();
    const sequence = stands.number();
    const issuer = issuers.value() as Identifier;
    const ordinal = ordinals.get(issuer) ?? standings.authorities.ordinalOf(issuer);
    const [serialNumber, above, identifier, account] = authorities[0] ?? [];
    let place = -1;
    if (serialNumber !== undefined && above === issuer && serialNumber === serials.value()) {
      authorities.shift();
      const named = { identifier: identifier as Identifier, account: account as AccountId };
      if (ordinal !== undefined || issuer === identifier) {
        place = addAuthority({ ...named, issuer, serialNumber: serialNumber as SerialNumber, sequence });
      }
    } else if (ordinal !== undefined) {
      ordinals.set(issuer, ordinal);
      place = standings.addWithin(page.serials, serials, ordinal, sequence);
    }
    if (place >= 0 && !stands.isRead) {
      const revokedAt = unixSeconds(stands.number());
      const written = stands.rest();
      const reason = revocationReasons.find((each) => each === written);
      standings.change(place, { sequence, revokedAt, ...(reason && { reason }) });
    }
  }
  // A column that is shorter or longer gives certificates what others stand by.
  if (stands.next() || issuers.next() || authorities.length > 0) throw notAPage();
}

function notAPage(): RangeError {
  return new RangeError('a page of certificates whose columns are not of one length');
}

const blank = 0x20;

/** The values of a column, one after the other. */
class Column {
  readonly #text: string;
  start = 0;
  end = -1;
  /** How far the value was read as numbers. */
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @returns whether there was another. */
  next(): boolean {
    this.start = this.end + 1;
    if (this.start >= this.#text.length) return false;
    const end = this.#text.indexOf(',', this.start);
    this.end = end < 0 ? this.#text.length : end;
    this.#at = this.start;
    return true;
  }

  value(): string {
    return this.#text.slice(this.start, this.end);
  }

  /** What stands behind the numbers read of it. */
  rest(): string {
    return this.#text.slice(this.#at, this.end);
  }

  /** Whether nothing does. */
  get isRead(): boolean {
    return this.#at >= this.end;
  }

  /** The next number, up to a blank or the end. @throws {RangeError} */
  number(): number {
    const text = this.#text;
    let value = 0;
    let at = this.#at;
    for (; at < this.end; at++) {
      const code = text.charCodeAt(at);
      if (code === blank) break;
      value = 10 * value + code - 0x30;
    }
    if (at === this.#at || !Number.isSafeInteger(value))
      throw new RangeError('a page of certificates without a number');
    this.#at = at + 1;
    return value;
  }
}
