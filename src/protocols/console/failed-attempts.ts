// How often signing in failed of late, by whatever it was tried with, in bounded memory.

import type { Clock, MonotonicMillis } from '../../base/time.ts';

interface Failures {
  count: number;
  /** When the count begins again. */
  until: MonotonicMillis;
}

export interface AttemptRules {
  /** Failures that are forgiven in one window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Most names remembered; beyond it the oldest is forgotten. */
  readonly capacity: number;
}

export class FailedAttempts {
  readonly #rules: AttemptRules;
  readonly #clock: Clock;
  readonly #byName = new Map<string, Failures>();

  constructor(rules: AttemptRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Seconds to wait before the next attempt; 0 when it may be made. */
  secondsToWait(name: string): number {
    const failures = this.#current(name);
    if (!failures || failures.count < this.#rules.limit) return 0;
    return Math.max(1, Math.ceil((failures.until - this.#clock.monotonic()) / 1000));
  }

  add(name: string): void {
    const failures = this.#current(name);
    if (failures) {
      failures.count++;
      return;
    }
    const [oldest] = this.#byName.keys();
    if (this.#byName.size >= this.#rules.capacity && oldest !== undefined) this.#byName.delete(oldest);
    const until = (this.#clock.monotonic() + this.#rules.windowSeconds * 1000) as MonotonicMillis;
    this.#byName.set(name, { count: 1, until });
  }

  #current(name: string): Failures | undefined {
    const failures = this.#byName.get(name);
    if (!failures || failures.until > this.#clock.monotonic()) return failures;
    this.#byName.delete(name);
    return undefined;
  }
}
