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
  /** Of the certificates of authorities, the authorities' identifiers and accounts. */
  readonly authorities: string;
  readonly accounts: string;
}

const columns = ['serials', 'sequences', 'revokedAts', 'reasons', 'issuers', 'authorities', 'accounts'] as const;

/**
 * Adds those whose authorities are known, each authority behind the one above it. One whose authority is not was made while
 * pages were read, and comes with the journal's entries of that time.
 * @param addAuthority  adds the certificate of an authority, and returns where it stands.
 * @throws {RangeError} for a page that is none.
 */
export function takePage(
  page: StandingPage,
  standings: Standings,
  addAuthority: (row: {
    readonly identifier: Identifier;
    readonly account: AccountId;
    readonly issuer: Identifier;
    readonly serialNumber: SerialNumber;
    readonly sequence: number;
  }) => number,
): void {
  const ordinals = new Map<string, number>();
  const from = [0, 0, 0, 0, 0, 0, 0];
  const to = [0, 0, 0, 0, 0, 0, 0];
  const text = (column: number): string => page[columns[column] ?? 'serials'].slice(from[column], to[column]);
  const digits = (column: number): number => {
    const whole = page[columns[column] ?? 'serials'];
    const [start = 0, end = 0] = [from[column], to[column]];
    let value = 0;
    for (let at = start; at < end; at++) value = 10 * value + whole.charCodeAt(at) - 0x30;
    if (start >= end || !Number.isSafeInteger(value)) throw new RangeError('a page of certificates without a number');
    return value;
  };
  for (const { length } = page.serials; (from[0] ?? 0) < length; ) {
    for (let column = 0; column < columns.length; column++) {
      const whole = page[columns[column] ?? 'serials'];
      const comma = whole.indexOf(',', from[column]);
      to[column] = comma < 0 ? whole.length : comma;
    }
    const issuer = text(4) as Identifier;
    const sequence = digits(1);
    let place = -1;
    if (to[5] !== from[5]) {
      const [serialNumber, identifier, account] = [
        text(0) as SerialNumber,
        text(5) as Identifier,
        text(6) as AccountId,
      ];
      if (issuer === identifier || standings.authorities.ordinalOf(issuer) !== undefined) {
        place = addAuthority({ identifier, account, issuer, serialNumber, sequence });
      }
    } else {
      const ordinal = ordinals.get(issuer) ?? standings.authorities.ordinalOf(issuer);
      if (ordinal !== undefined) {
        ordinals.set(issuer, ordinal);
        place = standings.addWithin(page.serials, { start: from[0] ?? 0, end: to[0] ?? 0 }, ordinal, sequence);
      }
    }
    if (place >= 0 && to[2] !== from[2]) {
      const written = text(3);
      const reason = revocationReasons.find((each) => each === written);
      standings.change(place, { sequence, revokedAt: unixSeconds(digits(2)), ...(reason && { reason }) });
    }
    for (let column = 0; column < columns.length; column++) from[column] = (to[column] ?? 0) + 1;
  }
}
