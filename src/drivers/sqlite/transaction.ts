// One transaction around several statements: of a question that writes, such as a publication, or of one that compares
// tables, between whose statements another process must not have written.

import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../sql/schema.ts';

/** Makes `work` all or nothing. The thread does one thing at a time, so that nothing comes in between. */
export function inTransaction<Query, Reply>(work: Work<Query, Reply>): Work<Query, Reply> {
  return within(sql`begin immediate`, work);
}

/** Lets `work` see the database as it is at one moment, and keeps nobody from writing. */
export function inSnapshot<Query, Reply>(work: Work<Query, Reply>): Work<Query, Reply> {
  return within(sql`begin deferred`, work);
}

/**
 * What is deleted within is not overwritten with zeros, as keys are: of what everybody may have, that is but twice the
 * writing. (sqlite.org/pragma.html#pragma_secure_delete)
 */
export function withoutErasure<Query, Reply>(work: Work<Query, Reply>): Work<Query, Reply> {
  return async (db, query) => {
    await sql`pragma secure_delete = off`.execute(db);
    try {
      return await work(db, query);
    } finally {
      await sql`pragma secure_delete = on`.execute(db);
    }
  };
}

type Work<Query, Reply> = (db: Kysely<Schema>, query: Query) => Promise<Reply>;

function within<Query, Reply>(begin: RawBuilder<unknown>, work: Work<Query, Reply>): Work<Query, Reply> {
  return async (db, query) => {
    await begin.execute(db);
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
