// When keys and passwords were last used: a table of its own, beside the journal.

import { type Kysely, sql } from 'kysely';
import { mfaCodePrefix, signInSubject } from '../../access/last-use.ts';
import type { LastUse } from '../../access/principals.ts';
import type { UnixMillis } from '../../base/time.ts';
import type { Schema } from './schema.ts';

export async function lastUses(db: Kysely<Schema>): Promise<readonly LastUse[]> {
  const rows = await db.selectFrom('last_uses').select(['subject', 'at', 'service']).execute();
  return rows.map(({ subject, at, service }) => ({ subject, at: at as UnixMillis, service }));
}

/** Each replaces an earlier use of its subject. */
export async function putLastUses(db: Kysely<Schema>, uses: readonly LastUse[]): Promise<void> {
  for (const { subject, at, service } of uses) {
    await db
      .insertInto('last_uses')
      .values({ subject, at, service })
      .onConflict((conflict) => conflict.column('subject').doUpdateSet({ at, service }).where('last_uses.at', '<', at))
      .execute();
  }
}

/** What is deleted takes its last use along, but one that was to be written down then comes after it. */
export async function dropLastUses(db: Kysely<Schema>): Promise<void> {
  await sql`
    delete from last_uses where subject not in (
      select access_key_id from access_keys
      union all select ${signInSubject('')} || user_id from users
      union all select ${mfaCodePrefix} || account || ':' || name from mfa_devices)`.execute(db);
}
