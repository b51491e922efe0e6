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

/** A certificate that was counted as it was `before`, and is to be as it is `after`. */
export interface Move {
  readonly before: Counted | undefined;
  readonly after: Counted;
}

/** Takes each certificate from where it was counted to where it belongs. Each count is written once, whatever their number. */
export async function addCounts(db: Kysely<Schema>, moves: readonly Move[]): Promise<void> {
  const blocks = new Sums();
  const days = new Sums();
  for (const { before, after } of moves) {
    for (const [row, n] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (!row || !isCounted(row)) continue;
      blocks.add(row, Math.floor(row.id / idsPerBlock), n);
      days.add(row, Math.floor(row.changed_at / millisPerDay), n);
    }
  }
  for (const { unit: block, ...sum } of blocks.all()) await addOfBlock(db, { ...sum, block });
  for (const { unit: day, ...sum } of days.all()) {
    const { n, ...place } = { ...sum, day };
    const { rows } = await addOfDay(db, { ...place, n });
    // Days empty as certificates change on later ones; blocks do not.
    if (rows[0]?.n === 0)
      await db
        .deleteFrom('change_counts')
        .where((where) => where.and(place))
        .execute();
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
export function isCounted({ kind, state }: Pick<Counted, 'kind' | 'state'>): boolean {
  const isEndEntity = kind === 'client' || kind === 'server' || kind === 'custom';
  return isEndEntity && (state === 'pending' || state === 'issued' || state === 'revoked');
}

type Sum = Omit<Selectable<Schema['listing_counts']>, 'block'> & { readonly unit: number };

/** How many more there are of each sort, in each unit. */
class Sums {
  readonly #sums = new Map<string, Sum>();

  add({ account, kind, state, issuer, resource_group_id }: Counted, unit: number, n: 1 | -1): void {
    const sort = { account, unit, kind, state, issuer, resource_group: resource_group_id ?? '' };
    const name = JSON.stringify(Object.values(sort));
    this.#sums.set(name, { ...sort, n: (this.#sums.get(name)?.n ?? 0) + n });
  }

  all(): readonly Sum[] {
    return [...this.#sums.values()].filter(({ n }) => n !== 0);
  }
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
