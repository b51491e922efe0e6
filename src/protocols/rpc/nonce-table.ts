// A set of signature nonces that only grows: eight octets each, in memory that several threads can share.

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

export class NonceTable {
  readonly #words: Int32Array;
  readonly #shared: SharedArrayBuffer;

  /** @param shared of {@link memoryFor}; empty, or as another thread has filled it. */
  constructor(shared: SharedArrayBuffer) {
    this.#shared = shared;
    // Without a length it follows the memory as it grows, whoever makes it grow.
    this.#words = new Int32Array(shared);
  }

  /** Room for at least `capacity` of them, not taken from the system before it is used. */
  static memoryFor(capacity: number): SharedArrayBuffer {
    let levels = 1;
    // A line can be full while others are not: levels are about three quarters full when most go on to the next.
    while (slotsOfLine * linesUpTo(levels) < 2 * capacity) levels += 1;
    return new SharedArrayBuffer(octetsUpTo(1), { maxByteLength: octetsUpTo(levels) });
  }

  /** Whether it was not there yet, and now is. `undefined`: there is no room. Not to be called by two threads at once. */
  add(fingerprint: Fingerprint): boolean | undefined {
    const { at, found } = this.#find(fingerprint);
    if (found) return false;
    if (at === undefined) return undefined;
    this.#words[at] = firstWord(fingerprint);
    this.#words[at + 1] = fingerprint.low;
    return true;
  }

  has(fingerprint: Fingerprint): boolean {
    return this.#find(fingerprint).found;
  }

  /** Where it is, or the first place it can have: none, when there is no room. */
  #find(fingerprint: Fingerprint): { readonly at: number | undefined; readonly found: boolean } {
    const { low } = fingerprint;
    const first = firstWord(fingerprint);
    for (let level = 0; ; level++) {
      const lines = linesOfFirst << level;
      const start = wordsOfLine * (linesUpTo(level) + ((low >>> 0) & (lines - 1)));
      if (start >= this.#words.length && !this.#grow(level)) return { at: undefined, found: false };
      for (let at = start; at < start + wordsOfLine; at += 2) {
        const held = this.#words[at];
        if (held === first && this.#words[at + 1] === low) return { at, found: true };
        if (held === 0) return { at, found: false };
      }
    }
  }

  clear(): void {
    this.#words.fill(0);
  }

  #grow(level: number): boolean {
    const octets = octetsUpTo(level + 1);
    if (octets > this.#shared.maxByteLength) return false;
    this.#shared.grow(octets);
    return true;
  }
}

/** Zero marks an empty slot. */
function firstWord({ high }: Fingerprint): number {
  return high === 0 ? 1 : high;
}

function linesUpTo(levels: number): number {
  return linesOfFirst * (2 ** levels - 1);
}

function octetsUpTo(levels: number): number {
  return octetsOfWord * wordsOfLine * linesUpTo(levels);
}
