// The answer to the status question, in memory: fed by the journal, asked without I/O, by any number of threads.
// Says nothing about dates: an expired certificate that was never revoked is still "not revoked".

import type { AccountId, Entry } from '../base/journal-entry.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { CertificateEvent } from './events.ts';
import { type Identifier, isAuthorityKind, type RevocationReason } from './model.ts';
import type { HashSeed } from './seeded-hash.ts';
import type { KeyPage } from './serial-keys.ts';
import { type StandingPage, takePage } from './standing-page.ts';
import { type SharedStandings, Standings } from './standings.ts';
import { keysAtOnce } from './status-table.ts';

export type Status =
  | { readonly status: 'good' }
  | {
      readonly status: 'revoked';
      readonly revokedAt: UnixSeconds;
      /** Of its own revocation, where that is the one that tells; an authority's above it is no reason of its own. */
      readonly reason?: RevocationReason;
    }
  | { readonly status: 'unknown' };

const good: Status = { status: 'good' };
const unknown: Status = { status: 'unknown' };

/** In the place of a moment, in answers without objects. */
export const notRevoked = -1;
export const neverIssued = -2;

/** What those who only ask need of it: all that another thread has. */
export type StatusReader = Pick<
  StatusIndex,
  'size' | 'lookup' | 'lookupPage' | 'lookupIssuedBy' | 'lastChangeIssuedBy'
>;

interface Issued {
  readonly identifier: Identifier;
  readonly account: AccountId;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
  readonly sequence: number;
}

/** Of a page: few have issued what is asked about in one. */
const authoritiesKept = 16;

export class StatusIndex {
  readonly #standings: Standings;
  /** Of a page, in {@link lookupPage}. */
  readonly #places = new Int32Array(keysAtOnce);
  /** By the last bits of its number: an authority, and the earliest revocation of it and those above it. */
  readonly #authorities = new Int32Array(authoritiesKept);
  readonly #ofAuthorities = new Int32Array(authoritiesKept);

  /** For a thread that asks while another one's index is fed; `shared` of that one may be posted to it. */
  static attach(shared: SharedStandings): StatusReader {
    return new StatusIndex(new Standings(shared));
  }

  /** @param source  a secret seed, or standings that this index alone writes from now on. */
  constructor(source: HashSeed | Standings) {
    this.#standings = source instanceof Standings ? source : new Standings(source);
  }

  get shared(): SharedStandings {
    return this.#standings.shared;
  }

  /** Certificates the index knows: every one that was ever issued. */
  get size(): number {
    return this.#standings.size;
  }

  /** Octets of memory it takes. */
  get octets(): number {
    return this.#standings.octets;
  }

