// How many listed certificates there are of each sort, in each block of ids and on each day they changed last, so that a
// list of millions tells its total and finds any page without walking over the certificates before it.
//
// A change would touch four counts, each in another place of its table. It appends two lines to `recounts` instead, which are
// added up now and then; whoever asks takes them into account.

import { type Kysely, type Selectable, sql } from 'kysely';
import type { EndEntityQuery } from '../../registry/store.ts';
import { prepared, valuesOf } from './prepared.ts';
import type { CertificatesTable, Schema } from './schema.ts';

/** A page is looked for inside one block; a total adds up one row a block and sort. */
export const idsPerBlock = 4096;
/** The same for lists of what changed in a span of time. */
export const millisPerDay = 86_400_000;
/** Where so many lines wait at the end of a group of changes, they are added up, which takes some ten milliseconds then. */
export const linesKept = 4096;

/** What a listed certificate is counted by. */
export type Counted = Pick<
  Selectable<CertificatesTable>,
  'account' | 'id' | 'kind' | 'state' | 'issuer' | 'resource_group_id' | 'changed_at'
>;

/** So many in one block, or on one day. */
export interface Count {
  readonly unit: number;
  readonly n: number;
}

/** Counts a certificate that was not there before. */
export async function count(db: Kysely<Schema>, certificate: Counted): Promise<void> {
  if (isCounted(certificate)) await insertLine(db, { ...placeOf(certificate), n: 1 });
}

/**
 * Takes the certificate from where it was counted before a change to where it belongs after it.
 * @param change  beside the row: SQLite's rows are slow to copy.
 */
export async function recount(
  db: Kysely<Schema>,
  row: Counted,
  { state = row.state, resource_group_id = row.resource_group_id, changed_at = row.changed_at }: Change,
): Promise<void> {
  const from = isCounted(row) ? placeOf(row) : undefined;
  const { account, id, kind, issuer } = row;
  const isListed = isCounted({ kind, state });
  const to = isListed ? placeOf({ account, id, kind, state, issuer, resource_group_id, changed_at }) : undefined;
  const stays = from?.state === to?.state && from?.resource_group === to?.resource_group && from?.day === to?.day;
  if (stays) return;
  if (from) await insertLine(db, { ...from, n: -1 });
  if (to) await insertLine(db, { ...to, n: 1 });
}

type Change = Partial<Pick<Counted, 'state' | 'resource_group_id' | 'changed_at'>>;

function placeOf({ id, account, kind, state, issuer, resource_group_id, changed_at }: Counted) {
  const [block, day] = [Math.floor(id / idsPerBlock), Math.floor(changed_at / millisPerDay)];
  return { account, block, day, kind, state, issuer, resource_group: resource_group_id ?? '' };
}

type Line = Omit<Selectable<Schema['recounts']>, 'id'>;

const insertLine = prepared((db, line: Line) =>
  db
    .insertInto('recounts')
    .values(valuesOf(line, ['account', 'block', 'day', 'kind', 'state', 'issuer', 'resource_group', 'n'])),
);

/** Adds up what waits where it has become much: once a group, since asking for it with each line takes longer than writing it. */
export async function addUpIfMany(db: Kysely<Schema>): Promise<void> {
  const [{ first, last } = { first: null, last: null }] = (await selectEnds(db, {})).rows;
  if (first !== null && last !== null && last - first + 1 >= linesKept) await addUp(db);
}

// By their ends, each found at once: what is counted is read. One question for both would read all lines, too.
const selectEnds = prepared((db) =>
  db.selectNoFrom(({ selectFrom }) => [
    selectFrom('recounts')
      .select(({ fn }) => fn.min<number | null>('id').as('id'))
      .as('first'),
    selectFrom('recounts')
      .select(({ fn }) => fn.max<number | null>('id').as('id'))
      .as('last'),
  ]),
);

