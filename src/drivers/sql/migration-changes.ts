// Schema step 0004: lists of what changed in a span of time, found and counted without walking over all certificates.

import { type Kysely, sql } from 'kysely';
import { isListedEndEntity } from './conditions.ts';
import { millisPerDay } from './listing-counts.ts';
import type { Schema } from './schema.ts';

export async function changes(db: Kysely<Schema>): Promise<void> {
  const { schema } = db;
  // Has every column a listing filters by, so that skipping within a day reads no certificate on the way.
  await schema
    .createIndex('changed_end_entities')
    .on('certificates')
    .columns(['account', 'changed_at', 'id', 'kind', 'state', 'issuer', 'resource_group_id'])
    .where(isListedEndEntity)
    .execute();
  await schema
    .createTable('change_counts')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('day', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('resource_group', 'text', (column) => column.notNull())
    .addColumn('n', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('count_of_day', ['account', 'day', 'kind', 'state', 'issuer', 'resource_group'])
    .execute();
  await sql`
    insert into change_counts (account, day, kind, state, issuer, resource_group, n)
    select account, changed_at / ${sql.lit(millisPerDay)}, kind, state, issuer, coalesce(resource_group_id, ''), count(*)
    from certificates where ${isListedEndEntity}
    group by 1, 2, 3, 4, 5, 6`.execute(db);
}
