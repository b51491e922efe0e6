// Schema step 0015: when each client token was taken, so that those whose time is over can be found. Those that are there count from
// the latest moment in the journal: when they were taken stands in entries that would have to be read one by one. Not from its last
// entry, which is earlier where the clock was set back, so that a token would be gone while its own entry is still young.

import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

export async function tokenMoments(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable('client_tokens')
    .addColumn('taken_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`update client_tokens set taken_at = (select max(at) from journal)`.execute(db);
  await db.schema.createIndex('client_tokens_by_moment').on('client_tokens').column('taken_at').execute();
}
