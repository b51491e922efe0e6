// Makes the status index at the start: from the file the last stop left, or else from the table of certificates. Either is
// taken up to one entry of the journal, and the journal followed from there.

import { randomBytes } from 'node:crypto';
import { equalBytes } from '../base/bytes.ts';
import type { SqliteStore } from '../drivers/sqlite/store.ts';
import { readStatusCheckpoint, writeStatusCheckpoint } from '../drivers/status-checkpoint.ts';
import { newHashSeed } from '../registry/seeded-hash.ts';
import { firstPlace, type StandingPage } from '../registry/standing-page.ts';
import { StatusIndex } from '../registry/status-index.ts';

export interface OpenStatusIndex {
  readonly statusIndex: StatusIndex;
  /** The journal entry up to which all are in it. */
  readonly sequence: number;
  readonly from: 'checkpoint' | 'table';
}

/** To replay an entry takes as long as to read so many certificates; and so few are replayed at once anyway. */
const certificatesPerEntry = 4;
const fewEntries = 10_000;

type Store = Pick<SqliteStore, 'head' | 'hashAt' | 'standingPage'>;

export async function openStatusIndex(store: Store, dataDir: string): Promise<OpenStatusIndex> {
  // Before anything is read: what is written meanwhile comes with the journal, and again is no harm.
  const head = await store.head();
  const kept = await readStatusCheckpoint(dataDir, async ({ sequence, hash, certificates }) => {
    const behind = head.sequence - sequence;
    if (behind < 0 || (behind > fewEntries && behind * certificatesPerEntry > certificates)) return false;
    const own = await store.hashAt(sequence);
    return own !== undefined && equalBytes(own, hash);
  });
  if (kept) return { statusIndex: new StatusIndex(kept.standings), sequence: kept.sequence, from: 'checkpoint' };
  const statusIndex = new StatusIndex(newHashSeed(randomBytes));
  for (let coming: Promise<StandingPage> | undefined = store.standingPage(firstPlace); coming; ) {
    const page: StandingPage = await coming;
    // Asked for before this one is taken, so that the thread reads while this one works.
    coming = page.next && store.standingPage(page.next);
    // Told by the await above, if taking this one does not fail.
    coming?.catch(() => {});
    statusIndex.takePage(page);
  }
  return { statusIndex, sequence: head.sequence, from: 'table' };
}

/** Leaves the index for the next start, as it is with the entry of this number; that it may have later ones already is no harm. */
export async function keepStatusCheckpoint({
  store,
  dataDir,
  statusIndex,
  sequence,
}: {
  readonly store: Pick<SqliteStore, 'hashAt'>;
  readonly dataDir: string;
  readonly statusIndex: StatusIndex;
  readonly sequence: number;
}): Promise<void> {
  const hash = await store.hashAt(sequence);
  if (hash) writeStatusCheckpoint(dataDir, { sequence, hash, certificates: statusIndex.size }, statusIndex.shared);
}
