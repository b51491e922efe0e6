// Remembers signature nonces for as long as a captured request could be sent again.

import { hash } from 'node:crypto';
import { type Clock, toSeconds, type UnixSeconds } from '../../base/time.ts';
import { type Fingerprint, NonceTable } from './nonce-table.ts';

/** A request is taken when its timestamp is no further than this from our clock, and its nonce is remembered as long. */
export const timestampWindowSeconds = 15 * 60;

/**
 * Nonces are kept by the quarter of an hour their timestamp lies in, and forgotten with it: the timestamp is signed, so
 * that a request sent again comes to the same quarter.
 */
interface Quarter {
  /** Timestamp in seconds, divided by the window; `undefined` while it holds none. */
  number: number | undefined;
  /** The latest timestamp in it. */
  latest: number;
  size: number;
  table: NonceTable | undefined;
}

/** Of the three that can be accepted at a moment, and as many again that a clock set wrongly for a while may leave. */
const quartersHeld = 6;

/** Keeps the nonces where a crash does not reach them. */
export interface NonceRecord {
  /** Comes to the record before the answer goes out. */
  readonly append: (quarter: number, fingerprint: Fingerprint) => void;
}

export class ReplayGuard {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #record: NonceRecord | undefined;
  readonly #quarters: readonly Quarter[];
  /** The latest timestamp of anything forgotten: a clock set back must not bring such a request to life again. */
  #forgottenUpTo = Number.NEGATIVE_INFINITY;

  /** @param capacity most nonces remembered of a quarter of an hour; 8 to 20 octets each, whatever their length. */
  constructor(clock: Clock, capacity: number, record?: NonceRecord) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#record = record;
    this.#quarters = Array.from({ length: quartersHeld }, () => ({
      number: undefined,
      latest: Number.NEGATIVE_INFINITY,
      size: 0,
      table: undefined,
    }));
  }

  get size(): number {
    return this.#quarters.reduce((sum, { size }) => sum + size, 0);
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
    if (timestamp <= this.#forgottenUpTo) return 'expired';
    const quarter = this.#quarter(number);
    if (quarter === undefined) return 'full';
    quarter.table ??= new NonceTable(NonceTable.memoryFor(this.#capacity));
    if (quarter.size >= this.#capacity) return quarter.table.has(fingerprint) ? 'used' : 'full';
    const added = quarter.table.add(fingerprint);
    if (added === undefined) return 'full';
    if (!added) return 'used';
    quarter.size += 1;
    quarter.latest = Math.max(quarter.latest, timestamp);
    return 'fresh';
  }

  /** The one of this number; one whose time is over, or a free one, becomes it. */
  #quarter(number: number): Quarter | undefined {
    const held = this.#quarters.find((quarter) => quarter.number === number);
    if (held) return held;
    const now = toSeconds(this.#clock.now());
    const free =
      this.#quarters.find((quarter) => quarter.number !== undefined && isOver(quarter.number, now)) ??
      this.#quarters.find((quarter) => quarter.number === undefined);
    if (free === undefined) return undefined;
    this.#forgottenUpTo = Math.max(this.#forgottenUpTo, free.latest);
    free.table?.clear();
    Object.assign(free, { number, latest: Number.NEGATIVE_INFINITY, size: 0 });
    return free;
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
  const digest = hash('sha256', text, 'buffer');
  return { high: digest.readInt32BE(0), low: digest.readInt32BE(4) };
}