  /**
   * Takes over one journal entry. Called in journal order, after the commit and before the answer to whoever made the
   * change: a reader never sees a revocation that a crash could undo, and always sees one that was answered.
   * What the index knows already, having been made from a view that had it, changes nothing.
   */
  apply(entry: Entry<CertificateEvent>): void {
    const { event, sequence, account } = entry;
    if (event.kind === 'certificate-issued') {
      const { identifier, issuer, serialNumber } = event;
      const isAuthority = isAuthorityKind(event.certificateKind);
      this.#add({ identifier, account, issuer, serialNumber, sequence }, isAuthority);
    } else if (event.kind === 'certificate-revoked') {
      const place = this.#issued(entry);
      if (this.#standings.since(place) >= sequence) return;
      // From on hold to for good: since it was put on hold.
      const before = this.#standings.revocation(place);
      const revokedAt = before < 0 ? event.revokedAt : this.#standings.revokedAt(before);
      this.#standings.change(place, { sequence, revokedAt, ...(event.reason && { reason: event.reason }) });
    } else if (event.kind === 'certificate-released') {
      const place = this.#issued(entry);
      if (this.#standings.since(place) < sequence) this.#standings.change(place, { sequence });
    }
    // Nothing else changes a status; a deleted certificate keeps the one it had: revoked.
  }

  /**
   * Takes over what another view of the journal has, before any entry is applied. Entries that the view had already may be
   * applied again.
   */
  takePage(page: StandingPage): void {
    takePage(page, this.#standings, (row) => this.#add(row, true));
  }

  /** How the serial number stands in the account, whoever of its authorities used it: revoked by one is revoked. */
  lookup(account: AccountId, serialNumber: SerialNumber): Status {
    const number = this.#standings.authorities.accountNumber(account);
    if (number === undefined) return unknown;
    for (;;) {
      this.#standings.begin();
      const status = this.#lookup(number, serialNumber);
      if (!this.#standings.isOvertaken) return status;
    }
  }

  /**
   * As {@link lookup}, for many at once and without an object for each. Every answer is that of one moment, not all of them
   * that of the same.
   * @param moments  takes for each when it was revoked, or {@link notRevoked} or {@link neverIssued}.
   */
  lookupPage(account: AccountId, { words, count }: KeyPage, moments: Float64Array): void {
    const number = this.#standings.authorities.accountNumber(account);
    if (number === undefined) {
      moments.fill(neverIssued, 0, count);
      return;
    }
    const places = this.#places;
    for (let from = 0; from < count; ) {
      const to = Math.min(from + keysAtOnce, count);
      this.#begin();
      this.#standings.findMany(number, words, { from, to }, places);
      for (let index = from; index < to; index++) {
        const place = places[index - from] ?? -1;
        moments[index] = place < 0 ? neverIssued : this.#moment(number, place, words, index);
      }
      if (!this.#standings.isOvertaken) from = to;
    }
  }

  /** How what this authority issued under the serial number stands; a root issued its own certificate. */
  lookupIssuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): Status {
    for (;;) {
      this.#standings.begin();
      const place = this.#issuedBy(authority, account, serialNumber);
      const status = place < 0 ? unknown : this.#statusBy(this.#revocation(place), place);
      if (!this.#standings.isOvertaken) return status;
    }
  }

  /**
   * Number of the journal entry that made the status what {@link lookupIssuedBy} says: whoever kept an answer may give it
   * again while this is the same. 0 for a certificate that was never issued.
   */
  lastChangeIssuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): number {
    for (;;) {
      this.#standings.begin();
      let last = 0;
      let place = this.#issuedBy(authority, account, serialNumber);
      for (; place >= 0; place = this.#above(place)) last = Math.max(last, this.#standings.since(place));
      if (!this.#standings.isOvertaken) return last;
    }
  }

  #lookup(account: number, serialNumber: SerialNumber): Status {
    const standings = this.#standings;
    let place = standings.find(account, serialNumber, 0);
    if (place < 0) return unknown;
    let earliest = -1;
    let borneBy = place;
    for (let rank = 1; place >= 0; rank++) {
      const change = this.#revocation(place);
      if (this.#isEarlier(change, earliest) || this.#isFirstOfMoment(change, earliest)) {
        earliest = change;
        borneBy = place;
      }
      place = standings.isFollowed(place) ? standings.find(account, serialNumber, rank) : -1;
    }
    return this.#statusBy(earliest, borneBy);
  }

  /** Before the look-ups of {@link lookupPage} that are to be of one moment. */
  #begin(): void {
    this.#standings.begin();
    this.#authorities.fill(-1);
  }

  /** Of the number that is this one of many keys, whose first bearer stands at `place`. */
  #moment(account: number, place: number, keys: Int32Array, index: number): number {
    let earliest = this.#revocationOnce(place);
    for (let rank = 1, each = place; this.#standings.isFollowed(each); rank++) {
      each = this.#standings.findNext(account, keys, index, rank);
      if (each < 0) break;
      const change = this.#revocationOnce(each);
      if (this.#isEarlier(change, earliest)) earliest = change;
    }
    return earliest < 0 ? notRevoked : this.#standings.revokedAt(earliest);
  }

  /** As {@link #revocation}; what the authorities above say is found out once where many have the same. */
  #revocationOnce(place: number): number {
    const authority = this.#standings.authorityOf(place);
    const kept = authority % authoritiesKept;
    if (this.#authorities[kept] !== authority) {
      this.#authorities[kept] = authority;
      this.#ofAuthorities[kept] = this.#revocation(this.#standings.authorities.standingOf(authority));
    }
    const own = this.#standings.revocation(place);
    const above = this.#ofAuthorities[kept] ?? -1;
    return this.#isEarlier(own, above) ? own : above;
  }

  /** A certificate that was issued, unless it is known. @returns where it stands. */
  #add({ identifier, account, issuer, serialNumber, sequence }: Issued, isAuthority: boolean): number {
    const { authorities } = this.#standings;
    const known = isAuthority ? authorities.ordinalOf(identifier) : undefined;
    if (known !== undefined) return authorities.standingOf(known);
    // In this order: whoever finds a certificate finds its issuer.
    const isRoot = issuer === identifier;
    const issuing = isRoot ? authorities.add(identifier, account) : authorities.ordinalOf(issuer);
    if (issuing === undefined) throw new Error(`authority ${issuer} is not in the journal before what it issued`);
    const place = this.#standings.add(serialNumber, issuing, sequence);
    if (isAuthority) authorities.setStanding(isRoot ? issuing : authorities.add(identifier, account), place);
    return place;
  }

  #issuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): number {
    const standings = this.#standings;
    const ordinal = standings.authorities.ordinalOf(authority);
    const number = standings.authorities.accountNumber(account);
    if (ordinal === undefined || number === undefined) return -1;
    let place = standings.find(number, serialNumber, 0);
    for (let rank = 1; place >= 0 && standings.authorityOf(place) !== ordinal; rank++) {
      place = standings.isFollowed(place) ? standings.find(number, serialNumber, rank) : -1;
    }
    return place;
  }

  #issued({ account, event, sequence }: Entry<CertificateEvent>): number {
    const place = this.#issuedBy(event.issuer, account, event.serialNumber);
    if (place < 0) throw new Error(`journal entry ${sequence} is about a certificate that was never issued`);
    return place;
  }

