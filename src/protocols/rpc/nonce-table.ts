// A set of signature nonces that only grows: eight octets each, in memory that several threads share.
//
// Threads add to it at the same time without a lock, which one that dies could leave closed for all. Whoever adds looks at
// the same places in the same order, and takes the first empty one by exchanging the zero there (`Atomics.compareExchange`):
// of two that add the same nonce, one finds the place taken, by that nonce. The second word follows the first; one that meets
// a place with the first word only waits for it a moment, and takes the two for the same if it does not come.

/** 64 bits of a hash, as two integers. Two different nonces have the same in one of 10^13 claims, with a million remembered. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/** A line of the processor's cache holds eight fingerprints: to look one up in a level is to read one line. */
const slotsOfLine = 8;
const wordsOfLine = 2 * slotsOfLine;
/** Lines of the first level; each further one has twice as many, so that growing moves nothing. */
const linesOfFirst = 1024;
const octetsOfWord = 4;
/** Some ten microseconds. */
const mostLooks = 1000;

export class NonceTable {
  readonly #shared: SharedArrayBuffer;
  /** The words of each level met so far, of a fixed length: to look through memory that may grow takes twice as long. */
  readonly #levels: Int32Array[] = [];

  /** @param shared of {@link memoryFor}; empty, or as another thread has filled it. */
  constructor(shared: SharedArrayBuffer) {
    this.#shared = shared;
  }

  /** Room for at least `capacity` of them, not taken from the system before it is used. */
  static memoryFor(capacity: number): SharedArrayBuffer {
    let levels = 1;
    // A line can be full while others are not: levels are about three quarters full when most go on to the next.
    while (slotsOfLine * linesUpTo(levels) < 2 * capacity) levels += 1;
    return new SharedArrayBuffer(octetsUpTo(1), { maxByteLength: octetsUpTo(levels) });
  }

  /** Whether it was not there yet, and now is: for one thread of those that add it. `undefined`: there is no room. */
  add(fingerprint: Fingerprint): boolean | undefined {
    const outcome = this.#lookFor(fingerprint, true);
    return outcome === 'no room' ? undefined : outcome === 'added';
  }

  has(fingerprint: Fingerprint): boolean {
    return this.#lookFor(fingerprint, false) === 'there';
  }

  #lookFor({ high, low }: Fingerprint, isToBeAdded: boolean): 'there' | 'added' | 'absent' | 'no room' {
    const first = notZero(high);
    const second = notZero(low);
    for (let level = 0; ; level++) {
      const words = this.#levels[level] ?? this.#meet(level);
      if (words === undefined) return 'no room';
      const start = wordsOfLine * ((low >>> 0) & (linesOf(level) - 1));
      for (let at = start; at < start + wordsOfLine; at += 2) {
        let held = words[at];
        if (held === 0) {
          if (!isToBeAdded) return 'absent';
          held = Atomics.compareExchange(words, at, 0, first);
          if (held === 0) {
            Atomics.store(words, at + 1, second);
            return 'added';
          }
        }
        if (held === first && isSecond(words, at + 1, second)) return 'there';
      }
    }
  }

  /** For one thread, while no other adds. */
  clear(): void {
    new Int32Array(this.#shared).fill(0);
  }

  /** `undefined` where there is no room for it. */
  #meet(level: number): Int32Array | undefined {
    const octets = octetsUpTo(level + 1);
    if (octets > this.#shared.maxByteLength) return undefined;
    try {
      if (this.#shared.byteLength < octets) this.#shared.grow(octets);
    } catch (error) {
      // Another thread has made it larger than that meanwhile; or there is no memory left.
      if (this.#shared.byteLength < octets) throw error;
    }
    const words = new Int32Array(this.#shared, octetsUpTo(level), wordsOfLine * linesOf(level));
    this.#levels[level] = words;
    return words;
  }
}

function isSecond(words: Int32Array, at: number, second: number): boolean {
  for (let looked = 0; looked < mostLooks; looked++) {
    const held = Atomics.load(words, at);
    if (held !== 0) return held === second;
  }
  // The thread that took the place was stopped there, or died.
  return true;
}

/** Zero marks what is empty. */
function notZero(word: number): number {
  return word === 0 ? 1 : word;
}

function linesOf(level: number): number {
  return linesOfFirst << level;
}

function linesUpTo(levels: number): number {
  return linesOfFirst * (2 ** levels - 1);
}

function octetsUpTo(levels: number): number {
  return octetsOfWord * wordsOfLine * linesUpTo(levels);
}
