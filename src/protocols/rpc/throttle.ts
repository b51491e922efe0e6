// How often an account may call an operation: a sliding second, on a clock that nobody can set back.

import type { Clock, MonotonicMillis } from '../../base/time.ts';

/** The moments of the latest admitted calls, oldest first from `next` on. As many as are allowed in one second. */
interface Window {
  readonly moments: Float64Array;
  next: number;
}

const windowMillis = 1000;

export class Throttle {
  readonly #limitOf: (operation: string) => number;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  /** @param limitOf calls a second for an operation; 0 means no limit. */
  constructor(limitOf: (operation: string) => number, clock: Clock) {
    this.#limitOf = limitOf;
    this.#clock = clock;
  }

  /**
   * Admits the call and returns 0, or refuses it and returns after how many milliseconds one more would be admitted.
   * Refused calls cost nothing: hammering does not prolong the wait.
   */
  admit(account: string, operation: string): number {
    const limit = this.#limitOf(operation);
    if (limit === 0) return 0;
    const window = this.#window(`${account} ${operation}`, limit);
    const now: MonotonicMillis = this.#clock.monotonic();
    const oldest = window.moments[window.next] ?? Number.NEGATIVE_INFINITY;
    const wait = oldest + windowMillis - now;
    if (wait > 0) return Math.ceil(wait);
    window.moments[window.next] = now;
    window.next = (window.next + 1) % limit;
    return 0;
  }

  #window(key: string, limit: number): Window {
    let window = this.#windows.get(key);
    if (!window) {
      window = { moments: new Float64Array(limit).fill(Number.NEGATIVE_INFINITY), next: 0 };
      this.#windows.set(key, window);
    }
    return window;
  }
}
