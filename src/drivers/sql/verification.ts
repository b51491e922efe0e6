// Follows the whole journal in steps small enough to run beside normal work: its hashes, the checkpoints that name its
// entries, and that what it speaks of is there. What the tables say of it is compared in row-verification.ts.

import type { Kysely } from 'kysely';
import { equalBytes } from '../../base/bytes.ts';
import { type ChainBreak, type ChainHead, followChain } from '../../registry/journal.ts';
import type { Identifier } from '../../registry/model.ts';
import { type HashedRow, journalRows } from './journal-queries.ts';
import { toEntry } from './journal-rows.ts';
import { countIssued, type IssuedBelow, rowsPerStep, type TableDifference } from './row-verification.ts';
import type { Schema } from './schema.ts';

export interface JournalStep {
  /** Where the journal led to; as given when there is nothing more. */
  readonly head: ChainHead;
  /** How many entries were read; 0 at the end. */
  readonly entries: number;
  readonly broken?: ChainBreak;
  readonly differences: readonly TableDifference[];
  /** How many certificates each authority has issued in these entries. */
  readonly issued: ReadonlyMap<Identifier, IssuedBelow>;
}

/**
 * Checks the next entries after `head`: their hashes, the checkpoints that name them, and that the rows they are about exist.
 * Nothing is said of entries from a break on: they hang on nothing.
 */
export async function verifyEntries(db: Kysely<Schema>, head: ChainHead): Promise<JournalStep> {
  // Checkpoints first: one that is written after this is about entries that are read after this, or in a later step.
  const checkpoints = await db
    .selectFrom('checkpoints')
    .select(['sequence', 'hash'])
    .where('sequence', '>', head.sequence)
    .orderBy('sequence')
    .limit(rowsPerStep)
    .execute();
  const rows = await journalRows(db, { after: head.sequence, limit: rowsPerStep });
  const checked = followChain(head, rows);
  const sound = rows.filter(({ sequence }) => sequence <= checked.head.sequence);
  const issued = new Map<Identifier, IssuedBelow>();
  countIssued(sound.map(toEntry), issued);
  const step = { head: checked.head, entries: sound.length, differences: await missingRows(db, sound), issued };
  if (checked.broken) return { ...step, broken: checked.broken };
  const hashes = new Map(rows.map(({ sequence, hash }) => [sequence, hash]));
  for (const checkpoint of checkpoints) {
    const hash = hashes.get(checkpoint.sequence);
    if (hash === undefined && rows.length === rowsPerStep) break;
    // Cut off at the end: the checkpoint remembers more than there is.
    if (hash === undefined) return { ...step, broken: { sequence: checked.head.sequence + 1, problem: 'gap' } };
    if (!equalBytes(hash, checkpoint.hash)) {
      return { ...step, broken: { sequence: checkpoint.sequence, problem: 'altered' } };
    }
  }
  return step;
}

/** Certificates that were reserved and are not in the table. */
async function missingRows(db: Kysely<Schema>, journal: readonly HashedRow[]): Promise<TableDifference[]> {
  const reserved = journal.filter(({ kind }) => kind === 'certificate-reserved');
  if (reserved.length === 0) return [];
  const rows = await db
    .selectFrom('certificates')
    .select('identifier')
    .where(
      'identifier',
      'in',
      reserved.map(({ identifier }) => identifier as Identifier),
    )
    .execute();
  const present = new Set<string | null>(rows.map(({ identifier }) => identifier));
  return reserved
    .filter(({ identifier }) => !present.has(identifier))
    .map(({ identifier, sequence }) => ({ identifier: identifier ?? '', sequence, column: 'row' }));
}
