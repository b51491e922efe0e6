// The lists callers page through: client and server certificates, authorities, tags. A page costs the same at any depth.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { AuthorityRecord, CertificateRecord, Identifier } from '../../registry/model.ts';
import type { AuthorityQuery, EndEntityQuery, Page, TagOfCertificate, TagQuery } from '../../registry/store.ts';
import { isListedAuthority, isListedEndEntity } from './conditions.ts';
import { type Count, countsByBlock, countsByDay, idsPerBlock, millisPerDay } from './listing-counts.ts';
import { tagsOf, toAuthorities, toRecords } from './records.ts';
import type { Schema } from './schema.ts';

export async function listEndEntities(db: Kysely<Schema>, query: EndEntityQuery): Promise<Page<CertificateRecord>> {
  const { limit } = query;
  // The page's keys first, from the index alone: skipping certificates would read each of them.
  const { total, ids } = await keysOf(db, query);
  const more = ids.length > limit;
  const rows = await db.selectFrom('certificates').selectAll().where('id', 'in', ids.slice(0, limit)).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const page = ids.slice(0, limit).flatMap((id) => byId.get(id) ?? []);
  return { total, page: await toRecords(db, page), more };
}

export async function listAuthorities(db: Kysely<Schema>, query: AuthorityQuery): Promise<Page<AuthorityRecord>> {
  const { account, identifiers, kinds, issuer, state, resourceGroupId, validity, keyword, start, limit } = query;
  let listed = db.selectFrom('certificates').where(isListedAuthority).where('account', '=', account);
  if (identifiers) listed = listed.where('identifier', 'in', identifiers as readonly Identifier[]);
  if (kinds) listed = listed.where('kind', 'in', kinds);
  if (issuer !== undefined) listed = listed.where('issuer', '=', issuer as Identifier);
  if (state !== undefined) listed = listed.where('state', '=', state);
  if (resourceGroupId !== undefined) listed = listed.where('resource_group_id', '=', resourceGroupId);
  if (validity) listed = listed.where('not_after', validity.kind === 'valid' ? '>=' : '<', validity.at);
  if (keyword !== undefined) {
    const pattern = `%${keyword.replace(/[\\%_]/g, '\\$&')}%`;
    // Both sides by the database, which knows of fewer letters than JavaScript does.
    listed = listed.where(sql<boolean>`lower(subject) like lower(${pattern}) escape '\\'`);
  }
  const { total } = await listed.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  let page = listed
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit + 1);
  page = 'offset' in start ? page.offset(start.offset) : page.where('id', '<', start.belowId);
  const rows = await page.execute();
  return {
    total: Number(total),
    page: await toAuthorities(db, rows.slice(0, limit)),
    more: rows.length > limit,
  };
}

export async function listTags(
  db: Kysely<Schema>,
  { account, identifiers, having = [], after, limit }: TagQuery,
): Promise<{ readonly tags: readonly TagOfCertificate[]; readonly more: boolean }> {
  // Who has the page's tags, in the order of the page: one more than tags are wanted, and the one it begins in.
  let holders = db
    .selectFrom('tags')
    .innerJoin('certificates', 'certificates.identifier', 'tags.identifier')
    .select('tags.identifier')
    .distinct()
    .where('certificates.account', '=', account)
    .where('certificates.state', 'in', ['pending', 'issued', 'revoked']);
  if (identifiers) holders = holders.where('tags.identifier', 'in', identifiers as readonly Identifier[]);
  if (after) holders = holders.where('tags.identifier', '>=', after.identifier as Identifier);
  const [leading, ...others] = having;
  if (leading) {
    holders = holders.where('tags.key', '=', leading.key);
    if (leading.value !== undefined) holders = holders.where('tags.value', '=', leading.value);
  }
  for (const { key, value } of others) {
    holders = holders.where(({ exists, selectFrom }) => {
      const other = selectFrom('tags as other')
        .select('other.key')
        .whereRef('other.identifier', '=', 'tags.identifier')
        .where('other.key', '=', key);
      return exists(value === undefined ? other : other.where('other.value', '=', value));
    });
  }
  const rows = await holders
    .orderBy('tags.identifier')
    .limit(limit + 2)
    .execute();
  const tags = await tagsOf(
    db,
    rows.map(({ identifier }) => identifier),
  );
  const listed = rows.flatMap(({ identifier }) =>
    (tags.get(identifier) ?? [])
      .filter(({ key }) => identifier !== after?.identifier || key > after.key)
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map((tag) => ({ identifier, ...tag })),
  );
  return { tags: listed.slice(0, limit), more: listed.length > limit };
}

function filterEndEntities(db: Kysely<Schema>, query: EndEntityQuery) {
  const { identifier, kind, state, issuer, resourceGroupId, changedFrom, changedBefore } = query;
  let listed = db.selectFrom('certificates').where(isListedEndEntity).where('account', '=', query.account);
  if (identifier !== undefined) listed = listed.where('identifier', '=', identifier as Identifier);
  if (kind !== undefined) listed = listed.where('kind', '=', kind);
  if (state !== undefined) listed = listed.where('state', '=', state);
  if (issuer !== undefined) listed = listed.where('issuer', '=', issuer as Identifier);
  // As it is counted: an empty one is none (listing-counts.ts).
  if (resourceGroupId === '')
    listed = listed.where((where) =>
      where.or([where('resource_group_id', 'is', null), where('resource_group_id', '=', '')]),
    );
  else if (resourceGroupId !== undefined) listed = listed.where('resource_group_id', '=', resourceGroupId);
  if (changedFrom !== undefined) listed = listed.where('changed_at', '>=', changedFrom);
  if (changedBefore !== undefined) listed = listed.where('changed_at', '<', changedBefore);
  return listed;
}

