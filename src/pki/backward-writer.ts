// Writes DER from its end to its beginning: when a header is due, the length it states lies behind it, written. One buffer
// serves a whole structure, where `der-writer.ts` makes one for each element. For what is made by the thousand a second.

import type { UnixSeconds } from '../base/time.ts';
import { EncodingError } from './der-writer.ts';
import { generalizedTimeOctets, isWritableTime, writeTimeDigits } from './time-digits.ts';

export class BackwardWriter {
  #bytes = new Uint8Array(4096);
  /** Octets written, all at the end of the buffer. */
  #length = 0;

  /** How much has been written: to be kept, and handed to {@link header} when what belongs together is complete. */
  get mark(): number {
    return this.#length;
  }

  /** Octets as they are, a complete element for example. */
  raw(octets: Uint8Array): void {
    const at = this.#room(octets.length); // first, for it may change the buffer
    this.#bytes.set(octets, at);
  }

  octet(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  /** Tag and shortest length (X.690 §10.1) of everything written since `mark`. */
  header(tag: number, mark: number): void {
    const length = this.#length - mark;
    if (length < 0x80) {
      this.octet(length);
    } else {
      let octets = 0;
      for (let left = length; left > 0; left = Math.floor(left / 256)) {
        this.octet(left % 256);
        octets++;
      }
      this.octet(0x80 | octets);
    }
    this.octet(tag);
  }

  /** GeneralizedTime in Zulu with seconds and without fraction. @throws {EncodingError} `out-of-range` */
  generalizedTime(moment: UnixSeconds, field: string): void {
    if (!isWritableTime(moment)) throw new EncodingError(field, 'out-of-range');
    const at = this.#room(2 + generalizedTimeOctets);
    this.#bytes[at] = 0x18;
    this.#bytes[at + 1] = generalizedTimeOctets;
    writeTimeDigits(this.#bytes, at + 2, moment, generalizedTimeOctets);
  }

  /** A copy of what was written. The writer is empty again. */
  take(): Uint8Array {
    const whole = this.#bytes.slice(this.#bytes.length - this.#length);
    this.#length = 0;
    return whole;
  }

  /** Empties the writer, so that what failed half way leaves nothing behind. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** Makes room and gives where it begins. */
  #room(octets: number): number {
    const length = this.#length + octets;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#bytes.subarray(this.#bytes.length - this.#length), larger.length - this.#length);
      this.#bytes = larger;
    }
    this.#length = length;
    return this.#bytes.length - length;
  }
}
