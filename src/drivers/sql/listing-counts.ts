// How many listed certificates there are of each sort, in each block of ids and on each day they changed last, so that a
// list of millions tells its total and finds any page without walking over the certificates before it.

import type { Kysely, Selectable } from 'kysely';
import type { EndEntityQuery } from '../../registry/store.ts';
import { prepared, valuesOf } from './prepared.ts';
import type { CertificatesTable, Schema } from './schema.ts';

/** A page is looked for inside one block; a total adds up one row a block and sort. */
export const idsPerBlock = 4096;
/** The same for lists of what changed in a span of time. */
export const millisPerDay = 86_400_000;

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

/** Takes the certificate from where it was counted before a change to where it belongs after it. */
export async function recount(db: Kysely<Schema>, before: Counted | undefined, after: Counted): Promise<void> {
  const from = before && isCounted(before) ? before : undefined;
  const to = isCounted(after) ? after : undefined;
  if (!from || !to || sortOf(from) !== sortOf(to)) {
    if (from) await addToBlock(db, from, -1);
    if (to) await addToBlock(db, to, 1);
  }
  if (!from || !to || sortOf(from) !== sortOf(to) || dayOf(from) !== dayOf(to)) {
    if (from) await addToDay(db, from, -1);
    if (to) await addToDay(db, to, 1);
  }
}

/** The counts a query is about, block by block from the newest; a certificate's own moment of change is not counted by. */
export async function countsByBlock(
  db: Kysely<Schema>,
  { account, kind, state, issuer, resourceGroupId }: EndEntityQuery,
): Promise<readonly Count[]> {
  let counts = db.selectFrom('listing_counts').where('account', '=', account);
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
  let counts = db.selectFrom('change_counts').where('account', '=', account);
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
function isCounted({ kind, state }: Counted): boolean {
  const isEndEntity = kind === 'client' || kind === 'server' || kind === 'custom';
  return isEndEntity && (state === 'pending' || state === 'issued' || state === 'revoked');
}

/** What of a certificate a change can change in how it is counted, but for the day. */
function sortOf({ state, resource_group_id }: Counted): string {
  return `${state} ${resource_group_id ?? ''}`;
}

function dayOf({ changed_at }: Counted): number {
  return Math.floor(changed_at / millisPerDay);
}

async function addToBlock(db: Kysely<Schema>, row: Counted, n: 1 | -1): Promise<void> {
  await addOfBlock(db, { ...columnsOf(row), block: Math.floor(row.id / idsPerBlock), n });
}

async function addToDay(db: Kysely<Schema>, row: Counted, n: 1 | -1): Promise<void> {
  const place = { ...columnsOf(row), day: dayOf(row) };
  const { rows } = await addOfDay(db, { ...place, n });
  // Days empty as certificates change on later ones; blocks do not.
  if (rows[0]?.n === 0)
    await db
      .deleteFrom('change_counts')
      .where((where) => where.and(place))
      .execute();
}

const addOfBlock = prepared((db, count: Selectable<Schema['listing_counts']>) =>
  db
    .insertInto('listing_counts')
    .values(valuesOf(count, ['account', 'block', 'kind', 'state', 'issuer', 'resource_group', 'n']))
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'block', 'kind', 'state', 'issuer', 'resource_group'])
        .doUpdateSet((update) => ({ n: update('listing_counts.n', '+', count.n) })),
    ),
);

const addOfDay = prepared((db, count: Selectable<Schema['change_counts']>) =>
  db
    .insertInto('change_counts')
    .values(valuesOf(count, ['account', 'day', 'kind', 'state', 'issuer', 'resource_group', 'n']))
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'day', 'kind', 'state', 'issuer', 'resource_group'])
        .doUpdateSet((update) => ({ n: update('change_counts.n', '+', count.n) })),
    )
    .returning('n'),
);

function columnsOf({ account, kind, state, issuer, resource_group_id }: Counted) {
  return { account, kind, state, issuer, resource_group: resource_group_id ?? '' };
}
