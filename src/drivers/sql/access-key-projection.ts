// Events about access keys, carried out on the tables.

import type { Kysely } from 'kysely';
import { type AccessKeyEvent, accessKeyIdentity } from '../../access/events.ts';
import { maxAccessKeysOfUser } from '../../access/limits.ts';
import { assertNever } from '../../base/assert-never.ts';
import { Refused } from '../../base/refusal.ts';
import { type Change, requireFound, requireNew, requireUser } from './access-guards.ts';
import type { Schema } from './schema.ts';

export async function projectAccessKey(db: Kysely<Schema>, change: Change<AccessKeyEvent>): Promise<void> {
  const { account, event } = change;
  const named = { what: 'access key', name: event.accessKeyId } as const;
  switch (event.kind) {
    case 'access-key-created':
      return await createAccessKey(db, { ...change, event });
    case 'access-key-switched': {
      const { numUpdatedRows } = await db
        .updateTable('access_keys')
        .set({ active: event.active ? 1 : 0 })
        .where('access_key_id', '=', event.accessKeyId)
        .where('account', '=', account)
        .executeTakeFirst();
      return requireFound(numUpdatedRows, named);
    }
    case 'access-key-deleted': {
      const { numDeletedRows } = await db
        .deleteFrom('access_keys')
        .where('access_key_id', '=', event.accessKeyId)
        .where('account', '=', account)
        .executeTakeFirst();
      requireFound(numDeletedRows, named);
      await db.deleteFrom('sealed').where('identity', '=', accessKeyIdentity(event.accessKeyId)).execute();
      await db.deleteFrom('last_uses').where('subject', '=', event.accessKeyId).execute();
      return;
    }
    default:
      return assertNever(event);
  }
}

async function createAccessKey(
  db: Kysely<Schema>,
  { account, event, sealedSecret }: Change<Extract<AccessKeyEvent, { kind: 'access-key-created' }>>,
): Promise<void> {
  const { accessKeyId, user } = event;
  if (sealedSecret === undefined) throw new TypeError('an access key comes with its sealed secret');
  if (user !== undefined) await requireUser(db, account, user);
  const { count } = await db
    .selectFrom('access_keys')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('user', user === undefined ? 'is' : '=', user ?? null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= maxAccessKeysOfUser) {
    const name = user ?? account;
    throw new Refused({ kind: 'limit-reached', what: 'access key', name, limit: maxAccessKeysOfUser });
  }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('access_keys')
    .values({ access_key_id: accessKeyId, account, user: user ?? null, active: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  requireNew(numInsertedOrUpdatedRows, { what: 'access key', name: accessKeyId });
  await db
    .insertInto('sealed')
    .values({ identity: accessKeyIdentity(accessKeyId), bytes: sealedSecret })
    .execute();
}
