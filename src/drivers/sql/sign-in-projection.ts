// Events about passwords and MFA devices, carried out on the tables.

import type { Kysely } from 'kysely';
import { mfaSeedIdentity, passwordIdentity, type SignInEvent } from '../../access/events.ts';
import { maxMfaDevices } from '../../access/limits.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import {
  alreadyExists,
  type Change,
  doesNotExist,
  exists,
  requireFound,
  requireNew,
  requireRoom,
  requireUser,
} from './access-guards.ts';
import type { Schema } from './schema.ts';

export async function projectSignIn(db: Kysely<Schema>, change: Change<SignInEvent>): Promise<void> {
  const { account, event } = change;
  switch (event.kind) {
    case 'login-profile-written':
      return await writeLoginProfile(db, { ...change, event });
    case 'login-profile-deleted': {
      await requireUser(db, account, event.user);
      const secretId = await passwordOf(db, account, event.user);
      if (secretId === undefined) throw doesNotExist({ what: 'login profile', name: event.user });
      await db.deleteFrom('login_profiles').where('account', '=', account).where('user', '=', event.user).execute();
      await erase(db, passwordIdentity(secretId));
      return;
    }
    case 'mfa-device-created': {
      const { device: name, secretId } = event;
      await requireRoom(db, 'mfa_devices', { account }, { what: 'MFA device', name: account, limit: maxMfaDevices });
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('mfa_devices')
        .values({ account, name, secret_id: secretId, user: null })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      requireNew(numInsertedOrUpdatedRows, { what: 'MFA device', name });
      await keep(db, mfaSeedIdentity(secretId), change.sealedSecret);
      return;
    }
    case 'mfa-device-bound': {
      const { device, user } = event;
      await requireUser(db, account, user);
      const { user: holder } = await deviceRow(db, account, device);
      if (holder !== null) throw new Refused({ kind: 'still-in-use', what: 'MFA device', name: device, by: 'user' });
      if (await exists(db, 'mfa_devices', { account, user })) {
        throw new Refused({ kind: 'limit-reached', what: 'MFA device', name: user, limit: 1 });
      }
      return await setHolder(db, account, { device, user });
    }
    case 'mfa-device-unbound': {
      const { device, user } = event;
      const { user: holder } = await deviceRow(db, account, device);
      if (holder !== user) throw doesNotExist({ what: 'MFA device', name: device });
      return await setHolder(db, account, { device, user: null });
    }
    case 'mfa-device-deleted': {
      const { device } = event;
      const { user, secret_id } = await deviceRow(db, account, device);
      if (user !== null) throw new Refused({ kind: 'still-in-use', what: 'MFA device', name: device, by: 'user' });
      const { numDeletedRows } = await db
        .deleteFrom('mfa_devices')
        .where('account', '=', account)
        .where('name', '=', device)
        .executeTakeFirst();
      requireFound(numDeletedRows, { what: 'MFA device', name: device });
      await erase(db, mfaSeedIdentity(secret_id));
      return;
    }
    default:
      return assertNever(event);
  }
}

async function writeLoginProfile(
  db: Kysely<Schema>,
  { account, event, sealedSecret }: Change<Extract<SignInEvent, { kind: 'login-profile-written' }>>,
): Promise<void> {
  const { user, isNew, secretId } = event;
  await requireUser(db, account, user);
  const before = await passwordOf(db, account, user);
  if (isNew && before !== undefined) throw alreadyExists({ what: 'login profile', name: user });
  if (!isNew && before === undefined) throw doesNotExist({ what: 'login profile', name: user });
  if (secretId === undefined) {
    if (isNew) throw new TypeError('a login profile begins with a password');
    return;
  }
  await db
    .insertInto('login_profiles')
    .values({ account, user, secret_id: secretId })
    .onConflict((conflict) => conflict.columns(['account', 'user']).doUpdateSet({ secret_id: secretId }))
    .execute();
  if (before !== undefined) await erase(db, passwordIdentity(before));
  await keep(db, passwordIdentity(secretId), sealedSecret);
}

async function passwordOf(db: Kysely<Schema>, account: AccountId, user: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('login_profiles')
    .select('secret_id')
    .where('account', '=', account)
    .where('user', '=', user)
    .executeTakeFirst();
  return row?.secret_id;
}

async function deviceRow(db: Kysely<Schema>, account: AccountId, device: string) {
  const row = await db
    .selectFrom('mfa_devices')
    .select(['secret_id', 'user'])
    .where('account', '=', account)
    .where('name', '=', device)
    .executeTakeFirst();
  if (row === undefined) throw doesNotExist({ what: 'MFA device', name: device });
  return row;
}

async function setHolder(
  db: Kysely<Schema>,
  account: AccountId,
  { device, user }: { readonly device: string; readonly user: string | null },
): Promise<void> {
  await db.updateTable('mfa_devices').set({ user }).where('account', '=', account).where('name', '=', device).execute();
}

async function keep(db: Kysely<Schema>, identity: string, bytes: Uint8Array | undefined): Promise<void> {
  if (bytes === undefined) throw new TypeError('the event comes with its sealed secret');
  await db.insertInto('sealed').values({ identity, bytes }).execute();
}

async function erase(db: Kysely<Schema>, identity: string): Promise<void> {
  await db.deleteFrom('sealed').where('identity', '=', identity).execute();
}
