// Reads what CRLs are made from, page by page: all that is revoked below an authority, or what has changed.

import type { SerialNumber } from '../pki/serial-number.ts';
import type { Identifier } from './model.ts';
import { type MutableCrlRows, PackedCrlRows } from './packed-crl-rows.ts';
import type { CrlRows, PublicationStore } from './publication-store.ts';

/** Rows of a page come and go in about a millisecond of the event loop. */
export const rowsPerPage = 2000;

/**
 * What is revoked, ascending by serial number. The store has it in the order of changes, so that a revocation is written behind the
 * one before it and not to a page of its own; it is put in order here, where all of it is in memory meanwhile, some 70 octets each.
 */
export async function* allRows(publications: PublicationStore, issuer: Identifier): AsyncGenerator<CrlRows> {
  const pages: PackedCrlRows[] = [];
  // By how the serial numbers begin, which is random: each lot is sorted when its turn comes, and none takes long.
  const lots = new Map<string, number[]>();
  for await (const rows of rowsAfter(publications, { issuer, after: 0 })) {
    for (const [index, serialNumber] of rows.serialNumber.entries()) {
      const beginning = serialNumber.slice(0, 3);
      const lot = lots.get(beginning) ?? [];
      lots.set(beginning, lot);
      lot.push(pages.length * rowsPerPage + index);
    }
    pages.push(new PackedCrlRows(rows));
  }
  for (const beginning of [...lots.keys()].sort()) {
    const rows = noRows();
    for (const row of lots.get(beginning) ?? []) pages[Math.floor(row / rowsPerPage)]?.unpack(row % rowsPerPage, rows);
    lots.delete(beginning);
    yield ascending(rows);
    await new Promise((resolve) => setImmediate(resolve));
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

function noRows(): MutableCrlRows {
  return { serialNumber: [], revokedAt: [], reason: [], invalidityDate: [], notAfter: [], sequence: [] };
}

function copyRow(from: CrlRows, index: number, to: MutableCrlRows): void {
  to.serialNumber.push(from.serialNumber[index] as SerialNumber);
  to.revokedAt.push(from.revokedAt[index] as CrlRows['revokedAt'][number]);
  to.reason.push(from.reason[index] ?? null);
  to.invalidityDate.push(from.invalidityDate[index] ?? null);
  to.notAfter.push(from.notAfter[index] as CrlRows['notAfter'][number]);
  to.sequence.push(from.sequence[index] ?? 0);
}

/** Each serial number once: of one that changed while all was read, what was read last. */
function ascending(rows: CrlRows): CrlRows {
  const { serialNumber, sequence } = rows;
  const order = [...serialNumber.keys()].sort((a, b) =>
    serialNumber[a] === serialNumber[b]
      ? (sequence[a] ?? 0) - (sequence[b] ?? 0)
      : (serialNumber[a] ?? '') < (serialNumber[b] ?? '')
        ? -1
        : 1,
  );
  const sorted = noRows();
  for (const [place, index] of order.entries()) {
    const following = order[place + 1] ?? -1;
    const isOutdated = serialNumber[following] === serialNumber[index] && sequence[following] !== sequence[index];
    if (!isOutdated) copyRow(rows, index, sorted);
  }
  return sorted;
}
