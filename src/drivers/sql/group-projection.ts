// Events about groups and their members, carried out on the tables.

import type { Kysely } from 'kysely';
import type { GroupEvent } from '../../access/events.ts';
import { maxGroups, maxGroupsOfUser } from '../../access/limits.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import {
  alreadyExists,
  type Change,
  exists,
  requireFound,
  requireGroup,
  requireNew,
  requireRoom,
  requireUnused,
  requireUser,
} from './access-guards.ts';
import type { Schema } from './schema.ts';

export async function projectGroup(db: Kysely<Schema>, { account, event }: Change<GroupEvent>): Promise<void> {
  const { group } = event;
  switch (event.kind) {
    case 'group-created': {
      await requireRoom(db, 'groups', { account }, { what: 'group', name: account, limit: maxGroups });
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('groups')
        .values({ account, name: group })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return requireNew(numInsertedOrUpdatedRows, { what: 'group', name: group });
    }
    case 'group-updated':
      await requireGroup(db, account, group);
      if (event.newName !== undefined && event.newName !== group) await rename(db, account, [group, event.newName]);
      return;
    case 'group-deleted': {
      const refused = { what: 'group', name: group } as const;
      await requireUnused(db, 'group_members', { account, group }, { ...refused, by: 'user' });
      const attached = { account, holder_kind: 'group', holder: group };
      await requireUnused(db, 'attached_policies', attached, { ...refused, by: 'attachment' });
      const { numDeletedRows } = await db
        .deleteFrom('groups')
        .where('account', '=', account)
        .where('name', '=', group)
        .executeTakeFirst();
      return requireFound(numDeletedRows, refused);
    }
    case 'group-member-added': {
      const { user } = event;
      await requireGroup(db, account, group);
      await requireUser(db, account, user);
      if (await exists(db, 'group_members', { account, group, user })) {
        throw alreadyExists({ what: 'group member', name: user });
      }
      const limit = { what: 'group', name: user, limit: maxGroupsOfUser } as const;
      await requireRoom(db, 'group_members', { account, user }, limit);
      await db.insertInto('group_members').values({ account, group, user }).execute();
      return;
    }
    case 'group-member-removed': {
      const { user } = event;
      await requireGroup(db, account, group);
      await requireUser(db, account, user);
      const { numDeletedRows } = await db
        .deleteFrom('group_members')
        .where('account', '=', account)
        .where('group', '=', group)
        .where('user', '=', user)
        .executeTakeFirst();
      return requireFound(numDeletedRows, { what: 'group member', name: user });
    }
    default:
      return assertNever(event);
  }
}

async function rename(
  db: Kysely<Schema>,
  account: AccountId,
  [from, to]: readonly [from: string, to: string],
): Promise<void> {
  if (await exists(db, 'groups', { account, name: to })) throw alreadyExists({ what: 'group', name: to });
  await db.updateTable('groups').set({ name: to }).where('account', '=', account).where('name', '=', from).execute();
  await db
    .updateTable('group_members')
    .set({ group: to })
    .where('account', '=', account)
    .where('group', '=', from)
    .execute();
  await db
    .updateTable('attached_policies')
    .set({ holder: to })
    .where('account', '=', account)
    .where('holder_kind', '=', 'group')
    .where('holder', '=', from)
    .execute();
}
