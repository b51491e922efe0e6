// Remembers signature nonces for as long as a captured request could be sent again, for all threads that serve.
//
// Any thread adds to the quarters of an hour that are held; one thread, their keeper, begins new ones in the place of those
// whose time is over. It takes the number of the old one away first, then clears it; so a thread that added to it meanwhile
// finds the number gone, and refuses the request: its time was over with the quarter's.

import { hash } from 'node:crypto';
import { type Clock, toSeconds, type UnixSeconds } from '../../base/time.ts';
import { AnsweredElsewhere } from './elsewhere.ts';
import { type Fingerprint, NonceTable } from './nonce-table.ts';

/** A request is taken when its timestamp is no further than this from our clock, and its nonce is remembered as long. */
export const timestampWindowSeconds = 15 * 60;

/** Of the three that can be accepted at a moment, and as many again that a clock set wrongly for a while may leave. */
const quartersHeld = 6;

/**
 * Nonces are kept by the quarter of an hour their timestamp lies in, and forgotten with it: the timestamp is signed, so
 * that a request sent again comes to the same quarter. These are the words of one.
 */
const wordsOfQuarter = 3;
/** Timestamp in seconds, divided by the window, and 1; 0 while it holds none. */
const numberWord = 0;
/** The latest timestamp in it. */
const latestWord = 1;
const sizeWord = 2;
/** After all quarters: the latest timestamp of anything forgotten. A clock set back must not bring such a request to life again. */
const forgottenWord = quartersHeld * wordsOfQuarter;

/** What another thread needs to remember along. */
export interface SharedNonces {
  readonly capacity: number;
  readonly words: SharedArrayBuffer;
  readonly tables: readonly SharedArrayBuffer[];
}

/** Keeps the nonces where a crash does not reach them. */
export interface NonceRecord {
  /** Comes to the record before the answer goes out. */
  readonly append: (quarter: number, fingerprint: Fingerprint) => void;
}

export class ReplayGuard {
  readonly shared: SharedNonces;
  readonly #clock: Clock;
  readonly #record: NonceRecord | undefined;
  readonly #isKeeper: boolean;
  readonly #words: Uint32Array;
  readonly #tables: readonly NonceTable[];

  /**
   * @param source  most nonces remembered of a quarter of an hour, 8 to 20 octets each, whatever their length; or what the
   *   keeper shares, for another thread, whose {@link claim} throws {@link AnsweredElsewhere} where a quarter is to begin.
   */
  constructor(clock: Clock, source: number | SharedNonces, record?: NonceRecord) {
    this.#clock = clock;
    this.#record = record;
    this.#isKeeper = typeof source === 'number';
    this.shared = typeof source === 'number' ? memoryFor(source) : source;
    this.#words = new Uint32Array(this.shared.words);
    this.#tables = this.shared.tables.map((table) => new NonceTable(table));
  }

  get size(): number {
    return this.#tables.reduce((sum, _, quarter) => sum + this.#load(quarter, sizeWord), 0);
  }

  /**
   * Takes the nonce of a request whose signature and timestamp were found good.
   * `expired`: so old that its nonce may have been forgotten. `full`: forgetting one early would let its request be
   * replayed, so new ones are refused instead.
   */
  claim(accessKeyId: string, nonce: string, timestamp: UnixSeconds): 'fresh' | 'used' | 'expired' | 'full' {
    const number = quarterOf(timestamp);
    const fingerprint = fingerprintOf(`${accessKeyId}\n${nonce}`);
    const outcome = this.#add(number, fingerprint, timestamp);
    if (outcome === 'fresh') this.#record?.append(number, fingerprint);
    return outcome;
  }

  /** Takes in what a record kept from before the start. */
  restore(quarter: number, fingerprint: Fingerprint): void {
    const lastOfIt = (quarter + 1) * timestampWindowSeconds - 1;
    this.#add(quarter, fingerprint, lastOfIt);
  }

