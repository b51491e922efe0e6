// Reads what CRLs are made from, page by page: all that is revoked below an authority, or what has changed.

import type { SerialNumber } from '../pki/serial-number.ts';
import type { Identifier } from './model.ts';
import type { CrlRows, PublicationStore } from './publication-store.ts';

/** Rows of a page come and go in about a millisecond of the event loop. */
export const rowsPerPage = 2000;

/** What is revoked, ascending by serial number. */
export async function* allRows(publications: PublicationStore, issuer: Identifier): AsyncGenerator<CrlRows> {
  const ask = (after: string): Promise<CrlRows> => {
    const page = publications.crlRows({ issuer, after, limit: rowsPerPage });
    page.catch(() => {}); // whoever awaits it is told; after a failure in between nobody does
    return page;
  };
  for (let coming: Promise<CrlRows> | undefined = ask(''); coming; ) {
    const rows: CrlRows = await coming;
    const last = rows.serialNumber.at(-1);
    const isLast = last === undefined || rows.serialNumber.length < rowsPerPage;
    // Read while this one is written.
    coming = isLast ? undefined : ask(last);
    yield rows;
  }
}

export interface ChangedRow {
  readonly serialNumber: SerialNumber;
  readonly rows: CrlRows;
  readonly index: number;
}

/** Those of what is revoked that have changed after a sequence number; `undefined` where they are more than `most`. */
export async function changedRows(
  publications: PublicationStore,
  { issuer, after, most }: { readonly issuer: Identifier; readonly after: number; readonly most: number },
): Promise<ReadonlyMap<SerialNumber, ChangedRow> | undefined> {
  const changed = new Map<SerialNumber, ChangedRow>();
  for (let last = after; ; ) {
    const rows = await publications.crlChanges({ issuer, after: last, limit: rowsPerPage });
    // What changes once more while it is read comes a second time, as it is then.
    for (const [index, serialNumber] of rows.serialNumber.entries())
      changed.set(serialNumber, { serialNumber, rows, index });
    last = rows.sequence.at(-1) ?? last;
    if (rows.serialNumber.length < rowsPerPage) return changed;
    if (changed.size > most) return undefined;
  }
}
