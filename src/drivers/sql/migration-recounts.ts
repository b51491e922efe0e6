// Schema step 0010: what changes add to the counts of lists, appended, until it is added up.

import type { Kysely } from 'kysely';
import type { ColumnTypes, Schema } from './schema.ts';

export async function recounts(db: Kysely<Schema>, { counter }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('recounts')
    .addColumn('id', counter, (column) =>
      counter === 'integer' ? column.primaryKey() : column.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('block', 'bigint', (column) => column.notNull())
    .addColumn('day', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('resource_group', 'text', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .execute();
}
