// How often proving who one is failed of late, by whatever it was tried with, in bounded memory.

import type { Clock, MonotonicMillis } from '../base/time.ts';

interface Failures {
  count: number;
  /** When the count begins again. */
  until: MonotonicMillis;
}

export interface AttemptRules {
  /** Failures that are forgiven in one window; 0 for any number. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Most names remembered; beyond it the oldest is forgotten. */
  readonly capacity: number;
}

/**
 * An attempt is counted before it is judged, so that many at once get no further than one after the other; one that
 * succeeds is taken back. After the last one that is forgiven, the whole window has to be waited for.
 */
export class FailedAttempts {
  readonly #rules: AttemptRules;
  readonly #clock: Clock;
  readonly #byName = new Map<string, Failures>();

  constructor(rules: AttemptRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Seconds to wait before the next attempt; 0 when it may be made. @param limit where this name has one of its own. */
  secondsToWait(name: string, limit = this.#rules.limit): number {
    const failures = this.#current(name);
    if (limit === 0 || !failures || failures.count < limit) return 0;
    return Math.max(1, Math.ceil((failures.until - this.#clock.monotonic()) / 1000));
  }

  add(name: string, limit = this.#rules.limit): void {
    const failures = this.#current(name);
    if (failures) {
      failures.count++;
      if (failures.count === limit) failures.until = this.#windowFromNow();
      return;
    }
    const [oldest] = this.#byName.keys();
    if (this.#byName.size >= this.#rules.capacity && oldest !== undefined) this.#byName.delete(oldest);
    this.#byName.set(name, { count: 1, until: this.#windowFromNow() });
  }

  /** The last attempt was none that failed; those before it still count. */
  takeBack(name: string): void {
    const failures = this.#current(name);
    if (failures && failures.count > 0) failures.count--;
  }

  forget(name: string): void {
    this.#byName.delete(name);
  }

  #windowFromNow(): MonotonicMillis {
    return (this.#clock.monotonic() + this.#rules.windowSeconds * 1000) as MonotonicMillis;
  }

  #current(name: string): Failures | undefined {
    const failures = this.#byName.get(name);
    if (!failures || failures.until > this.#clock.monotonic()) return failures;
    this.#byName.delete(name);
    return undefined;
  }
}
