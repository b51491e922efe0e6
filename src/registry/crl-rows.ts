// Reads what CRLs are made from, page by page: all that is revoked below an authority, or what has changed.

import type { SerialNumber } from '../pki/serial-number.ts';
import type { Identifier } from './model.ts';
import type { CrlRows, PublicationStore } from './publication-store.ts';

/** Rows of a page come and go in about a millisecond of the event loop. */
export const rowsPerPage = 2000;

export interface ListedRow {
  readonly serialNumber: SerialNumber;
  readonly rows: CrlRows;
  readonly index: number;
}

/**
 * What is revoked, ascending by serial number, some hundred of a million at a time. The store has it in the order of changes, so
 * that a revocation is written behind the one before it and not to a page of its own; it is put in order here, where all of it is
 * in memory meanwhile, some 130 octets each.
 */
export async function* allRows(
  publications: PublicationStore,
  issuer: Identifier,
): AsyncGenerator<readonly ListedRow[]> {
  const pages: CrlRows[] = [];
  // By how the serial numbers begin, which is random: each lot is sorted when its turn comes, and none takes long.
  const lots = new Map<string, number[]>();
  for await (const rows of rowsAfter(publications, { issuer, after: 0 })) {
    const first = pages.push(rows) * rowsPerPage - rowsPerPage;
    for (const [index, serialNumber] of rows.serialNumber.entries()) {
      const beginning = serialNumber.slice(0, 3);
      const lot = lots.get(beginning);
      if (lot) lot.push(first + index);
      else lots.set(beginning, [first + index]);
    }
  }
  const rowAt = (place: number): ListedRow => {
    const rows = pages[Math.floor(place / rowsPerPage)] as CrlRows;
    const index = place % rowsPerPage;
    return { serialNumber: rows.serialNumber[index] as SerialNumber, rows, index };
  };
  for (const beginning of [...lots.keys()].sort()) {
    const lot = lots.get(beginning) as number[];
    lots.delete(beginning);
    yield ascending(lot.map(rowAt));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Those of what is revoked that have changed after a sequence number; `undefined` where they are more than `most`. */
export async function changedRows(
  publications: PublicationStore,
  { issuer, after, most }: { readonly issuer: Identifier; readonly after: number; readonly most: number },
): Promise<ReadonlyMap<SerialNumber, ListedRow> | undefined> {
  const changed = new Map<SerialNumber, ListedRow>();
  for await (const rows of rowsAfter(publications, { issuer, after })) {
    // What changes once more while it is read comes a second time, as it is then.
    for (const [index, serialNumber] of rows.serialNumber.entries())
      changed.set(serialNumber, { serialNumber, rows, index });
    if (changed.size > most) return undefined;
  }
  return changed;
}

/** What is revoked and changed last after a sequence number, in the order of its changes; the next page is read while one is taken. */
async function* rowsAfter(
  publications: PublicationStore,
  { issuer, after }: { readonly issuer: Identifier; readonly after: number },
): AsyncGenerator<CrlRows> {
  const ask = (last: number): Promise<CrlRows> => {
    const page = publications.crlChanges({ issuer, after: last, limit: rowsPerPage });
    page.catch(() => {}); // whoever awaits it is told; after a failure in between nobody does
    return page;
  };
  for (let coming: Promise<CrlRows> | undefined = ask(after); coming; ) {
    const rows: CrlRows = await coming;
    const last = rows.sequence.at(-1);
    const isLast = last === undefined || rows.sequence.length < rowsPerPage;
    coming = isLast ? undefined : ask(last);
    yield rows;
  }
}

/** Each serial number once: of one that changed while all was read, what was read last. */
function ascending(lot: ListedRow[]): readonly ListedRow[] {
  // Those with the same serial number stay in the order of their changes.
  lot.sort((a, b) => (a.serialNumber === b.serialNumber ? 0 : a.serialNumber < b.serialNumber ? -1 : 1));
  return lot.filter(({ serialNumber, rows, index }, place) => {
    const following = lot[place + 1];
    if (following?.serialNumber !== serialNumber) return true;
    return following.rows.sequence[following.index] === rows.sequence[index];
  });
}
