// Many certificates at once on their way into the status index: column by column, each column one text, since making a
// record of every certificate would take longer than reading it.

import type { AccountId } from '../base/journal-entry.ts';
import { unixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import { type Identifier, revocationReasons } from './model.ts';
import type { Standings } from './standings.ts';

/** Of every certificate one value in each column, in the same order, separated by commas; empty where there is none. */
export interface StandingPage {
  /** Where the next page begins; absent for the last, which is empty. */
  readonly last?: number;
  /** As `SerialNumber`. */
  readonly serials: string;
  /** The journal entry that each stands so by. */
  readonly sequences: string;
  /** Seconds since 1970. */
  readonly revokedAts: string;
  readonly reasons: string;
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
  const serials = new Column(page.serials);
  const sequences = new Column(page.sequences);
  const revokedAts = new Column(page.revokedAts);
  const reasons = new Column(page.reasons);
  const issuers = new Column(page.issuers);
  const ordinals = new Map<string, number>();
  const authorities = page.authorities === '' ? [] : page.authorities.split(',').map((each) => each.split(' '));
  while (serials.next()) {
    sequences.next();
    revokedAts.next();
    reasons.next();
    issuers.next();
    const sequence = sequences.number();
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
    if (place >= 0 && !revokedAts.isEmpty) {
      const written = reasons.value();
      const reason = revocationReasons.find((each) => each === written);
      standings.change(place, { sequence, revokedAt: unixSeconds(revokedAts.number()), ...(reason && { reason }) });
    }
  }
}

/** The values of a column, one after the other. */
class Column {
  readonly #text: string;
  start = 0;
  end = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** @returns whether there was another. */
  next(): boolean {
    this.start = this.end + 1;
    if (this.start >= this.#text.length) return false;
    const comma = this.#text.indexOf(',', this.start);
    this.end = comma < 0 ? this.#text.length : comma;
    return true;
  }

  get isEmpty(): boolean {
    return this.start >= this.end;
  }

  value(): string {
    return this.#text.slice(this.start, this.end);
  }

  /** @throws {RangeError} */
  number(): number {
    let value = 0;
    for (let at = this.start; at < this.end; at++) value = 10 * value + this.#text.charCodeAt(at) - 0x30;
    if (this.isEmpty || !Number.isSafeInteger(value)) throw new RangeError('a page of certificates without a number');
    return value;
  }
}
