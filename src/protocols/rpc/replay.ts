// Remembers signature nonces for as long as a captured request could be sent again.

import { hash } from 'node:crypto';
import { type Clock, toSeconds, type UnixSeconds } from '../../base/time.ts';

/** A request is taken when its timestamp is no further than this from our clock, and its nonce is remembered as long. */
export const timestampWindowSeconds = 15 * 60;

interface Seen {
  readonly key: string;
  readonly timestamp: UnixSeconds;
}

export class ReplayGuard {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #seen = new Set<string>();
  /** What may be forgotten after each second, so that forgetting costs no search. */
  readonly #expiring = new Map<number, Seen[]>();
  /** The latest timestamp of anything forgotten: a clock set back must not bring such a request to life again. */
  #forgottenUpTo = Number.NEGATIVE_INFINITY;
  #sweptAt = Number.NEGATIVE_INFINITY;

  /** @param capacity most nonces remembered; about 150 octets each, whatever their length. */
  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#seen.size;
  }

  /**
   * Takes the nonce of a request whose signature and timestamp were found good.
   * `expired`: so old that its nonce may have been forgotten. `full`: forgetting one early would let its request be
   * replayed, so new ones are refused instead.
   */
  claim(accessKeyId: string, nonce: string, timestamp: UnixSeconds): 'fresh' | 'used' | 'expired' | 'full' {
    const now = toSeconds(this.#clock.now());
    if (now !== this.#sweptAt) this.#sweep(now);
    if (timestamp <= this.#forgottenUpTo) return 'expired';
    const key = hash('sha256', `${accessKeyId}\n${nonce}`, 'base64');
    if (this.#seen.has(key)) return 'used';
    if (this.#seen.size >= this.#capacity) return 'full';
    this.#seen.add(key);
    // A timestamp ahead of our clock stays acceptable for longer, up to twice the window.
    const forgetAfter = Math.max(now, timestamp) + timestampWindowSeconds;
    const same = this.#expiring.get(forgetAfter);
    if (same) same.push({ key, timestamp });
    else this.#expiring.set(forgetAfter, [{ key, timestamp }]);
    return 'fresh';
  }

  #sweep(now: UnixSeconds): void {
    for (const [second, nonces] of this.#expiring) {
      if (second >= now) continue;
      for (const { key, timestamp } of nonces) {
        this.#seen.delete(key);
        this.#forgottenUpTo = Math.max(this.#forgottenUpTo, timestamp);
      }
      this.#expiring.delete(second);
    }
    this.#sweptAt = now;
  }
}
