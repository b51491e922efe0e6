// Events about users, carried out on the tables.

import type { Kysely } from 'kysely';
import type { UserEvent } from '../../access/events.ts';
import { maxUsers } from '../../access/limits.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import type { AccessThing } from '../../base/refusal.ts';
import {
  alreadyExists,
  type Change,
  exists,
  requireFound,
  requireNew,
  requireRoom,
  requireUnused,
  requireUser,
} from './access-guards.ts';
import type { Schema } from './schema.ts';

export async function projectUser(db: Kysely<Schema>, { account, event }: Change<UserEvent>): Promise<void> {
  const { user } = event;
  switch (event.kind) {
    case 'user-created': {
      await requireRoom(db, 'users', { account }, { what: 'user', name: account, limit: maxUsers });
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('users')
        .values({ account, name: user, user_id: event.userId })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return requireNew(numInsertedOrUpdatedRows, { what: 'user', name: user });
    }
    case 'user-updated':
      await requireUser(db, account, user);
      if (event.newName !== undefined && event.newName !== user) await rename(db, account, [user, event.newName]);
      return;
    case 'user-deleted':
      return await deleteUser(db, account, user);
    default:
      return assertNever(event);
  }
}

async function rename(
  db: Kysely<Schema>,
  account: AccountId,
  [from, to]: readonly [from: string, to: string],
): Promise<void> {
  if (await exists(db, 'users', { account, name: to })) throw alreadyExists({ what: 'user', name: to });
  await db.updateTable('users').set({ name: to }).where('account', '=', account).where('name', '=', from).execute();
  for (const table of ['access_keys', 'group_members', 'login_profiles', 'mfa_devices'] as const) {
    await db.updateTable(table).set({ user: to }).where('account', '=', account).where('user', '=', from).execute();
  }
  await db
    .updateTable('attached_policies')
    .set({ holder: to })
    .where('account', '=', account)
    .where('holder_kind', '=', 'user')
    .where('holder', '=', from)
    .execute();
}

async function deleteUser(db: Kysely<Schema>, account: AccountId, user: string): Promise<void> {
  const refused = (by: AccessThing) => ({ what: 'user', name: user, by }) as const;
  const ofUser = { account, user };
  await requireUnused(db, 'access_keys', ofUser, refused('access key'));
  await requireUnused(db, 'attached_policies', { account, holder_kind: 'user', holder: user }, refused('attachment'));
  await requireUnused(db, 'group_members', ofUser, refused('group'));
  await requireUnused(db, 'login_profiles', ofUser, refused('login profile'));
  await requireUnused(db, 'mfa_devices', ofUser, refused('MFA device'));
  const { numDeletedRows } = await db
    .deleteFrom('users')
    .where('account', '=', account)
    .where('name', '=', user)
    .executeTakeFirst();
  requireFound(numDeletedRows, { what: 'user', name: user });
}
