// Makes the entries of a list from those of the list before: what has not changed is copied as it stands, in long runs. A
// list of a million entries in which a few are new takes the time of copying it.

import { hexToBytes } from '../base/bytes.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { CertListWriter } from './crl.ts';
import { compareOctets } from './crl-check.ts';
import type { Crl } from './crl-reader.ts';
import type { SerialNumber } from './serial-number.ts';

/** When the certificate of each entry of a list ends, in the order of its entries: four octets for each. */
export class EntryEnds {
  #moments: Uint32Array;
  #length = 0;

  constructor(expected: number) {
    this.#moments = new Uint32Array(expected);
  }

  /** @param octets  what {@link octets} gave, in whole numbers of four. */
  static from(octets: Uint8Array): EntryEnds {
    const ends = new EntryEnds(octets.length / 4);
    new Uint8Array(ends.#moments.buffer).set(octets);
    ends.#length = ends.#moments.length;
    return ends;
  }

  /** A view, as this machine writes numbers. */
  octets(): Uint8Array {
    return new Uint8Array(this.#moments.buffer, 0, 4 * this.#length);
  }

  /** Before 1970 and after 2106 is taken for the first and the last of these moments: for {@link isAtOrAfter} it is the same. */
  add(notAfter: UnixSeconds): void {
    this.#makeRoom(1);
    this.#moments[this.#length++] = Math.max(0, Math.min(latestMoment, notAfter));
  }

  /** Of the entries of another list from `from` up to `to`. */
  addRun(other: EntryEnds, from: number, to: number): void {
    this.#makeRoom(to - from);
    this.#moments.set(other.#moments.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  /** A view, in order. */
  moments(): Uint32Array {
    return this.#moments.subarray(0, this.#length);
  }

  /** @param moment  between 1970 and 2106. */
  isAtOrAfter(index: number, moment: UnixSeconds): boolean {
    return (this.#moments[index] ?? 0) >= moment;
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#moments.length) return;
    const larger = new Uint32Array(Math.ceil(1.5 * (this.#length + count)) + 16);
    larger.set(this.#moments.subarray(0, this.#length));
    this.#moments = larger;
  }
}

export const latestMoment = (2 ** 32 - 1) as UnixSeconds;

/** A list that was written by {@link CertListWriter}, its serial numbers ascending as text. */
export interface ListedEntries {
  readonly crl: Crl;
  readonly ends: EntryEnds;
}

/**
 * Takes up a list and the octets of its ends, as they were kept.
 * @yields in steps of a millisecond or two.
 * @returns `undefined` where there are not as many of one as of the other.
 */
export function* restoreEntries(crl: Crl, octets: Uint8Array): Generator<undefined, ListedEntries | undefined, void> {
  const { der, entriesStart, entriesEnd } = crl;
  let count = 0;
  for (let at = entriesStart; at !== entriesEnd; at += 2 + (der[at + 1] ?? 0)) {
    if (at > entriesEnd || der[at] !== 0x30) return undefined;
    if (++count % entriesPerLook === 0) yield;
  }
  return octets.length === 4 * count ? { crl, ends: EntryEnds.from(octets) } : undefined;
}

export interface EntryChange {
  readonly serialNumber: SerialNumber;
  /** Writes the entry as it is now, and its end; absent for one that is to leave the list. */
  readonly write?: () => void;
}

/**
 * Writes the entries of `previous` whose certificates end at `keepFrom` or later, with what has changed in its place.
 *
 * @param changes  ascending by serial number, each once.
 * @yields in steps of a millisecond or two.
 */
export function* mergeEntries(
  previous: ListedEntries,
  changes: readonly EntryChange[],
  keepFrom: UnixSeconds,
  { writer, ends }: { readonly writer: CertListWriter; readonly ends: EntryEnds },
): Generator<undefined, void, void> {
  const { der: bytes, entriesStart, entriesEnd } = previous.crl;
  let at = entriesStart;
  let index = 0;
  /** Where what stays and is not copied yet begins. */
  let [runAt, runIndex] = [at, index];
  const copyRun = (): void => {
    if (at > runAt) {
      writer.addEncoded(bytes, runAt, at, index - runIndex);
      ends.addRun(previous.ends, runIndex, index);
    }
    [runAt, runIndex] = [at, index];
  };
  const stepOver = (stays: boolean): void => {
    if (!stays) copyRun();
    at += 2 + (bytes[at + 1] ?? 0);
    index++;
    if (!stays) [runAt, runIndex] = [at, index];
  };
  let steps = 0;
  /** Before others have their turn, so that no run takes longer to copy than a turn may. */
  const isTurnOver = (): boolean => {
    if (++steps % entriesPerStep !== 0) return false;
    copyRun();
    return true;
  };
  for (const { serialNumber, write } of changes) {
    const octets = hexToBytes(serialNumber);
    while (at < entriesEnd) {
      const order = compareSerialAt(bytes, at, octets);
      if (order > 0) break;
      stepOver(order < 0 && previous.ends.isAtOrAfter(index, keepFrom));
      if (isTurnOver()) yield;
      if (order === 0) break;
    }
    copyRun();
    write?.();
    if (isTurnOver()) yield;
  }
  while (at < entriesEnd) {
    stepOver(previous.ends.isAtOrAfter(index, keepFrom));
    if (isTurnOver()) yield;
  }
  copyRun();
}

/** SEQUENCE { userCertificate INTEGER, … }, both with lengths of one octet. */
function compareSerialAt(bytes: Uint8Array, at: number, octets: Uint8Array): number {
  const length = bytes[at + 3] ?? 0;
  const start = bytes[at + 4] === 0 && length > 1 ? at + 5 : at + 4;
  return compareOctets(bytes, start, at + 4 + length, octets, 0, octets.length);
}

const entriesPerStep = 16_384;
const entriesPerLook = 131_072;
