// Rows that CRLs are made from, packed into octets while they wait to be put in order: of a million, texts and arrays would take
// more than twice the memory.

import { maximumSerialNumberOctets, type SerialNumber } from '../pki/serial-number.ts';
import { type RevocationReason, revocationReasons } from './model.ts';
import type { CrlRows } from './publication-store.ts';

export type MutableCrlRows = { readonly [Column in keyof CrlRows]: CrlRows[Column][number][] };

/** With its length before it. */
const serialRoom = 1 + maximumSerialNumberOctets;
const columns = ['revokedAt', 'invalidityDate', 'notAfter', 'sequence'] as const;

export class PackedCrlRows {
  readonly #serials: Buffer;
  /** 0 for none, else 1 more than the place among all there are. */
  readonly #reasons: Uint8Array;
  /** Of each row the {@link columns}; NaN for null. */
  readonly #numbers: Float64Array;

  constructor(rows: CrlRows) {
    const { length } = rows.serialNumber;
    this.#serials = Buffer.alloc(length * serialRoom);
    this.#reasons = new Uint8Array(length);
    this.#numbers = new Float64Array(length * columns.length);
    for (const [index, serialNumber] of rows.serialNumber.entries()) {
      const at = index * serialRoom;
      this.#serials[at] = this.#serials.write(serialNumber, at + 1, 'hex');
      const reason = rows.reason[index];
      this.#reasons[index] = reason ? 1 + revocationReasons.indexOf(reason) : 0;
      for (const [place, column] of columns.entries())
        this.#numbers[index * columns.length + place] = rows[column][index] ?? Number.NaN;
    }
  }

  /** Puts one of them behind others. */
  unpack(index: number, to: MutableCrlRows): void {
    const at = index * serialRoom;
    to.serialNumber.push(this.#serials.toString('hex', at + 1, at + 1 + (this.#serials[at] ?? 0)) as SerialNumber);
    const reason: RevocationReason | undefined = revocationReasons[(this.#reasons[index] ?? 0) - 1];
    to.reason.push(reason ?? null);
    for (const [place, column] of columns.entries()) {
      const number = this.#numbers[index * columns.length + place] ?? Number.NaN;
      (to[column] as (number | null)[]).push(Number.isNaN(number) ? null : number);
    }
  }
}
