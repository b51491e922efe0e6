// Tags of roles and policies, carried out on the tables: their keys, so that there are never too many. Values are read from
// the journal alone.

import type { Kysely } from 'kysely';
import type { AccessTagsChanged, Tag } from '../../access/events.ts';
import { maxTagsOfResource } from '../../access/limits.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import { type Change, doesNotExist, exists, requireRole } from './access-guards.ts';
import type { Schema } from './schema.ts';

/** One role or policy. */
export interface Tagged {
  readonly account: AccountId;
  readonly holder_kind: 'role' | 'policy';
  readonly holder: string;
}

export async function projectAccessTags(
  db: Kysely<Schema>,
  { account, event }: Change<AccessTagsChanged>,
): Promise<void> {
  const { of, names, put, removed } = event;
  for (const holder of names) {
    if (of === 'role') await requireRole(db, account, holder);
    else if (!(await exists(db, 'policies', { account, name: holder }))) {
      throw doesNotExist({ what: 'policy', name: holder });
    }
    const tagged: Tagged = { account, holder_kind: of, holder };
    if (removed === 'all') await deleteTags(db, tagged);
    else if (removed.length > 0) {
      await db
        .deleteFrom('access_tags')
        .where((where) => where.and({ ...tagged }))
        .where('key', 'in', removed)
        .execute();
    }
    await putTags(db, tagged, put);
  }
}

/** @throws {Refused} `limit-reached` */
export async function putTags(db: Kysely<Schema>, tagged: Tagged, put: readonly Tag[] = []): Promise<void> {
  for (const { key } of put) {
    await db
      .insertInto('access_tags')
      .values({ ...tagged, key })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const { n } = await db
    .selectFrom('access_tags')
    .select((select) => select.fn.countAll<number>().as('n'))
    .where((where) => where.and({ ...tagged }))
    .executeTakeFirstOrThrow();
  if (Number(n) <= maxTagsOfResource) return;
  throw new Refused({ kind: 'limit-reached', what: 'tag', name: tagged.holder, limit: maxTagsOfResource });
}

export async function deleteTags(db: Kysely<Schema>, tagged: Tagged): Promise<void> {
  await db
    .deleteFrom('access_tags')
    .where((where) => where.and({ ...tagged }))
    .execute();
}
