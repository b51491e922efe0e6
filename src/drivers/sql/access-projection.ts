// Carries an event about accounts, users, groups, roles, keys and policies out on the tables, where their state allows it.
// Runs inside the transaction of the append, under the one writer lock; what a refused event has written is rolled back.

import type { Kysely } from 'kysely';
import type { AccessEvent } from '../../access/events.ts';
import { assertNever } from '../../base/assert-never.ts';
import { alreadyExists, type Change, doesNotExist, exists, requireFound, requireNew } from './access-guards.ts';
import { projectAccessKey } from './access-key-projection.ts';
import { projectAccessTags } from './access-tag-projection.ts';
import { projectGroup } from './group-projection.ts';
import { projectPolicy } from './policy-projection.ts';
import { projectRole } from './role-projection.ts';
import type { Schema } from './schema.ts';
import { projectSignIn } from './sign-in-projection.ts';
import { projectUser } from './user-projection.ts';

/**
 * @returns the event as it goes into the journal, with the numbers given here.
 * @throws {Refused} as `PrincipalStore.appendAccess` says.
 * @throws {TypeError} when an event comes without its sealed secret.
 */
export async function projectAccess(db: Kysely<Schema>, change: Change<AccessEvent>): Promise<AccessEvent> {
  const { account, event } = change;
  if (event.kind !== 'account-created' && !(await exists(db, 'accounts', { account }))) {
    throw doesNotExist({ what: 'account', name: account });
  }
  switch (event.kind) {
    case 'account-created': {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('accounts')
        .values({ account, name: event.name })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      requireNew(numInsertedOrUpdatedRows, { what: 'account', name: account });
      return event;
    }
    case 'account-alias-set':
      await setAlias(db, { ...change, event });
      return event;
    case 'password-policy-set':
    case 'call-limit-set':
    case 'security-preference-set':
      return event;
    case 'access-tags-changed':
      await projectAccessTags(db, { ...change, event });
      return event;
    case 'user-created':
    case 'user-updated':
    case 'user-deleted':
      await projectUser(db, { ...change, event });
      return event;
    case 'group-created':
    case 'group-updated':
    case 'group-deleted':
    case 'group-member-added':
    case 'group-member-removed':
      await projectGroup(db, { ...change, event });
      return event;
    case 'role-created':
    case 'role-updated':
    case 'role-deleted':
      await projectRole(db, { ...change, event });
      return event;
    case 'access-key-created':
    case 'access-key-switched':
    case 'access-key-deleted':
      await projectAccessKey(db, { ...change, event });
      return event;
    case 'policy-written':
    case 'policy-created':
    case 'policy-described':
    case 'policy-version-created':
    case 'policy-version-deleted':
    case 'policy-default-version-set':
    case 'policy-deleted':
    case 'policy-attached':
    case 'policy-detached':
      return await projectPolicy(db, { ...change, event });
    case 'login-profile-written':
    case 'login-profile-deleted':
    case 'mfa-device-created':
    case 'mfa-device-bound':
    case 'mfa-device-unbound':
    case 'mfa-device-deleted':
      await projectSignIn(db, { ...change, event });
      return event;
    default:
      return assertNever(event);
  }
}

async function setAlias(
  db: Kysely<Schema>,
  { account, event }: Change<Extract<AccessEvent, { kind: 'account-alias-set' }>>,
): Promise<void> {
  const { alias } = event;
  if (alias !== undefined) {
    const holder = await db
      .selectFrom('accounts')
      .select('account')
      .where('alias', '=', alias)
      .where('account', '<>', account)
      .executeTakeFirst();
    if (holder !== undefined) throw alreadyExists({ what: 'account alias', name: alias });
  }
  const { numUpdatedRows } = await db
    .updateTable('accounts')
    .set({ alias: alias ?? null })
    .where('account', '=', account)
    .$if(alias === undefined, (update) => update.where('alias', 'is not', null))
    .executeTakeFirst();
  requireFound(numUpdatedRows, { what: 'account alias', name: account });
}
