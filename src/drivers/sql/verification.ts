// Compares the tables with the journal, in steps small enough to run beside normal work. This pass goes along the journal:
// its chain, its checkpoints, and whether what it tells of is there. What is there and not as the journal tells is found
// from the other side (row-verification.ts, view-verification.ts).

import type { Kysely } from 'kysely';
import { equalBytes } from '../../base/bytes.ts';
import type { Entry } from '../../base/journal-entry.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import { type ChainBreak, type ChainHead, followChain, genesis } from '../../registry/journal.ts';
import type { Identifier } from '../../registry/model.ts';
import { isSigner } from './conditions.ts';
import { type HashedRow, journalRows } from './journal-queries.ts';
import { isCertificateEntry, toEntry } from './journal-rows.ts';
import type { Schema } from './schema.ts';

/** One way in which a table is not what the journal says. */
export interface TableDifference {
  /** The certificate; for `issued_count` and the counts of lists the authority whose certificates are counted. */
  readonly identifier: string;
  /** Sequence number of the entry that says otherwise; 0 when there is none, or not a single one. */
  readonly sequence: number;
  /** The column that differs; `tags`, `private_key`, `client_tokens`, `listing_counts` or `change_counts` for what has a table of its own; `row` for a certificate that is missing or was never journalled. */
  readonly column: string;
}

/** How far the journal has been followed, and what it counts up to there. */
export interface JournalPosition {
  readonly head: ChainHead;
  /** Certificates by the authority that issued them. */
  readonly issued: ReadonlyMap<Identifier, number>;
}

export const journalStart: JournalPosition = { head: genesis, issued: new Map() };

export interface JournalStep {
  /** Where the journal led to; as given when there is nothing more. */
  readonly position: JournalPosition;
  /** How many entries were read; 0 at the end. */
  readonly entries: number;
  readonly broken?: ChainBreak;
  readonly differences: readonly TableDifference[];
}

/** A step is one wait for others: some milliseconds. */
export const rowsPerStep = 500;

/**
 * To be asked in a transaction, as all of these are: what it compares must be of one moment.
 * Checks the next entries: their hashes, the checkpoints that name them, and that there is what they are about.
 * Nothing is said of entries from a break on: they hang on nothing.
 */
export async function verifyEntries(db: Kysely<Schema>, position: JournalPosition): Promise<JournalStep> {
  const { head } = position;
  const rows = await journalRows(db, { after: head.sequence, limit: rowsPerStep });
  const checked = followChain(head, rows);
  const sound = rows.filter(({ sequence }) => sequence <= checked.head.sequence);
  const entries = sound.map(toEntry).filter(isCertificateEntry);
  const next = { head: checked.head, issued: countIssued(position.issued, entries) };
  const differences = rows.length > 0 ? await missing(db, entries) : await wronglyCounted(db, next);
  const broken = checked.broken ?? (await brokenCheckpoint(db, head, rows));
  return { position: next, entries: sound.length, differences, ...(broken && { broken }) };
}

async function brokenCheckpoint(
  db: Kysely<Schema>,
  head: ChainHead,
  rows: readonly HashedRow[],
): Promise<ChainBreak | undefined> {
  const last = rows.at(-1)?.sequence ?? head.sequence;
  const isEnd = rows.length < rowsPerStep;
  const hashes = new Map(rows.map(({ sequence, hash }) => [sequence, hash]));
  let checkpoints = db.selectFrom('checkpoints').select(['sequence', 'hash']).where('sequence', '>', head.sequence);
  if (!isEnd) checkpoints = checkpoints.where('sequence', '<=', last);
  for (const { sequence, hash } of await checkpoints.orderBy('sequence').limit(rowsPerStep).execute()) {
    const found = hashes.get(sequence);
    // Cut off at the end: the checkpoint remembers more than there is.
    if (!found) return { sequence: last + 1, problem: 'gap' };
    if (!equalBytes(found, hash)) return { sequence, problem: 'altered' };
  }
  return undefined;
}

async function missing(db: Kysely<Schema>, entries: readonly Entry<CertificateEvent>[]): Promise<TableDifference[]> {
  if (entries.length === 0) return [];
  const identifiers = [...new Set(entries.map(({ event }) => event.identifier))];
  const found = await db
    .selectFrom('certificates')
    .select('identifier')
    .where('identifier', 'in', identifiers)
    .execute();
  const present = new Set(found.map(({ identifier }) => identifier));
  const differences: TableDifference[] = [];
  for (const { sequence, account, event } of entries) {
    const { identifier } = event;
    if (!present.has(identifier)) differences.push({ identifier, sequence, column: 'row' });
    const clientToken = 'clientToken' in event ? event.clientToken : undefined;
    if (!clientToken) continue;
    const { operation, token, parameters } = clientToken;
    const row = await db
      .selectFrom('client_tokens')
      .select(['identifier', 'parameters'])
      .where('account', '=', account)
      .where('operation', '=', operation)
      .where('token', '=', token)
      .executeTakeFirst();
    const isSame = row?.identifier === identifier && row.parameters === parameters;
    if (!isSame) differences.push({ identifier, sequence, column: 'client_tokens' });
  }
  return differences;
}

function countIssued(
  before: ReadonlyMap<Identifier, number>,
  entries: readonly Entry<CertificateEvent>[],
): ReadonlyMap<Identifier, number> {
  const issued = new Map(before);
  for (const { event } of entries) {
    // As the projection counts: neither a root's own certificate nor a responder's.
    if (event.kind !== 'certificate-issued' || event.issuer === event.identifier) continue;
    if (event.certificateKind !== 'responder') issued.set(event.issuer, (issued.get(event.issuer) ?? 0) + 1);
  }
  return issued;
}

/** At the end of the journal, of the same moment: authorities that have not issued as many as they say. */
async function wronglyCounted(db: Kysely<Schema>, { head, issued }: JournalPosition): Promise<TableDifference[]> {
  const authorities = await db
    .selectFrom('certificates')
    .select(['identifier', 'issued_count'])
    .where(isSigner)
    .execute();
  return authorities
    .filter(({ identifier, issued_count }) => issued_count !== (issued.get(identifier) ?? 0))
    .map(({ identifier }) => ({ identifier, sequence: head.sequence, column: 'issued_count' }));
}
