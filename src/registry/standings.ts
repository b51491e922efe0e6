// How every certificate stands, packed into shared memory: which authority issued it, since which journal entry it stands so,
// and whether it is revoked. A certificate takes 24 octets and its slot, one whose status has changed 12 more.
//
// A certificate is named by its authority and its serial number (RFC 5280 §4.1.2.2), and looked for by account and serial
// number. So the first in an account to bear a number is in the table of short or of long numbers; further ones, of other
// authorities, are in a third, where the key ends in which of them it is.
//
// A change is a record that is written once. The writer puts it down, then its number into the certificate's state word, then
// counts it (`Atomics.store`). A reader loads the count first (`begin`); with that it sees every change counted, and when it
// meets one that is not, it has been overtaken and begins again. So an answer put together of a certificate and the authorities
// above it is that of one moment, and whoever asks after a change was answered gets it.

import type { UnixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import { AuthorityRoll, type SharedRoll } from './authority-roll.ts';
import { type RevocationReason, revocationReasons } from './model.ts';
import type { HashSeed } from './seeded-hash.ts';
import { keyWordsOf, longKeyWords, readSerialKey, shortKeyWords } from './serial-key.ts';
import { SharedWords } from './shared-words.ts';
import { keysAtOnce, type SharedTable, StatusTable } from './status-table.ts';

export interface SharedStandings {
  readonly seed: HashSeed;
  readonly authorities: SharedRoll;
  readonly short: SharedTable;
  readonly long: SharedTable;
  readonly further: SharedTable;
  readonly changes: SharedArrayBuffer;
}

/** A revocation, or the end of one. */
export interface Change {
  readonly sequence: number;
  /** Absent for the end of one. */
  readonly revokedAt?: UnixSeconds;
  readonly reason?: RevocationReason;
}

/** Where a certificate stands: which table, and which entry of it. */
const placesPerTable = 2 ** 27;

// An owner word: the authority, bits 24 to 30 of what begins with the lowest 31 in the state word, and whether others follow.
const authorityMask = 0xffffff;
const highSequenceMask = 0x7f;
const othersFollow = 1 << 31;
/** A state word: the lowest bits of the sequence number of its issuing; or, with this bit, the number of its last change. */
const hasChanged = 1 << 31;
const lowSequence = 2 ** 31;
const mostSequence = 2 ** 38 - 1;

/** Words of a change: of the sequence number the lowest 32 bits; the rest of both and the kind; of the moment the lowest 32. */
const changeWords = 3;
const mostChanges = 2 ** 28;
const kindReleased = 0;
const kindRevoked = 1;

/** Of many keys, those from `from` up to `to`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class Standings {
  readonly authorities: AuthorityRoll;
  readonly #seed: HashSeed;
  readonly #tables: readonly [StatusTable, StatusTable, StatusTable];
  /** The first word counts them. */
  readonly #changes: SharedWords;
  /** How many changes there were when the present reading began. */
  #counted = 0;
  #isOvertaken = false;
  readonly #key = new Int32Array(longKeyWords + 1);
  readonly #starts = new Int32Array(keysAtOnce);
  readonly #found = new Int32Array(keysAtOnce);

  /** @param source  a seed for new ones; or what another thread writes. */
  constructor(source: HashSeed | SharedStandings) {
    const shared = 'seed' in source ? source : undefined;
    const seed = 'seed' in source ? source.seed : source;
    const authorities = new AuthorityRoll(shared?.authorities);
    const accountOf = (owner: number) => authorities.accountOf(owner & authorityMask);
    this.authorities = authorities;
    this.#seed = seed;
    this.#tables = [
      new StatusTable({ keyWords: shortKeyWords, seed, accountOf }, shared?.short),
      new StatusTable({ keyWords: longKeyWords, seed, accountOf }, shared?.long),
      new StatusTable({ keyWords: longKeyWords + 1, seed, accountOf }, shared?.further),
    ];
    this.#changes = new SharedWords(shared?.changes ?? 1 + mostChanges * changeWords);
    if (!shared) this.#changes.makeRoom(1);
  }

  /** What another thread needs to read along. */
  get shared(): SharedStandings {
    const [short, long, further] = this.#tables;
    return {
      seed: this.#seed,
      authorities: this.authorities.shared,
      short: short.shared,
      long: long.shared,
      further: further.shared,
      changes: this.#changes.buffer,
    };
  }

  get size(): number {
    const [short, long, further] = this.#tables;
    return short.size + long.size + further.size;
  }

  /** Octets they take, without what is reserved. */
  get octets(): number {
    const { records } = this.authorities.shared;
    const [short, long, further] = this.#tables;
    return short.octets + long.octets + further.octets + this.#changes.buffer.byteLength + records.byteLength;
  }

  /** Before a reading of several steps: what they find counts only if then {@link isOvertaken} is false. */
  begin(): void {
    this.#counted = this.#changes.load(0);
    this.#isOvertaken = false;
  }

  /** Whether a change was met since {@link begin} that had not been counted then. */
  get isOvertaken(): boolean {
    return this.#isOvertaken;
  }

  /** Where the certificate stands that bears the number in the account; the first of them with `rank` 0. -1 for none. */
  find(account: number, serialNumber: SerialNumber, rank: number): number {
    return this.#find(account, readSerialKey(serialNumber, 0, serialNumber.length, this.#key), rank);
  }

  /**
   * As {@link find} with rank 0, for many keys.
   * @param keys  five words each; of them those from `from` up to `to`, {@link keysAtOnce} at most.
   * @param places  takes where each stands.
   */
  findMany(account: number, keys: Int32Array, { from, to }: Stretch, places: Int32Array): void {
    this.#findManyOf(shortKeyWords, account, keys, { from, to }, places);
    this.#findManyOf(longKeyWords, account, keys, { from, to }, places);
  }

  #findManyOf(keyWords: number, account: number, keys: Int32Array, { from, to }: Stretch, places: Int32Array): void {
    const table = keyWords === shortKeyWords ? 0 : 1;
    const starts = this.#starts;
    const found = this.#found;
    let count = 0;
    for (let index = from; index < to; index++) {
      const start = index * longKeyWords;
      if (keyWordsOf(keys, start) === keyWords) starts[count++] = start;
    }
    if (count === 0) return;
    this.#tables[table].findMany(account, keys, { starts, count }, found);
    for (let index = 0; index < count; index++) {
      const entry = found[index] ?? -1;
      places[(starts[index] ?? 0) / longKeyWords - from] = entry < 0 ? -1 : table * placesPerTable + entry;
    }
  }

  /** The one of this rank, from 1, that bears the number that is this one of many keys. */
  findNext(account: number, keys: Int32Array, index: number, rank: number): number {
    const start = index * longKeyWords;
    for (let word = 0; word < longKeyWords; word++) this.#key[word] = keys[start + word] ?? 0;
    return this.#find(account, longKeyWords, rank);
  }

  /** Whether there is one of the next rank. */
  isFollowed(place: number): boolean {
    return (this.#owner(place) & othersFollow) !== 0;
  }

  /** The number of the authority that issued it. */
  authorityOf(place: number): number {
    return this.#owner(place) & authorityMask;
  }

  /** Number of the journal entry it stands so by. */
  since(place: number): number {
    const state = this.#state(place);
    if (state < 0) return this.sequenceOf(this.#met(state));
    return ((this.#owner(place) >>> 24) & highSequenceMask) * lowSequence + state;
  }

  /** The number of the change that revoked it; -1 unless it is revoked. */
  revocation(place: number): number {
    const state = this.#state(place);
    if (state >= 0) return -1;
    const change = this.#met(state);
    return this.#kind(change) === kindReleased ? -1 : change;
  }

  /** Number of the journal entry that a change is by. */
  sequenceOf(change: number): number {
    return (this.#changeWord(change, 1) & 0xff) * 2 ** 32 + (this.#changeWord(change, 0) >>> 0);
  }

  revokedAt(change: number): UnixSeconds {
    const high = (this.#changeWord(change, 1) >>> 16) & 0xff;
    return (high * 2 ** 32 + (this.#changeWord(change, 2) >>> 0)) as UnixSeconds;
  }

  reasonOf(change: number): RevocationReason | undefined {
    return revocationReasons[this.#kind(change) - kindRevoked - 1];
  }

  /** The writer's: a certificate that was issued. One that is there already is left as it is. @returns where it stands. */
  add(serialNumber: SerialNumber, authority: number, sequence: number): number {
    return this.#add(readSerialKey(serialNumber, 0, serialNumber.length, this.#key), authority, sequence);
  }

  /** The same, with the serial number as words. */
  addKey(key: Int32Array, authority: number, sequence: number): number {
    for (let word = 0; word < longKeyWords; word++) this.#key[word] = key[word] ?? 0;
    return this.#add(keyWordsOf(key, 0), authority, sequence);
  }

  /** With the key that was read last, of so many words. */
  #add(keyWords: number, authority: number, sequence: number): number {
    if (sequence > mostSequence) throw new RangeError(`the status index counts to ${mostSequence} journal entries`);
    const account = this.authorities.accountOf(authority);
    const table = keyWords === shortKeyWords ? 0 : 1;
    const owner = authority | (Math.floor(sequence / lowSequence) << 24);
    const hash = this.#tables[table].hashOf(account, this.#key);
    const first = this.#tables[table].findHashed(hash, account, this.#key);
    if (first >= 0) return this.#addNext(table * placesPerTable + first, account, owner, sequence);
    return table * placesPerTable + this.#tables[table].addHashed(hash, this.#key, owner, sequence % lowSequence);
  }

  /** The same where the number is borne already, by the one at `first` before all others. */
  #addNext(first: number, account: number, owner: number, sequence: number): number {
    let before = -1;
    let rank = 0;
    for (let place = first; place >= 0; place = this.#find(account, longKeyWords, rank)) {
      if (this.authorityOf(place) === (owner & authorityMask)) return place;
      before = place;
      rank++;
    }
    this.#table(before).setOwner(before % placesPerTable, this.#owner(before) | othersFollow);
    const [, , further] = this.#tables;
    const hash = further.hashOf(account, this.#key);
    const entry = further.addHashed(hash, this.#key, owner, sequence % lowSequence);
    // A reader of the first one's table looks at this count as well, and so sees that another follows.
    this.#publish(this.#changes.words[0] ?? 0);
    return 2 * placesPerTable + entry;
  }

  /** The writer's, before there is anything: makes places for so many, most of which bear numbers that are given here. */
  expect(certificates: number): void {
    this.#tables[0].expect(certificates);
  }

  /** The writer's: it stands otherwise from now on. */
  change(place: number, { sequence, revokedAt, reason }: Change): void {
    const moment = revokedAt ?? 0;
    if (moment < 0 || moment >= 2 ** 40) throw new RangeError(`not a moment to revoke at: ${moment}`);
    const number = this.#changes.words[0] ?? 0;
    const start = 1 + number * changeWords;
    const words = this.#changes.makeRoom(start + changeWords);
    const kind =
      revokedAt === undefined ? kindReleased : kindRevoked + (reason ? 1 + revocationReasons.indexOf(reason) : 0);
    words[start] = sequence;
    words[start + 1] = Math.floor(sequence / 2 ** 32) | (kind << 8) | (Math.floor(moment / 2 ** 32) << 16);
    words[start + 2] = moment;
    this.#table(place).setState(place % placesPerTable, hasChanged | number);
    this.#publish(number + 1);
  }

  /** Makes those that were read from a file the writer's. @returns whether they are such as this leaves. */
  takeOver(): boolean {
    this.#changes.isOwn = true;
    this.begin();
    return this.#tables.every((table) => table.takeOver());
  }

  #publish(changes: number): void {
    Atomics.store(this.#changes.words, 0, changes);
    this.begin();
  }

  /** The number of the change in a state word. */
  #met(state: number): number {
    const change = state & ~hasChanged;
    if (change >= this.#counted) this.#isOvertaken = true;
    return change;
  }

  /** By the key that was read last. */
  #find(account: number, keyWords: number, rank: number): number {
    const table = rank > 0 ? 2 : keyWords === shortKeyWords ? 0 : 1;
    if (rank > 0) this.#key[longKeyWords] = rank;
    const entry = this.#tables[table].find(account, this.#key);
    return entry < 0 ? -1 : table * placesPerTable + entry;
  }

  #table(place: number): StatusTable {
    return place < placesPerTable ? this.#tables[0] : place < 2 * placesPerTable ? this.#tables[1] : this.#tables[2];
  }

  #owner(place: number): number {
    return this.#table(place).owner(place % placesPerTable);
  }

  #state(place: number): number {
    return this.#table(place).state(place % placesPerTable);
  }

  #kind(change: number): number {
    return (this.#changeWord(change, 1) >>> 8) & 0xff;
  }

  #changeWord(change: number, word: number): number {
    const at = 1 + change * changeWords + word;
    return this.#changes.reaching(at + 1)[at] ?? 0;
  }
}
