// Holds the counts of lists and the tokens of callers, which are views of views, against what they were made from.

import { type Kysely, sql } from 'kysely';
import type { CertificateEvent } from '../../registry/events.ts';
import type { Identifier } from '../../registry/model.ts';
import { isListedEndEntity } from './conditions.ts';
import { entriesAbout } from './journal-queries.ts';
import { idsPerBlock } from './listing-counts.ts';
import type { Schema } from './schema.ts';
import { rowsPerStep, type TableDifference } from './verification.ts';

export interface CountStep {
  /** The next block to ask for; absent when there are no more. */
  readonly next?: number;
  readonly differences: readonly TableDifference[];
}

/** Checks the counts of one block of ids, and of all behind it when it is the last. */
export async function verifyCounts(db: Kysely<Schema>, { block }: { readonly block: number }): Promise<CountStep> {
  const { highest } = await db
    .selectFrom('certificates')
    .select((select) => select.fn.max('id').as('highest'))
    .executeTakeFirstOrThrow();
  const isLast = (block + 1) * idsPerBlock > Number(highest ?? 0);
  let counted = db.selectFrom('listing_counts').selectAll().where('n', '<>', 0);
  counted = isLast ? counted.where('block', '>=', block) : counted.where('block', '=', block);
  const balance = new Map<string, { readonly issuer: Identifier; n: number }>();
  const add = (row: Readonly<Record<string, unknown>> & { readonly issuer: Identifier }, n: number) => {
    const key = JSON.stringify([
      row['account'],
      row['block'],
      row['kind'],
      row['state'],
      row.issuer,
      row['resource_group'],
    ]);
    const sum = balance.get(key);
    if (sum) sum.n += n;
    else balance.set(key, { issuer: row.issuer, n });
  };
  for (const row of await counted.execute()) add({ ...row }, row.n);
  const there = await db
    .selectFrom('certificates')
    .select(['account', 'kind', 'state', 'issuer'])
    .select((select) => select.fn.coalesce('resource_group_id', sql<string>`''`).as('resource_group'))
    .select((select) => select.fn.countAll<number>().as('n'))
    .where(isListedEndEntity)
    .where('id', '>=', block * idsPerBlock)
    .where('id', '<', (block + 1) * idsPerBlock)
    .groupBy(['account', 'kind', 'state', 'issuer', 'resource_group_id'])
    .execute();
  for (const row of there) add({ ...row, block }, -Number(row.n));
  const wrong = new Set([...balance.values()].filter(({ n }) => n !== 0).map(({ issuer }) => issuer));
  const differences = [...wrong].map((identifier) => ({ identifier, sequence: 0, column: 'listing_counts' }));
  return { ...(!isLast && { next: block + 1 }), differences };
}

/** A token's place, in the order of {@link verifyTokens}. */
export interface TokenPlace {
  readonly account: string;
  readonly operation: string;
  readonly token: string;
}

export interface TokenStep {
  readonly after?: TokenPlace;
  readonly tokens: number;
  readonly differences: readonly TableDifference[];
}

/** Checks that the next tokens were brought by an entry of the journal. Whether each that was brought is there, the entries tell. */
export async function verifyTokens(db: Kysely<Schema>, after: TokenPlace | undefined): Promise<TokenStep> {
  let tokens = db.selectFrom('client_tokens').selectAll();
  if (after) {
    const { account, operation, token } = after;
    tokens = tokens.where(sql<boolean>`(account, operation, token) > (${account}, ${operation}, ${token})`);
  }
  const rows = await tokens.orderBy('account').orderBy('operation').orderBy('token').limit(rowsPerStep).execute();
  const entries = await entriesAbout(db, [...new Set(rows.map(({ identifier }) => identifier))]);
  const brought = new Set(entries.flatMap(({ account, event }) => keyOf(account, event) ?? []));
  const differences = rows
    .filter(
      ({ account, identifier, ...token }) =>
        !brought.has(JSON.stringify([account, identifier, token.operation, token.token])),
    )
    .map(({ identifier }) => ({ identifier, sequence: 0, column: 'client_tokens' }));
  const last = rows.at(-1);
  return { ...(last && { after: last }), tokens: rows.length, differences };
}

function keyOf(account: string, event: CertificateEvent): string | undefined {
  const clientToken = 'clientToken' in event ? event.clientToken : undefined;
  return clientToken && JSON.stringify([account, event.identifier, clientToken.operation, clientToken.token]);
}
