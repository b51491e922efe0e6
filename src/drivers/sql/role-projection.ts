// Events about roles, carried out on the tables.

import type { Kysely } from 'kysely';
import type { RoleEvent } from '../../access/events.ts';
import { maxRoles } from '../../access/limits.ts';
import { assertNever } from '../../base/assert-never.ts';
import { type Change, requireFound, requireNew, requireRole, requireRoom, requireUnused } from './access-guards.ts';
import { deleteTags, putTags } from './access-tag-projection.ts';
import type { Schema } from './schema.ts';

export async function projectRole(db: Kysely<Schema>, { account, event }: Change<RoleEvent>): Promise<void> {
  const { role } = event;
  const tagged = { account, holder_kind: 'role', holder: role } as const;
  switch (event.kind) {
    case 'role-created': {
      await requireRoom(db, 'roles', { account }, { what: 'role', name: account, limit: maxRoles });
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('roles')
        .values({ account, name: role })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      requireNew(numInsertedOrUpdatedRows, { what: 'role', name: role });
      return await putTags(db, tagged, event.tags);
    }
    case 'role-updated':
      return await requireRole(db, account, role);
    case 'role-deleted': {
      const attached = { account, holder_kind: 'role', holder: role };
      await requireUnused(db, 'attached_policies', attached, { what: 'role', name: role, by: 'attachment' });
      const { numDeletedRows } = await db
        .deleteFrom('roles')
        .where('account', '=', account)
        .where('name', '=', role)
        .executeTakeFirst();
      requireFound(numDeletedRows, { what: 'role', name: role });
      return await deleteTags(db, tagged);
    }
    default:
      return assertNever(event);
  }
}