/** Writes the lines into the counts. Within a transaction. */
export async function addUp(db: Kysely<Schema>): Promise<void> {
  for (const [table, unit] of [
    ['listing_counts', 'block'],
    ['change_counts', 'day'],
  ] as const) {
    const sort = sql.join(['account', unit, ...sortColumns].map((column) => sql.ref(column)));
    await sql`
      insert into ${sql.table(table)} (${sort}, n)
      select ${sort}, sum(n) from recounts group by ${sort} having sum(n) <> 0
      on conflict (${sort}) do update set n = ${sql.table(table)}.n + excluded.n`.execute(db);
  }
  // Days empty as certificates change on later ones; blocks do not.
  await sql`
    delete from change_counts
    where n = 0 and (account, day) in (select account, day from recounts)`.execute(db);
  await db.deleteFrom('recounts').execute();
}

/** How many of each sort in each block; several rows of one where lines wait to be added up. */
export function blockCounts(db: Kysely<Schema>) {
  const columns = ['account', 'block', ...sortColumns, 'n'] as const;
  const counts = db.selectFrom('listing_counts').select([...columns]);
  return counts.unionAll(db.selectFrom('recounts').select([...columns])).as('counts');
}

/** The same on each day. */
export function dayCounts(db: Kysely<Schema>) {
  const columns = ['account', 'day', ...sortColumns, 'n'] as const;
  const counts = db.selectFrom('change_counts').select([...columns]);
  return counts.unionAll(db.selectFrom('recounts').select([...columns])).as('counts');
}

const sortColumns = ['kind', 'state', 'issuer', 'resource_group'] as const;

/** The counts a query is about, block by block from the newest; a certificate's own moment of change is not counted by. */
export async function countsByBlock(
  db: Kysely<Schema>,
  { account, kind, state, issuer, resourceGroupId }: EndEntityQuery,
): Promise<readonly Count[]> {
  let counts = db.selectFrom(blockCounts(db)).where('account', '=', account);
  if (kind !== undefined) counts = counts.where('kind', '=', kind);
  if (state !== undefined) counts = counts.where('state', '=', state);
  if (issuer !== undefined) counts = counts.where('issuer', '=', issuer as Counted['issuer']);
  if (resourceGroupId !== undefined) counts = counts.where('resource_group', '=', resourceGroupId);
  const rows = await counts
    .select((select) => ['block', select.fn.sum<number>('n').as('n')])
    .groupBy('block')
    .orderBy('block', 'desc')
    .execute();
  return rows.map(({ block, n }) => ({ unit: block, n: Number(n) }));
}

/** The same day by day from the latest, for whole days of the span. */
export async function countsByDay(
  db: Kysely<Schema>,
  { account, kind, state, issuer, resourceGroupId, changedFrom, changedBefore }: EndEntityQuery,
): Promise<readonly Count[]> {
  let counts = db.selectFrom(dayCounts(db)).where('account', '=', account);
  if (changedFrom !== undefined) counts = counts.where('day', '>=', Math.floor(changedFrom / millisPerDay));
  if (changedBefore !== undefined) counts = counts.where('day', '<', Math.ceil(changedBefore / millisPerDay));
  if (kind !== undefined) counts = counts.where('kind', '=', kind);
  if (state !== undefined) counts = counts.where('state', '=', state);
  if (issuer !== undefined) counts = counts.where('issuer', '=', issuer as Counted['issuer']);
  if (resourceGroupId !== undefined) counts = counts.where('resource_group', '=', resourceGroupId);
  const rows = await counts
    .select((select) => ['day', select.fn.sum<number>('n').as('n')])
    .groupBy('day')
    .orderBy('day', 'desc')
    .execute();
  return rows.map(({ day, n }) => ({ unit: day, n: Number(n) }));
}

/** As `isListedEndEntity` says it to the database. */
export function isCounted({ kind, state }: Pick<Counted, 'kind' | 'state'>): boolean {
  const isEndEntity = kind === 'client' || kind === 'server' || kind === 'custom';
  return isEndEntity && (state === 'pending' || state === 'issued' || state === 'revoked');
}
