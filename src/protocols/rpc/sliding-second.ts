// The moments of the latest calls: how long until there are fewer than so many within one second.

import type { MonotonicMillis } from '../../base/time.ts';

const secondMillis = 1000;
const firstCapacity = 8;

export class SlidingSecond {
  /** A ring, the oldest at `#next`. It grows only as far as calls come. */
  #moments = new Float64Array(firstCapacity).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  /** Milliseconds until fewer than so many calls (at least 1) lie within a second; 0 or less when that is so now. */
  untilFewerThan(calls: number, now: MonotonicMillis): number {
    const { length } = this.#moments;
    // It grows before it forgets, so it has not seen as many.
    if (calls > length) return 0;
    return (this.#moments[(this.#next - calls + length) % length] ?? 0) + secondMillis - now;
  }

  /** @param most as many as anybody will ask about. */
  add(now: MonotonicMillis, most: number): void {
    const oldest = this.#moments[this.#next] ?? 0;
    if (oldest + secondMillis > now && this.#moments.length < most) this.#grow(most);
    this.#moments[this.#next] = now;
    this.#next = (this.#next + 1) % this.#moments.length;
  }

  /**
   * So many calls that are made already: each takes the first moment from now on at which there are fewer than `most` within a
   * second, so that whoever comes after them waits for them.
   */
  addAll(count: number, now: MonotonicMillis, most: number): void {
    for (let left = count; left > 0; left--) {
      this.add((now + Math.max(0, this.untilFewerThan(most, now))) as MonotonicMillis, most);
    }
  }

  /** Whether there was no call within the last second. */
  isOver(now: MonotonicMillis): boolean {
    return this.untilFewerThan(1, now) <= 0;
  }

  #grow(most: number): void {
    const { length } = this.#moments;
    const grown = new Float64Array(Math.min(2 * length, most)).fill(Number.NEGATIVE_INFINITY);
    grown.set(this.#moments.subarray(this.#next));
    grown.set(this.#moments.subarray(0, this.#next), length - this.#next);
    this.#moments = grown;
    this.#next = length % grown.length;
  }
}
