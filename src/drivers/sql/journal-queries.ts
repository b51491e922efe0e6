// Reads of the journal: its head, its entries, and whether it is whole.

import { type Kysely, sql } from 'kysely';
import { secretIdentity } from '../../access/events.ts';
import type { AccountId, Entry } from '../../base/journal-entry.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import { type ChainBreak, type ChainedRow, type ChainHead, followChain, genesis } from '../../registry/journal.ts';
import type { Identifier } from '../../registry/model.ts';
import type { HistorySpan } from '../../registry/store.ts';
import { isCertificateEntry, type StoredEntry, toEntry } from './journal-rows.ts';
import { prepared } from './prepared.ts';
import type { Schema } from './schema.ts';

export interface HashedRow extends ChainedRow {
  readonly hash: Uint8Array;
}

export async function journalHead(db: Kysely<Schema>): Promise<ChainHead> {
  const [row] = (await selectHead(db, {})).rows;
  return row ?? genesis;
}

// The limit is part of the text: one that is a parameter has SQLite prepare the statement anew each time.
const selectHead = prepared((db) =>
  db.selectFrom('journal').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(sql.lit(1)),
);

/** The hash of an entry; `undefined` for one that is not there. */
export async function journalHash(
  db: Kysely<Schema>,
  { sequence }: { readonly sequence: number },
): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('journal').select('hash').where('sequence', '=', sequence).executeTakeFirst();
  return row?.hash;
}