  /** Where the certificate of its issuer stands; -1 above a root. */
  #above(place: number): number {
    const { authorities } = this.#standings;
    const above = authorities.standingOf(this.#standings.authorityOf(place));
    return above === place ? -1 : above;
  }

  /** Of it and the authorities above it, the revocation of the earliest moment; -1 where there is none. */
  #revocation(place: number): number {
    let earliest = -1;
    for (let each = place; each >= 0; each = this.#above(each)) {
      const change = this.#standings.revocation(each);
      if (this.#isEarlier(change, earliest)) earliest = change;
    }
    return earliest;
  }

  /** Of two revocations, either of which may be none. */
  #isEarlier(change: number, than: number): boolean {
    if (change < 0 || than < 0) return change >= 0;
    return this.#standings.revokedAt(change) < this.#standings.revokedAt(than);
  }

  /** Of two of the same moment the one that the journal has first: in which order they are found does not matter. */
  #isFirstOfMoment(change: number, than: number): boolean {
    const standings = this.#standings;
    if (change < 0 || than < 0 || standings.revokedAt(change) !== standings.revokedAt(than)) return false;
    return standings.sequenceOf(change) < standings.sequenceOf(than);
  }

  #statusBy(revocation: number, place: number): Status {
    if (revocation < 0) return good;
    const revokedAt = this.#standings.revokedAt(revocation);
    const isOwn = revocation === this.#standings.revocation(place);
    const reason = isOwn ? this.#standings.reasonOf(revocation) : undefined;
    return { status: 'revoked', revokedAt, ...(reason && { reason }) };
  }
}
