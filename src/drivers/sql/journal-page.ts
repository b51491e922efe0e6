// The journal as its readers see it: the newest entries of an account that a filter lets through, each with its hash
// checked against its content and the entry before it.

import { type Kysely, sql } from 'kysely';
import { followChain, genesis } from '../../registry/journal.ts';
import type { JournalEntry, JournalFilter, JournalQuery } from '../../registry/journal-reader.ts';
import { type HashedRow, selectRows } from './journal-queries.ts';
import { toEntry } from './journal-rows.ts';
import type { Schema } from './schema.ts';

export async function journalPage(db: Kysely<Schema>, query: JournalQuery): Promise<JournalEntry[]> {
  const { account, after, before, limit } = query;
  const rows = await filtered(db, query.filter)
    .where('account', '=', account)
    .where('sequence', '>', after)
    .where('sequence', '<', before)
    .limit(limit)
    .execute();
  const hashes = await hashesBefore(db, rows);
  return rows.map((row) => {
    const sequence = row.sequence - 1;
    const hash = sequence === 0 ? genesis.hash : hashes.get(sequence);
    const fits = hash !== undefined && followChain({ sequence, hash }, [row]).broken === undefined;
    return { ...toEntry(row), hash: row.hash, fits };
  });
}

/** By sequence number. Of other accounts too: they lie in the same chain. */
async function hashesBefore(db: Kysely<Schema>, rows: readonly HashedRow[]): Promise<ReadonlyMap<number, Uint8Array>> {
  if (rows.length === 0) return new Map();
  const sequences = rows.map(({ sequence }) => sequence - 1);
  const found = await db
    .selectFrom('journal')
    .select(['sequence', 'hash'])
    .where('sequence', 'in', sequences)
    .execute();
  return new Map(found.map(({ sequence, hash }) => [sequence, hash]));
}

function filtered(db: Kysely<Schema>, filter: JournalFilter) {
  const { kinds, principal, from, until, identifiers, name, onlyCertificates } = filter;
  let rows = selectRows(db).select('hash').clearOrderBy().orderBy('sequence', 'desc');
  if (kinds.length > 0) rows = rows.where('kind', 'in', kinds);
  if (principal !== undefined) rows = rows.where('principal', '=', principal);
  if (from !== undefined) rows = rows.where('at', '>=', from);
  if (until !== undefined) rows = rows.where('at', '<', until);
  if (identifiers !== undefined) rows = rows.where('identifier', 'in', identifiers);
  if (onlyCertificates) rows = rows.where('identifier', 'is not', null);
  if (name !== undefined) rows = rows.where('identifier', 'is', null).where(standsIn(name));
  return rows;
}

/** As a member of the event or in one of its lists; texts within texts are escaped twice and do not match. */
function standsIn(name: string) {
  const text = JSON.stringify(name).replace(/[\\%_]/g, '\\$&');
  const patterns = [`%:${text}%`, `%[${text}%`, `%,${text}%`];
  const tests = patterns.map((pattern) => sql<boolean>`facts like ${pattern} escape '\\'`);
  return sql<boolean>`(${sql.join(tests, sql` or `)})`;
}