/** Rows after a sequence number, oldest first. */
export async function journalRows(
  db: Kysely<Schema>,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<HashedRow[]> {
  return await selectRows(db).select('hash').where('sequence', '>', after).limit(limit).execute();
}

/** Entries of one account or all, oldest first, without secrets. */
export async function journalEntries(
  db: Kysely<Schema>,
  { after, limit, account }: { readonly after: number; readonly limit: number; readonly account?: AccountId },
): Promise<StoredEntry[]> {
  let query = selectRows(db).where('sequence', '>', after).limit(limit);
  if (account !== undefined) query = query.where('account', '=', account);
  return (await query.execute()).map(toEntry);
}

/** Entries about one certificate, oldest first. */
export async function historyOf(
  db: Kysely<Schema>,
  {
    account,
    identifier,
    span,
  }: { readonly account: AccountId; readonly identifier: string; readonly span: HistorySpan },
): Promise<Entry<CertificateEvent>[]> {
  const about = selectRows(db).where('identifier', '=', identifier).where('account', '=', account);
  const rows =
    'first' in span
      ? await about.limit(span.first).execute()
      : (await about.clearOrderBy().orderBy('sequence', 'desc').limit(span.last).execute()).reverse();
  return rows.map(toEntry).filter(isCertificateEntry);
}

/**
 * All entries about each of these certificates, oldest first.
 * @param upTo  the last entry that can be trusted: what has one behind it is `untrusted`, and not read.
 */
export async function certificateEntriesOf(
  db: Kysely<Schema>,
  identifiers: readonly Identifier[],
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<ReadonlyMap<Identifier, readonly Entry<CertificateEvent>[] | 'untrusted'>> {
  const found = new Map<Identifier, Entry<CertificateEvent>[] | 'untrusted'>();
  if (identifiers.length === 0) return found;
  for (const row of await selectRows(db).where('identifier', 'in', identifiers).execute()) {
    const identifier = row.identifier as Identifier;
    const entries = found.get(identifier) ?? [];
    if (entries === 'untrusted') continue;
    if (row.sequence > upTo) {
      found.set(identifier, 'untrusted');
      continue;
    }
    const entry = toEntry(row);
    if (isCertificateEntry(entry)) entries.push(entry);
    found.set(identifier, entries);
  }
  return found;
}

/** What a follower wants of the journal: everything, or only what is about no certificate. */
export type ReplayScope = 'all' | 'access';

export interface ReplayQuery {
  readonly scope: ReplayScope;
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

/** Rows for followers after a sequence number and up to another: all but reservations, which no view reads. */
export async function replayRows(
  db: Kysely<Schema>,
  { scope, after, upTo, limit }: ReplayQuery,
): Promise<ChainedRow[]> {
  const rows = selectRows(db).where('sequence', '>', after).where('sequence', '<=', upTo).limit(limit);
  // Entries about no certificate are few and together in the index by certificate.
  if (scope === 'access') return await rows.where('identifier', 'is', null).execute();
  return await rows.where('kind', '<>', 'certificate-reserved').execute();
}

/** What is secret about these entries, sealed, by identity (access/events.ts); what has been erased is not there. */
export async function sealedSecrets(
  db: Kysely<Schema>,
  entries: readonly StoredEntry[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const identities = entries.flatMap((entry) => identityOf(entry) ?? []);
  if (identities.length === 0) return new Map();
  const rows = await db
    .selectFrom('sealed')
    .select(['identity', 'bytes'])
    .where('identity', 'in', identities)
    .execute();
  return new Map(rows.map(({ identity, bytes }) => [identity, bytes]));
}

export function withSecret(entry: StoredEntry, secrets: ReadonlyMap<string, Uint8Array>): StoredEntry {
  const identity = identityOf(entry);
  const sealedSecret = identity === undefined ? undefined : secrets.get(identity);
  return sealedSecret ? ({ ...entry, sealedSecret } as StoredEntry) : entry;
}

function identityOf(entry: StoredEntry): string | undefined {
  return isCertificateEntry(entry) ? undefined : secretIdentity(entry.event);
}

/**
 * Checks the journal from its last checkpoint to its end, or from its beginning where there is none; and that no entry
 * before that is missing. Whether those are as they were written, only a check of the whole journal tells.
 */
export async function verifySinceCheckpoint(
  db: Kysely<Schema>,
): Promise<{ readonly head: ChainHead; readonly broken?: ChainBreak }> {
  const checkpoint = await db
    .selectFrom('checkpoints')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  let head = genesis;
  if (checkpoint) {
    // The checkpoint's own entry is read with its predecessor's hash, so that its content is checked and not its hash alone.
    const [before, named] = await journalRows(db, { after: Math.max(checkpoint.sequence - 2, 0), limit: 2 });
    const entry = checkpoint.sequence === 1 ? before : named;
    const start = checkpoint.sequence === 1 ? genesis : before;
    if (start?.sequence !== checkpoint.sequence - 1 || entry?.sequence !== checkpoint.sequence) {
      return { head, broken: { sequence: checkpoint.sequence, problem: 'gap' } };
    }
    const checked = followChain(start, [entry]);
    if (checked.broken) return checked;
    if (Buffer.compare(entry.hash, checkpoint.hash) !== 0) {
      return { head, broken: { sequence: checkpoint.sequence, problem: 'altered' } };
    }
    head = checkpoint;
  }
  for (;;) {
    const rows = await journalRows(db, { after: head.sequence, limit: 1000 });
    if (rows.length === 0) break;
    const checked = followChain(head, rows);
    if (checked.broken) return checked;
    head = checked.head;
  }
  const behindGap = await firstBehindGap(db);
  return behindGap === undefined ? { head } : { head, broken: { sequence: behindGap, problem: 'gap' } };
}

/** The first entry whose predecessor is missing. Sound journals are only counted, which reads one index and no entry. */
async function firstBehindGap(db: Kysely<Schema>): Promise<number | undefined> {
  // One statement, so that another process's append does not come in between.
  const { entries, first, last } = await db
    .selectFrom('journal')
    .select((select) => [
      select.fn.countAll<number>().as('entries'),
      select.fn.min('sequence').as('first'),
      select.fn.max('sequence').as('last'),
    ])
    .executeTakeFirstOrThrow();
  if (Number(entries) === 0 || (first === 1 && last === Number(entries))) return undefined;
  const { sequence } = await db
    .selectFrom('journal as entry')
    .select((select) => select.fn.min('entry.sequence').as('sequence'))
    .where('entry.sequence', '<>', 1)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('journal').select('journal.sequence').whereRef('journal.sequence', '=', sql`entry.sequence - 1`),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return sequence;
}

export function selectRows(db: Kysely<Schema>) {
  return db
    .selectFrom('journal')
    .select([
      'sequence',
      'at',
      'account',
      'principal',
      'request_id as requestId',
      'source_address as sourceAddress',
      'kind',
      'identifier',
      'issuer',
      'serial',
      'facts',
    ])
    .orderBy('sequence');
}
