// Compares the table of certificates, and their tags, with the journal, in steps small enough to run beside normal work.
// Every entry is held against the row it is about, then every row against the entry it says was its last. Together
// they leave a row nothing to differ in: the first shows what was undone or lost, the second what was made up.

import type { Kysely, Selectable } from 'kysely';
import { assertNever } from '../../base/assert-never.ts';
import { equalBytes, sha256Hex } from '../../base/bytes.ts';
import type { CertificateEvent, CertificateLabelled, CertificateReserved } from '../../registry/events.ts';
import { type ChainBreak, type ChainHead, followChain } from '../../registry/journal.ts';
import type { CertificateState, Identifier, Labels, Tag } from '../../registry/model.ts';
import { type HashedRow, journalRows } from './journal-queries.ts';
import { isCertificateEntry, toEntry } from './journal-rows.ts';
import { changedTags } from './label-projection.ts';
import { reservedColumns } from './projection.ts';
import { tagsOf } from './records.ts';
import type { CertificatesTable, Schema } from './schema.ts';

/** One way in which the table of certificates is not what the journal says. */
export interface TableDifference {
  readonly identifier: string;
  /** Sequence number of the entry that says otherwise; 0 when there is none about this row. */
  readonly sequence: number;
  /** The column that differs, `tags`, or `row` for one that is missing or was never journalled. */
  readonly column: string;
}

export interface JournalStep {
  /** Where the journal led to; as given when there is nothing more. */
  readonly head: ChainHead;
  /** How many entries were read; 0 at the end. */
  readonly entries: number;
  readonly broken?: ChainBreak;
  readonly differences: readonly TableDifference[];
}

/**
 * Checks the next entries after `head`: their hashes, the checkpoints that name them, and the rows they are about.
 * Nothing is said of entries from a break on: they hang on nothing.
 */
export async function verifyEntries(db: Kysely<Schema>, head: ChainHead): Promise<JournalStep> {
  // Checkpoints first: one that is written after this is about entries that are read after this, or in a later step.
  const checkpoints = await db
    .selectFrom('checkpoints')
    .select(['sequence', 'hash'])
    .where('sequence', '>', head.sequence)
    .orderBy('sequence')
    .limit(entriesPerStep)
    .execute();
  const rows = await journalRows(db, { after: head.sequence, limit: entriesPerStep });
  const checked = followChain(head, rows);
  const sound = rows.filter(({ sequence }) => sequence <= checked.head.sequence);
  const step = { head: checked.head, entries: sound.length, differences: await compareWithRows(db, sound) };
  if (checked.broken) return { ...step, broken: checked.broken };
  const hashes = new Map(rows.map(({ sequence, hash }) => [sequence, hash]));
  for (const checkpoint of checkpoints) {
    const hash = hashes.get(checkpoint.sequence);
    if (hash === undefined && rows.length === entriesPerStep) break;
    // Cut off at the end: the checkpoint remembers more than there is.
    if (hash === undefined) return { ...step, broken: { sequence: checked.head.sequence + 1, problem: 'gap' } };
    if (!equalBytes(hash, checkpoint.hash)) {
      return { ...step, broken: { sequence: checkpoint.sequence, problem: 'altered' } };
    }
  }
  return step;
}

export interface TableStep {
  /** The last row's id; as given when there are no more. */
  readonly after: number;
  readonly certificates: number;
  readonly differences: readonly TableDifference[];
}

/** Checks the next rows after an id: that the entry they name as their last is about them and left them in this state. */
export async function verifyRows(db: Kysely<Schema>, { after }: { readonly after: number }): Promise<TableStep> {
  const rows = await db
    .selectFrom('certificates')
    .leftJoin('journal', 'journal.sequence', 'certificates.sequence')
    .select(['certificates.id', 'certificates.identifier', 'certificates.state', 'certificates.sequence'])
    .select(['certificates.revoked_at', 'certificates.reason'])
    .select((select) => select('certificates.der', 'is', null).as('bare'))
    .select(['journal.identifier as journalled', 'journal.kind', 'journal.facts'])
    .where('certificates.id', '>', after)
    .orderBy('certificates.id')
    .limit(entriesPerStep)
    .execute();
  const differences: TableDifference[] = [];
  for (const row of rows) {
    const differs = (column: string, sequence = row.sequence) =>
      differences.push({ identifier: row.identifier, sequence, column });
    if (row.journalled !== row.identifier) differs('row', 0);
    else if (row.state !== stateAfter(row.kind ?? '', row.facts ?? '{}')) differs('state');
    // A revocation that was never journalled has no entry to differ from.
    else if (row.state !== 'revoked' && row.state !== 'deleted') {
      if (row.revoked_at !== null) differs('revoked_at');
      if (row.reason !== null) differs('reason');
    }
    if (row.state !== 'issued' && row.state !== 'revoked' && row.state !== 'deleted' && !row.bare) differs('der');
  }
  return { after: rows.at(-1)?.id ?? after, certificates: rows.length, differences };
}

/** A step is one wait for others: some milliseconds. */
const entriesPerStep = 500;

