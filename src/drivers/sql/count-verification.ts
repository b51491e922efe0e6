// Holds the counts of lists (listing-counts.ts) against the certificates that are there, a block of ids or a day at a time.

import { type Kysely, sql } from 'kysely';
import type { Identifier } from '../../registry/model.ts';
import { isListedEndEntity } from './conditions.ts';
import { blockCounts, dayCounts, idsPerBlock, millisPerDay } from './listing-counts.ts';
import type { TableDifference } from './row-verification.ts';
import type { Schema } from './schema.ts';

export interface BlockStep {
  /** The next block to ask for; absent when there are no more. */
  readonly next?: number;
  readonly differences: readonly TableDifference[];
}

/** Checks the counts of one block of ids, and of all behind it when it is the last. */
export async function verifyBlock(db: Kysely<Schema>, { block }: { readonly block: number }): Promise<BlockStep> {
  const { highest } = await db
    .selectFrom('certificates')
    .select((select) => select.fn.max('id').as('highest'))
    .executeTakeFirstOrThrow();
  const isLast = (block + 1) * idsPerBlock > Number(highest ?? 0);
  const counted = await db
    .selectFrom(blockCounts(db))
    .selectAll()
    .where('block', isLast ? '>=' : '=', block)
    .execute();
  const there = await countedSorts(db)
    .where('id', '>=', block * idsPerBlock)
    .where('id', '<', (block + 1) * idsPerBlock)
    .execute();
  const differences = compare(
    counted.map(({ block: unit, ...sort }) => ({ unit, ...sort })),
    there.map((sort) => ({ unit: block, ...sort })),
    'listing_counts',
  );
  return { ...(!isLast && { next: block + 1 }), differences };
}

export interface DayPlace {
  readonly account: string;
  readonly day: number;
}

export interface DayStep {
  /** The day that was checked; absent when there are no more. */
  readonly day?: DayPlace;
  readonly differences: readonly TableDifference[];
}

/** Checks the counts of what changed last on the next day that has any; behind the last, that none but those have any. */
export async function verifyDay(db: Kysely<Schema>, after: DayPlace | undefined): Promise<DayStep> {
  const places = [await nextPlace(db, 'change_counts', after), await nextPlace(db, 'recounts', after)];
  const [place] = places.filter((each) => each !== undefined).sort(inOrder);
  if (!place) return { differences: await compareTotals(db) };
  const { account, day } = place;
  const counted = await db
    .selectFrom(dayCounts(db))
    .selectAll()
    .where('account', '=', account)
    .where('day', '=', day)
    .execute();
  const there = await countedSorts(db)
    .where('account', '=', account)
    .where('changed_at', '>=', day * millisPerDay)
    .where('changed_at', '<', (day + 1) * millisPerDay)
    .execute();
  const differences = compare(
    counted.map(({ day: unit, ...sort }) => ({ unit, ...sort })),
    there.map((sort) => ({ unit: day, ...sort })),
    'change_counts',
  );
  return { day: place, differences };
}

async function nextPlace(
  db: Kysely<Schema>,
  table: 'change_counts' | 'recounts',
  after: DayPlace | undefined,
): Promise<DayPlace | undefined> {
  let days = db.selectFrom(table).select(['account', 'day']);
  if (after) days = days.where(sql<boolean>`(account, day) > (${after.account}, ${after.day})`);
  return await days.orderBy('account').orderBy('day').limit(1).executeTakeFirst();
}

function inOrder(a: DayPlace, b: DayPlace): number {
  return a.account === b.account ? a.day - b.day : a.account < b.account ? -1 : 1;
}

interface Sort {
  readonly account: string;
  readonly unit: number;
  readonly kind: string;
  readonly state: string;
  readonly issuer: Identifier;
  readonly resource_group: string;
  readonly n: number;
}

function countedSorts(db: Kysely<Schema>) {
  return db
    .selectFrom('certificates')
    .select(['account', 'kind', 'state', 'issuer'])
    .select((select) => select.fn.coalesce('resource_group_id', sql<string>`''`).as('resource_group'))
    .select((select) => select.fn.countAll<number>().as('n'))
    .where(isListedEndEntity)
    .groupBy(['account', 'kind', 'state', 'issuer', 'resource_group_id']);
}

/** A sort that nothing is of need not be counted, and may be, as 0. */
function compare(counted: readonly Sort[], there: readonly Sort[], column: string): TableDifference[] {
  const balance = new Map<string, number>();
  const issuerOf = new Map<string, Identifier>();
  const add = ({ account, unit, kind, state, issuer, resource_group }: Sort, n: number) => {
    const key = JSON.stringify([account, unit, kind, state, issuer, resource_group]);
    balance.set(key, (balance.get(key) ?? 0) + n);
    issuerOf.set(key, issuer);
  };
  for (const sort of counted) add(sort, Number(sort.n));
  for (const sort of there) add(sort, -Number(sort.n));
  const wrong = new Set([...balance].filter(([, n]) => n !== 0).map(([key]) => issuerOf.get(key) ?? ''));
  return [...wrong].map((identifier) => ({ identifier, sequence: 0, column }));
}

/** By issuer: what is counted by block and what is counted by day is the same. */
async function compareTotals(db: Kysely<Schema>): Promise<TableDifference[]> {
  const byBlock = await db
    .selectFrom(blockCounts(db))
    .select((select) => ['issuer', select.fn.sum<number>('n').as('n')])
    .groupBy('issuer')
    .execute();
  const byDay = await db
    .selectFrom(dayCounts(db))
    .select((select) => ['issuer', select.fn.sum<number>('n').as('n')])
    .groupBy('issuer')
    .execute();
  const left = new Map(byBlock.map(({ issuer, n }) => [issuer, Number(n)]));
  for (const { issuer, n } of byDay) left.set(issuer, (left.get(issuer) ?? 0) - Number(n));
  return [...left]
    .filter(([, n]) => n !== 0)
    .map(([identifier]) => ({ identifier, sequence: 0, column: 'change_counts' }));
}
