// Commits everything that waits in one transaction and one fsync. One append that is refused takes nothing of the others with
// it: most are refused before they have written anything; where one was not, the group is begun again, with savepoints.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { equalBytes } from '../../base/bytes.ts';
import type { Draft } from '../../base/journal-entry.ts';
import { type ChainHead, followChain } from '../../registry/journal.ts';
import { type AboutEndEntity, StoreUnavailable, UnknownOutcome } from '../../registry/store.ts';
import { type Attachments, appendEntries } from '../sql/append.ts';
import { IssuedTally } from '../sql/issued-tally.ts';
import { journalHead, journalRows, sealedSecrets, withSecret } from '../sql/journal-queries.ts';
import { type StoredEntry, type StoredEvent, toEntry } from '../sql/journal-rows.ts';
import { addUpIfMany } from '../sql/listing-counts.ts';
import { brokenChain, StoreProblem } from '../store-problem.ts';
import type { OpenDatabase } from './database.ts';
import { sqliteFault } from './dialect.ts';

export interface Append {
  /** Written together or not at all. */
  readonly drafts: readonly Draft<StoredEvent | AboutEndEntity>[];
  /** Of those of them that call for it. */
  readonly attachments: Attachments;
}

export interface CommittedGroup {
  /** The journal's head now. */
  readonly head: ChainHead;
  /** Entries that were not delivered yet, in order: those of other processes, then those of this group. */
  readonly entries: readonly StoredEntry[];
  /** For each append its last entry, or why it was refused. */
  readonly outcomes: readonly (StoredEntry | Error)[];
}

/**
 * Commits a group behind whatever other processes have committed since `delivered`, the last entry this one has seen.
 * On return everything in `entries` is durable.
 *
 * @throws {StoreUnavailable} when nothing was written and a later attempt may succeed.
 * @throws {UnknownOutcome} when it cannot be told what was written. The database is not to be used again.
 * @throws {StoreProblem} `broken-chain` when the journal no longer continues from `delivered`; nothing was written.
 */
export async function commitGroup(
  open: OpenDatabase,
  delivered: ChainHead,
  group: readonly Append[],
): Promise<CommittedGroup> {
  const { database } = open;
  let result: CommittedGroup;
  try {
    result = await appendAll(open, delivered, group, { savepoints: false });
  } catch (error) {
    // No COMMIT was tried: whatever happens to the rollback, recovery drops the transaction.
    if (database.isTransaction) rollBack(open);
    throw asUnavailable(error);
  }
  try {
    statementsOf(database).commit.run();
  } catch (error) {
    // With no room or no lock the commit record was not written. After any other error (an fsync that failed, say)
    // it may be in the log, and the next start would find it there.
    const fault = sqliteFault(error);
    if (fault !== 'full' && fault !== 'busy') {
      throw new UnknownOutcome('the commit failed and may have taken place', { cause: error });
    }
    if (database.isTransaction) rollBack(open);
    throw asUnavailable(error);
  }
  return result;
}

/**
 * Entries other processes have committed since `delivered`.
 * @throws {StoreProblem} `broken-chain`
 */
export async function foreignEntries(
  { db }: OpenDatabase,
  delivered: ChainHead,
): Promise<{ readonly head: ChainHead; readonly entries: readonly StoredEntry[] }> {
  let head = delivered;
  const entries: StoredEntry[] = [];
  for (;;) {
    const rows = await journalRows(db, { after: head.sequence, limit: 1000 });
    if (rows.length === 0) break;
    const checked = followChain(head, rows);
    if (checked.broken) throw brokenChain(checked.broken);
    head = checked.head;
    for (const row of rows) entries.push(toEntry(row));
  }
  const secrets = await sealedSecrets(db, entries);
  return { head, entries: entries.map((entry) => withSecret(entry, secrets)) };
}

/**
 * Begins the transaction and carries out what is asked.
 * @param how.savepoints  take back what a refused append has written. They cost a copy of every page that the group changes, so
 *   the first attempt does without; where one is refused that had written something, the group is begun again with them.
 */
async function appendAll(
  open: OpenDatabase,
  delivered: ChainHead,
  group: readonly Append[],
  { savepoints }: { readonly savepoints: boolean },
): Promise<CommittedGroup> {
  const { database, db } = open;
  const { begin, rowsChanged } = statementsOf(database);
  begin.run();
  const found = await journalHead(db);
  if (found.sequence < delivered.sequence) throw brokenChain({ sequence: found.sequence + 1, problem: 'gap' });
  if (found.sequence === delivered.sequence && !equalBytes(found.hash, delivered.hash)) {
    throw brokenChain({ sequence: found.sequence, problem: 'altered' });
  }
  const foreign = found.sequence === delivered.sequence ? [] : (await foreignEntries(open, delivered)).entries;
  let head = found;
  const entries = [...foreign];
  const outcomes: (StoredEntry | Error)[] = [];
  const issued = new IssuedTally();
  for (const { drafts, attachments } of group) {
    const before = { issued: issued.length, changes: rowsChanged.get()?.['n'] };
    if (savepoints) database.exec('SAVEPOINT entry');
    try {
      const appended = await appendEntries({ db, issued }, head, drafts, attachments);
      head = appended.head;
      entries.push(...appended.entries);
      outcomes.push(appended.entries.at(-1) ?? new TypeError('an append of no events'));
    } catch (error) {
      issued.truncate(before.issued);
      // The database's own troubles are the whole group's; a refusal or a caller's mistake is one append's.
      const fault = sqliteFault(error);
      const isOwn = fault === undefined || fault === 'other';
      if (!isOwn || !database.isTransaction) throw error;
      if (savepoints) database.exec('ROLLBACK TO entry');
      else if (rowsChanged.get()?.['n'] !== before.changes) {
        rollBack(open);
        return await appendAll(open, delivered, group, { savepoints: true });
      }
      outcomes.push(error instanceof Error ? error : new Error('an append failed', { cause: error }));
    }
    if (savepoints) database.exec('RELEASE entry');
  }
  await issued.write(db);
  await addUpIfMany(db);
  return { head, entries, outcomes };
}

/** Of every group: SQLite takes longer to read them than to carry them out. */
interface GroupStatements {
  readonly begin: StatementSync;
  readonly rowsChanged: StatementSync;
  readonly commit: StatementSync;
}

const prepared = new WeakMap<DatabaseSync, GroupStatements>();

function statementsOf(database: DatabaseSync): GroupStatements {
  let statements = prepared.get(database);
  if (!statements) {
    statements = {
      begin: database.prepare('BEGIN IMMEDIATE'),
      rowsChanged: database.prepare('SELECT total_changes() AS n'),
      commit: database.prepare('COMMIT'),
    };
    prepared.set(database, statements);
  }
  return statements;
}

function rollBack({ database }: OpenDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch (error) {
    throw new UnknownOutcome('a transaction could be neither committed nor rolled back', { cause: error });
  }
}

function asUnavailable(error: unknown): unknown {
  switch (sqliteFault(error)) {
    case 'busy':
      return new StoreUnavailable('another process holds the database', { cause: error });
    case 'full':
      return new StoreUnavailable('there is no room left on the disk of the database', { cause: error });
    case 'io':
    case 'inaccessible':
      return new StoreUnavailable('the database cannot be written', { cause: error });
    case 'damaged':
      return new StoreProblem('damaged', 'The database is damaged. Restore it from a backup.', { cause: error });
    case 'other':
    case undefined:
      return error;
  }
}
