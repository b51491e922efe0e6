// Searching certificates by what no index has: a part of a name, an end, a tag. In steps, so that nothing else waits long.

import { type Kysely, sql } from 'kysely';
import type { Identifier } from '../../registry/model.ts';
import type { EndEntitySearch, SearchStep } from '../../registry/store.ts';
import { isListedEndEntity } from './conditions.ts';
import { blockCounts, idsPerBlock } from './listing-counts.ts';
import { identifiersPerQuery, toRecords } from './records.ts';
import type { Schema } from './schema.ts';

export async function searchEndEntities(db: Kysely<Schema>, search: EndEntitySearch): Promise<SearchStep> {
  const { belowId, limit, tag } = search;
  const holders = tag && (await fewHolders(db, tag));
  const range = holders ? { lowest: 0, below: belowId } : await nextRange(db, search);
  if (!range || holders?.length === 0) return { found: [], downTo: 0 };
  let rows = matching(db, search).where('id', '>=', range.lowest).where('id', '<', range.below);
  if (holders) rows = rows.where('identifier', 'in', holders);
  const found = await toRecords(db, await rows.selectAll().orderBy('id', 'desc').limit(limit).execute());
  const last = found.at(-1);
  return { found, downTo: last && found.length === limit ? last.id : range.lowest };
}

/** All who have the tag, where they are few; the others are met on the way. */
async function fewHolders(
  db: Kysely<Schema>,
  { key, value }: NonNullable<EndEntitySearch['tag']>,
): Promise<Identifier[] | undefined> {
  let tags = db.selectFrom('tags').select('identifier').where('key', '=', key);
  if (value !== undefined) tags = tags.where('value', '=', value);
  const rows = await tags.limit(identifiersPerQuery + 1).execute();
  return rows.length > identifiersPerQuery ? undefined : rows.map(({ identifier }) => identifier);
}

/**
 * One block, and one where the counts say that there is something of the sort; `undefined` where there is nothing more.
 * That is some ten milliseconds, in which nothing else is read or written.
 */
async function nextRange(
  db: Kysely<Schema>,
  { account, kind, state, issuer, belowId }: EndEntitySearch,
): Promise<{ readonly lowest: number; readonly below: number } | undefined> {
  let counts = db
    .selectFrom(blockCounts(db))
    .where('account', '=', account)
    .where('n', '>', 0)
    .where('block', '<=', Math.floor((belowId - 1) / idsPerBlock));
  if (kind !== undefined) counts = counts.where('kind', '=', kind);
  if (state !== undefined) counts = counts.where('state', '=', state);
  if (issuer !== undefined) counts = counts.where('issuer', '=', issuer as Identifier);
  const row = await counts.select('block').orderBy('block', 'desc').limit(1).executeTakeFirst();
  if (!row) return undefined;
  return {
    lowest: row.block * idsPerBlock,
    below: Math.min(belowId, (row.block + 1) * idsPerBlock),
  };
}

function matching(db: Kysely<Schema>, search: EndEntitySearch) {
  const { account, kind, state, issuer, reason, endsFrom, endsBefore, tag, name } = search;
  let listed = db.selectFrom('certificates').where(isListedEndEntity).where('account', '=', account);
  if (kind !== undefined) listed = listed.where('kind', '=', kind);
  if (state !== undefined) listed = listed.where('state', '=', state);
  if (issuer !== undefined) listed = listed.where('issuer', '=', issuer as Identifier);
  if (reason !== undefined) listed = listed.where('reason', '=', reason);
  if (endsFrom !== undefined) listed = listed.where('not_after', '>=', endsFrom);
  if (endsBefore !== undefined) listed = listed.where('not_after', '<', endsBefore);
  if (tag) {
    listed = listed.where(({ exists, selectFrom }) => {
      const having = selectFrom('tags')
        .select('tags.key')
        .whereRef('tags.identifier', '=', 'certificates.identifier')
        .where('tags.key', '=', tag.key);
      return exists(tag.value === undefined ? having : having.where('tags.value', '=', tag.value));
    });
  }
  if (name) listed = listed.where(({ or }) => or([...isPartOf(name.text), ...name.octets.map(isInNames)]));
  return listed;
}

/** Both sides by the database, which knows of fewer letters than JavaScript does. */
function isPartOf(text: string) {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return ['subject', 'alias_name', 'custom_identifier'].map(
    (column) => sql<boolean>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`,
  );
}

/** Behind the identifier of subjectAltName: the issuer's name, which stands before it, is in all that it issued. */
function isInNames(octets: Uint8Array) {
  return sql<boolean>`instr(substr(der, instr(der, x'0603551d11')), ${octets}) > 0`;
}