interface Found {
  readonly total: number;
  /** The page's keys, and one more where there is one. */
  readonly ids: readonly number[];
}

function keysOf(db: Kysely<Schema>, query: EndEntityQuery): Promise<Found> {
  if (query.identifier !== undefined) return keysOneByOne(db, query);
  return isOfSpan(query) ? keysByDay(db, query) : keysByBlock(db, query);
}

function isOfSpan({ changedFrom, changedBefore }: EndEntityQuery): boolean {
  return changedFrom !== undefined || changedBefore !== undefined;
}

async function keysOneByOne(db: Kysely<Schema>, query: EndEntityQuery): Promise<Found> {
  const { start, limit } = query;
  const rows = await filterEndEntities(db, query).select('id').orderBy('id', 'desc').execute();
  const ids = rows.map(({ id }) => id);
  const from = 'offset' in start ? start.offset : ids.findIndex((id) => 'belowId' in start && id < start.belowId);
  return { total: ids.length, ids: from < 0 ? [] : ids.slice(from, from + limit + 1) };
}

/** Newest first. */
async function keysByBlock(db: Kysely<Schema>, query: EndEntityQuery): Promise<Found> {
  const { start } = query;
  if ('behind' in start) throw new TypeError('this list is in the order of ids');
  const belowId = 'belowId' in start ? start.belowId : Number.MAX_SAFE_INTEGER;
  return await walk(await countsByBlock(db, query), query, idsPerBlock, belowId, (lowest, below) =>
    filterEndEntities(db, query)
      .where('id', '>=', lowest)
      .where('id', '<', Math.min(below, belowId))
      .orderBy('id', 'desc'),
  );
}

/** What changed last first. */
async function keysByDay(db: Kysely<Schema>, query: EndEntityQuery): Promise<Found> {
  const { start, changedFrom = 0, changedBefore = Number.MAX_SAFE_INTEGER } = query;
  if ('belowId' in start) throw new TypeError('this list is in the order of changes');
  const counts = await countsByDay(db, query);
  const inSpan = await Promise.all(
    counts.map(async ({ unit, n }): Promise<Count> => {
      const isWhole = unit * millisPerDay >= changedFrom && (unit + 1) * millisPerDay <= changedBefore;
      return { unit, n: isWhole ? n : await countOnDay(db, query, unit) };
    }),
  );
  const behind = 'behind' in start ? start.behind : undefined;
  return await walk(
    inSpan,
    query,
    millisPerDay,
    (behind?.changedAt ?? Number.MAX_SAFE_INTEGER - 1) + 1,
    (first, below) => {
      const listed = filterEndEntities(db, query).where('changed_at', '>=', first).where('changed_at', '<', below);
      const rest = behind
        ? listed
            .where('changed_at', '<=', behind.changedAt)
            .where((where) => where.or([where('changed_at', '<', behind.changedAt), where('id', '<', behind.id)]))
        : listed;
      return rest.orderBy('changed_at', 'desc').orderBy('id', 'desc');
    },
  );
}

/** Of a day that the span has a part of. */
async function countOnDay(db: Kysely<Schema>, query: EndEntityQuery, day: number): Promise<number> {
  const { n } = await filterEndEntities(db, query)
    .where('changed_at', '>=', day * millisPerDay)
    .where('changed_at', '<', (day + 1) * millisPerDay)
    .select((select) => select.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
}

type Range = ReturnType<ReturnType<typeof filterEndEntities>['orderBy']>;

/**
 * Looks only where the counts say there is something: matches may be few and far between.
 * @param below nothing of the page lies at this place or above it.
 * @param range the query for what lies in a range of places, in the order of the page.
 */
async function walk(
  counts: readonly Count[],
  { start, limit }: EndEntityQuery,
  perUnit: number,
  below: number,
  range: (first: number, below: number) => Range,
): Promise<Found> {
  const total = counts.reduce((sum, { n }) => sum + n, 0);
  let skip = 'offset' in start ? start.offset : 0;
  const ids: number[] = [];
  for (let at = 0; at < counts.length && ids.length <= limit; ) {
    const first = counts[at];
    if (!first || skip >= first.n || first.unit * perUnit >= below) {
      if (first && first.unit * perUnit < below) skip -= first.n;
      at++;
      continue;
    }
    // Neighbours are one range, as far as they are needed.
    let lowest = first.unit;
    let inRange = first.n - skip;
    for (at++; at < counts.length && counts[at]?.unit === lowest - 1 && ids.length + inRange <= limit; at++) {
      lowest--;
      inRange += counts[at]?.n ?? 0;
    }
    const rows = await range(lowest * perUnit, (first.unit + 1) * perUnit)
      .select('id')
      .limit(limit + 1 - ids.length)
      .offset(skip)
      .execute();
    for (const { id } of rows) ids.push(id);
    skip = 0;
  }
  return { total, ids };
}