/** The state an entry leaves its certificate in; `undefined` for one that is not about states. */
function stateAfter(kind: string, facts: string): CertificateState | undefined {
  switch (kind as CertificateEvent['kind']) {
    case 'certificate-reserved':
      return (JSON.parse(facts) as CertificateReserved).pending ? 'pending' : 'reserved';
    case 'certificate-issued':
    case 'certificate-released':
      return 'issued';
    case 'certificate-abandoned':
      return 'abandoned';
    case 'certificate-revoked':
      return 'revoked';
    case 'certificate-deleted':
      return 'deleted';
    default:
      return undefined;
  }
}

async function compareWithRows(db: Kysely<Schema>, journal: readonly HashedRow[]): Promise<TableDifference[]> {
  const entries = journal.map(toEntry).filter(isCertificateEntry);
  if (entries.length === 0) return [];
  const identifiers = [...new Set(entries.map(({ event }) => event.identifier))];
  const rows = await db.selectFrom('certificates').selectAll().where('identifier', 'in', identifiers).execute();
  const byIdentifier = new Map<Identifier, Selectable<CertificatesTable>>(rows.map((row) => [row.identifier, row]));
  const released = await everReleased(db, rows);
  const tags = await tagsOf(db, identifiers);
  const differences: TableDifference[] = [];
  for (const { sequence, account, event } of entries) {
    const { identifier } = event;
    const row = byIdentifier.get(identifier);
    if (!row) {
      differences.push({ identifier, sequence, column: 'row' });
      continue;
    }
    const expect = (column: string, holds: boolean) => {
      if (!holds) differences.push({ identifier, sequence, column });
    };
    // A row is never behind an entry about it. What the last entry left is held against it as well (verifyRows).
    const isAboutLabels = event.kind === 'certificate-labelled';
    const isAboutState = stateAfter(event.kind, '{}') !== undefined;
    if (isAboutState) expect('state', row.sequence >= sequence);
    if (isAboutLabels) expect('labels_sequence', row.labels_sequence >= sequence);
    switch (event.kind) {
      case 'certificate-reserved':
        for (const column of differingColumns(row, account, event)) expect(column, false);
        expectLabels(event.labels, event.labels.tags ?? []);
        break;
      case 'certificate-labelled':
        expectLabels(event, row.labels_sequence === sequence ? await journalledTags(db, identifier) : []);
        break;
      case 'certificate-issued':
        expect('der', row.der !== null && sha256Hex(row.der) === event.sha256);
        break;
      case 'certificate-revoked': {
        // One that was on hold in between has had several revocations; only the last is in the row.
        const isLast = row.sequence === sequence || (row.state === 'deleted' && !released.has(identifier));
        if (isLast) expect('revoked_at', row.revoked_at === event.revokedAt);
        if (isLast && event.reason !== 'certificateHold') expect('reason', row.reason === (event.reason ?? null));
        break;
      }
      case 'certificate-quota-assigned':
      case 'certificate-abandoned':
      case 'certificate-released':
      case 'certificate-deleted':
      case 'certificate-uploaded':
      case 'certificate-crl-requested':
        break;
      default:
        assertNever(event);
    }
    function expectLabels(
      { aliasName, resourceGroupId }: Pick<Labels, 'aliasName' | 'resourceGroupId'>,
      expected: readonly Tag[],
    ): void {
      if (row?.labels_sequence !== sequence) return;
      expect('tags', sameTags(tags.get(identifier) ?? [], expected));
      if (aliasName !== undefined) expect('alias_name', row.alias_name === aliasName);
      if (resourceGroupId !== undefined) expect('resource_group_id', row.resource_group_id === resourceGroupId);
    }
  }
  return differences;
}

/** Certificates among these that were on hold and came back. */
async function everReleased(
  db: Kysely<Schema>,
  rows: readonly Selectable<CertificatesTable>[],
): Promise<ReadonlySet<string | null>> {
  const deleted = rows.filter(({ state }) => state === 'deleted').map(({ identifier }) => identifier);
  if (deleted.length === 0) return new Set();
  const releases = await db
    .selectFrom('journal')
    .select('identifier')
    .where('identifier', 'in', deleted)
    .where('kind', '=', 'certificate-released')
    .execute();
  return new Set(releases.map(({ identifier }) => identifier));
}

/** The tags that the journal's entries about this certificate lead to, one after the other. */
async function journalledTags(db: Kysely<Schema>, identifier: Identifier): Promise<readonly Tag[]> {
  const rows = await db
    .selectFrom('journal')
    .select(['kind', 'facts'])
    .where('identifier', '=', identifier)
    .where('kind', 'in', ['certificate-reserved', 'certificate-labelled'])
    .orderBy('sequence')
    .execute();
  let tags: readonly Tag[] = [];
  for (const { kind, facts } of rows) {
    if (kind === 'certificate-reserved') tags = (JSON.parse(facts) as CertificateReserved).labels.tags ?? [];
    else tags = changedTags(tags, (JSON.parse(facts) as CertificateLabelled).tags);
  }
  return tags;
}

function differingColumns(row: Selectable<CertificatesTable>, account: string, event: CertificateReserved): string[] {
  const columns = Object.entries(reservedColumns(account, event)) as [keyof CertificatesTable, string | null][];
  return columns.filter(([column, value]) => row[column] !== value).map(([column]) => column);
}

function sameTags(stored: readonly Tag[], journalled: readonly Tag[]): boolean {
  return (
    stored.length === journalled.length &&
    stored.every(({ key, value }, at) => key === journalled[at]?.key && value === journalled[at]?.value)
  );
}
