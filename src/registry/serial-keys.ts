// Many serial numbers as the status index finds them by: five words each and nothing else, in pages, so that a long list grows
// without being copied and is worked through a page at a time.

import { longKeyWords, readDigitsKey, readOctetsKey, readSerialKey } from './serial-key.ts';

export const keysPerPage = 4096;

/** Up to {@link keysPerPage} serial numbers, their words one behind the other. */
export interface KeyPage {
  readonly words: Int32Array;
  readonly count: number;
}

const pageWords = keysPerPage * longKeyWords;

/** Pages of lists that were gone through: to make new ones takes as long as to fill them. 10 MB are kept. */
const unused: Int32Array<ArrayBuffer>[] = [];
const mostUnused = 128;

export class SerialKeys {
  readonly #pages: Int32Array<ArrayBuffer>[] = [];
  /** The page that the next goes into, and where in it. */
  #page = new Int32Array();
  #at = pageWords;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param text  a `SerialNumber`. */
  addText(text: string): void {
    this.#makeRoom();
    readSerialKey(text, 0, text.length, this.#page.subarray(this.#at, this.#at + longKeyWords));
    this.#add();
  }

  /** A number's octets. @returns whether it was added, being one of at most 20 octets. */
  addOctets(octets: Uint8Array, start: number, end: number): boolean {
    this.#makeRoom();
    if (!readOctetsKey(octets, { start, end }, this.#page, this.#at)) return false;
    this.#add();
    return true;
  }

  /** Hexadecimal digits in ASCII. @returns whether it was added, being nothing but digits of at most 20 octets. */
  addDigits(ascii: Uint8Array, start: number, end: number): boolean {
    this.#makeRoom();
    if (!readDigitsKey(ascii, { start, end }, this.#page, this.#at)) return false;
    this.#add();
    return true;
  }

  /** Gives them away, a page at a time: each is another list's once the next is asked for. */
  *pages(): Generator<KeyPage, void, void> {
    for (let left = this.#size; left > 0; left -= keysPerPage) {
      const words = this.#pages.shift();
      if (words === undefined) return;
      yield { words, count: Math.min(left, keysPerPage) };
      if (unused.length < mostUnused) unused.push(words);
    }
  }

  #makeRoom(): void {
    if (this.#at < pageWords) return;
    this.#page = unused.pop() ?? new Int32Array(pageWords);
    this.#pages.push(this.#page);
    this.#at = 0;
  }

  #add(): void {
    this.#at += longKeyWords;
    this.#size++;
  }
}
