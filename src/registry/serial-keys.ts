// Many serial numbers as the status index finds them by: five words each and nothing else, in pages, so that a long list grows
// without being copied and is worked through a page at a time.

import { longKeyWords, readDigitsKey, readOctetsKey, readSerialKey } from './serial-key.ts';

export const keysPerPage = 4096;

/** Up to {@link keysPerPage} serial numbers, their words one behind the other. */
export interface KeyPage {
  readonly words: Int32Array;
  readonly count: number;
}

export class SerialKeys {
  readonly #pages: Int32Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param text  a `SerialNumber`. */
  addText(text: string): void {
    const page = this.#page();
    const at = this.#place;
    readSerialKey(text, 0, text.length, page.subarray(at, at + longKeyWords));
    this.#size++;
  }

  /** A number's octets. @returns whether it was added, being one of at most 20 octets. */
  addOctets(octets: Uint8Array, start: number, end: number): boolean {
    const isNumber = readOctetsKey(octets, { start, end }, this.#page(), this.#place);
    if (isNumber) this.#size++;
    return isNumber;
  }

  /** Hexadecimal digits in ASCII. @returns whether it was added, being nothing but digits of at most 20 octets. */
  addDigits(ascii: Uint8Array, start: number, end: number): boolean {
    const isNumber = readDigitsKey(ascii, { start, end }, this.#page(), this.#place);
    if (isNumber) this.#size++;
    return isNumber;
  }

  *pages(): Generator<KeyPage, void, void> {
    for (const [index, words] of this.#pages.entries()) {
      const count = Math.min(this.#size - index * keysPerPage, keysPerPage);
      if (count > 0) yield { words, count };
    }
  }

  get #place(): number {
    return (this.#size % keysPerPage) * longKeyWords;
  }

  /** The one that the next goes into. */
  #page(): Int32Array {
    const index = Math.floor(this.#size / keysPerPage);
    let page = this.#pages[index];
    if (page === undefined) {
      page = new Int32Array(keysPerPage * longKeyWords);
      this.#pages.push(page);
    }
    return page;
  }
}