  #add(number: number, fingerprint: Fingerprint, timestamp: number): 'fresh' | 'used' | 'expired' | 'full' {
    if (timestamp <= Atomics.load(this.#words, forgottenWord)) return 'expired';
    const quarter = this.#held(number) ?? this.#begin(number);
    const table = quarter === undefined ? undefined : this.#tables[quarter];
    if (quarter === undefined || table === undefined) return 'full';
    // Threads that look at the same moment may each add one more.
    if (this.#load(quarter, sizeWord) >= this.shared.capacity) return table.has(fingerprint) ? 'used' : 'full';
    const added = table.add(fingerprint);
    if (added === undefined) return 'full';
    if (!added) return 'used';
    Atomics.add(this.#words, place(quarter, sizeWord), 1);
    raise(this.#words, place(quarter, latestWord), timestamp);
    return this.#load(quarter, numberWord) === number + 1 ? 'fresh' : 'expired';
  }

  #held(number: number): number | undefined {
    for (let quarter = 0; quarter < quartersHeld; quarter++) {
      if (this.#load(quarter, numberWord) === number + 1) return quarter;
    }
    return undefined;
  }

  /** One whose time is over, or a free one, becomes the quarter of this number. */
  #begin(number: number): number | undefined {
    if (!this.#isKeeper) throw new AnsweredElsewhere('a quarter of an hour begins');
    const now = toSeconds(this.#clock.now());
    const numbers = this.#tables.map((_, quarter) => this.#load(quarter, numberWord));
    const over = numbers.findIndex((held) => held !== 0 && isOver(held - 1, now));
    const quarter = over >= 0 ? over : numbers.indexOf(0);
    if (quarter < 0) return undefined;
    Atomics.store(this.#words, place(quarter, numberWord), 0);
    raise(this.#words, forgottenWord, this.#load(quarter, latestWord));
    this.#tables[quarter]?.clear();
    Atomics.store(this.#words, place(quarter, latestWord), 0);
    Atomics.store(this.#words, place(quarter, sizeWord), 0);
    Atomics.store(this.#words, place(quarter, numberWord), number + 1);
    return quarter;
  }

  #load(quarter: number, word: number): number {
    return Atomics.load(this.#words, place(quarter, word));
  }
}

/** Not taken from the system before it is used. */
function memoryFor(capacity: number): SharedNonces {
  return {
    capacity,
    words: new SharedArrayBuffer(4 * (forgottenWord + 1)),
    tables: Array.from({ length: quartersHeld }, () => NonceTable.memoryFor(capacity)),
  };
}

function place(quarter: number, word: number): number {
  return quarter * wordsOfQuarter + word;
}

/** To at least so much, whoever else raises it. */
function raise(words: Uint32Array, at: number, value: number): void {
  for (let held = Atomics.load(words, at); held < value; ) {
    const found = Atomics.compareExchange(words, at, held, value);
    if (found === held) return;
    held = found;
  }
}

function quarterOf(timestamp: UnixSeconds): number {
  return Math.floor(timestamp / timestampWindowSeconds);
}

/** Whether no timestamp of this quarter can be accepted any more. */
export function isOver(quarter: number, now: UnixSeconds): boolean {
  return now > (quarter + 2) * timestampWindowSeconds - 1;
}

/** The first 64 bits of the SHA-256. */
function fingerprintOf(text: string): Fingerprint {
  // As text, octet for octet: no buffer is made for it.
  const digest = hash('sha256', text, 'latin1');
  return { high: wordAt(digest, 0), low: wordAt(digest, 4) };
}

function wordAt(octets: string, at: number): number {
  return (
    (octets.charCodeAt(at) << 24) |
    (octets.charCodeAt(at + 1) << 16) |
    (octets.charCodeAt(at + 2) << 8) |
    octets.charCodeAt(at + 3)
  );
}
