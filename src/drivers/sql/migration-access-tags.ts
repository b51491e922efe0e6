// Schema step 0006: tags of roles and policies.

import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export async function accessTags(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('access_tags')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('holder_kind', 'text', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('tag_of_holder', ['account', 'holder_kind', 'holder', 'key'])
    .execute();
}
