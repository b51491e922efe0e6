// How many listed certificates there are of each sort in each block of ids, so that a list of millions tells its total
// and finds any page without walking over the certificates before it.

import type { Kysely, Selectable } from 'kysely';
import type { EndEntityQuery } from '../../registry/store.ts';
import type { CertificatesTable, Schema } from './schema.ts';

/** A page is looked for inside one block; a total adds up one row a block and sort. */
export const idsPerBlock = 4096;

/** What a listed certificate is counted by. */
export type Counted = Pick<
  Selectable<CertificatesTable>,
  'account' | 'id' | 'kind' | 'state' | 'issuer' | 'resource_group_id'
>;

/** Takes the certificate from where it was counted before a change to where it belongs after it. */
export async function recount(db: Kysely<Schema>, before: Counted | undefined, after: Counted): Promise<void> {
  if (before && isCounted(before)) await add(db, before, -1);
  if (isCounted(after)) await add(db, after, 1);
}

/** The counts a query is about, block by block from the newest; a certificate's own moment of change is not counted by. */
export async function countsByBlock(
  db: Kysely<Schema>,
  { account, kind, state, issuer, resourceGroupId }: EndEntityQuery,
): Promise<readonly { readonly block: number; readonly n: number }[]> {
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
  return rows.map(({ block, n }) => ({ block, n: Number(n) }));
}

/** As `isListedEndEntity` says it to the database. */
function isCounted({ kind, state }: Counted): boolean {
  const isEndEntity = kind === 'client' || kind === 'server' || kind === 'custom';
  return isEndEntity && (state === 'pending' || state === 'issued' || state === 'revoked');
}

async function add(db: Kysely<Schema>, row: Counted, n: 1 | -1): Promise<void> {
  const { account, kind, state, issuer } = row;
  await db
    .insertInto('listing_counts')
    .values({
      account,
      block: Math.floor(row.id / idsPerBlock),
      kind,
      state,
      issuer,
      resource_group: row.resource_group_id ?? '',
      n,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'block', 'kind', 'state', 'issuer', 'resource_group'])
        .doUpdateSet((update) => ({ n: update('listing_counts.n', '+', n) })),
    )
    .execute();
}
