// One transaction around several statements of a question that writes, such as a publication.

import { type Kysely, sql } from 'kysely';
import type { Schema } from '../sql/schema.ts';

/** Makes `work` all or nothing. The thread does one thing at a time, so that nothing comes in between. */
export function inTransaction<Query, Reply>(
  work: (db: Kysely<Schema>, query: Query) => Promise<Reply>,
): (db: Kysely<Schema>, query: Query) => Promise<Reply> {
  return async (db, query) => {
    await sql`begin immediate`.execute(db);
    try {
      const reply = await work(db, query);
      await sql`commit`.execute(db);
      return reply;
    } catch (error) {
      await sql`rollback`.execute(db).catch(() => {}); // SQLite has rolled back by itself after some errors
      throw error;
    }
  };
}
