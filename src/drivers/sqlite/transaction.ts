// One transaction around several statements of one question.

import { type Kysely, sql } from 'kysely';
import type { Schema } from '../sql/schema.ts';

type Work<Query, Reply> = (db: Kysely<Schema>, query: Query) => Promise<Reply>;

/** Makes work that writes all or nothing. The thread does one thing at a time, so that nothing comes in between. */
export function inTransaction<Query, Reply>(work: Work<Query, Reply>): Work<Query, Reply> {
  return (db, query) => between(sql`begin immediate`, work, db, query);
}

/** Has work that only reads see the database as it is at one moment, whatever other processes write meanwhile. */
export function atOneMoment<Query, Reply>(work: Work<Query, Reply>): Work<Query, Reply> {
  return (db, query) => between(sql`begin`, work, db, query);
}

async function between<Query, Reply>(
  begin: ReturnType<typeof sql>,
  work: Work<Query, Reply>,
  db: Kysely<Schema>,
  query: Query,
): Promise<Reply> {
  await begin.execute(db);
  try {
    const reply = await work(db, query);
    await sql`commit`.execute(db);
    return reply;
  } catch (error) {
    await sql`rollback`.execute(db).catch(() => {}); // SQLite has rolled back by itself after some errors
    throw error;
  }
}
