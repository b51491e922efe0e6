// Carries an event about accounts, users, access keys and policies out on the tables, where their state allows it.
// Runs inside the transaction of the append, under the one writer lock; whatever is refused here has written nothing yet.

import type { Kysely } from 'kysely';
import { type AccessEvent, accessKeyIdentity } from '../../access/events.ts';
import { SYSTEM_POLICY_PREFIX } from '../../access/system-policies.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { type AccessThing, Refused } from '../../base/refusal.ts';
import type { Schema } from './schema.ts';

/** As the vendor's RAM: two, so that a key can be replaced without an outage. */
const accessKeysPerUser = 2;

/**
 * @throws {Refused} as `PrincipalStore.appendAccess` says.
 * @throws {TypeError} when an access key comes without its sealed secret.
 */
export async function projectAccess(
  db: Kysely<Schema>,
  change: { readonly account: AccountId; readonly event: AccessEvent; readonly sealedSecret: Uint8Array | undefined },
): Promise<AccessEvent> {
  await carryOut(db, change);
  return change.event;
}

async function carryOut(
  db: Kysely<Schema>,
  { account, event, sealedSecret }: Parameters<typeof projectAccess>[1],
): Promise<void> {
  if (event.kind === 'account-created') {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('accounts')
      .values({ account, name: event.name })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return requireSome(numInsertedOrUpdatedRows, 'already-exists', 'account', account);
  }
  await requireAccount(db, account);
  switch (event.kind) {
    case 'user-created': {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('users')
        .values({ account, name: event.user, user_id: event.userId })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return requireSome(numInsertedOrUpdatedRows, 'already-exists', 'user', event.user);
    }
    case 'user-deleted':
      return deleteUser(db, account, event.user);
    case 'access-key-created':
      return createAccessKey(db, account, event, sealedSecret);
    case 'access-key-switched': {
      const { numUpdatedRows } = await db
        .updateTable('access_keys')
        .set({ active: event.active ? 1 : 0 })
        .where('access_key_id', '=', event.accessKeyId)
        .where('account', '=', account)
        .executeTakeFirst();
      return requireSome(numUpdatedRows, 'does-not-exist', 'access key', event.accessKeyId);
    }
    case 'access-key-deleted': {
      const { numDeletedRows } = await db
        .deleteFrom('access_keys')
        .where('access_key_id', '=', event.accessKeyId)
        .where('account', '=', account)
        .executeTakeFirst();
      requireSome(numDeletedRows, 'does-not-exist', 'access key', event.accessKeyId);
      await db.deleteFrom('sealed').where('identity', '=', accessKeyIdentity(event.accessKeyId)).execute();
      return;
    }
    case 'policy-written':
      await db
        .insertInto('policies')
        .values({ account, name: event.policy, document: event.document })
        .onConflict((conflict) => conflict.columns(['account', 'name']).doUpdateSet({ document: event.document }))
        .execute();
      return;
    case 'policy-deleted':
      return deletePolicy(db, account, event.policy);
    case 'policy-attached':
      return attachPolicy(db, account, event);
    case 'policy-detached': {
      const { numDeletedRows } = await db
        .deleteFrom('attachments')
        .where('account', '=', account)
        .where('user', '=', 'user' in event ? event.user : '')
        .where('policy', '=', event.policy)
        .executeTakeFirst();
      return requireSome(numDeletedRows, 'does-not-exist', 'attachment', event.policy);
    }
    default:
      throw new TypeError(`${event.kind} cannot be carried out yet`);
  }
}

async function deleteUser(db: Kysely<Schema>, account: AccountId, user: string): Promise<void> {
  const ofUser = { account, user };
  if (await exists(db, 'access_keys', ofUser)) {
    throw new Refused({ kind: 'still-in-use', what: 'user', name: user, by: 'access key' });
  }
  if (await exists(db, 'attachments', ofUser)) {
    throw new Refused({ kind: 'still-in-use', what: 'user', name: user, by: 'attachment' });
  }
  const { numDeletedRows } = await db
    .deleteFrom('users')
    .where('account', '=', account)
    .where('name', '=', user)
    .executeTakeFirst();
  requireSome(numDeletedRows, 'does-not-exist', 'user', user);
}

async function createAccessKey(
  db: Kysely<Schema>,
  account: AccountId,
  { accessKeyId, user }: Extract<AccessEvent, { kind: 'access-key-created' }>,
  sealedSecret: Uint8Array | undefined,
): Promise<void> {
  if (sealedSecret === undefined) throw new TypeError('an access key comes with its sealed secret');
  if (user !== undefined) await requireUser(db, account, user);
  const { count } = await db
    .selectFrom('access_keys')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('user', user === undefined ? 'is' : '=', user ?? null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= accessKeysPerUser) {
    const name = user ?? account;
    throw new Refused({ kind: 'limit-reached', what: 'access key', name, limit: accessKeysPerUser });
  }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('access_keys')
    .values({ access_key_id: accessKeyId, account, user: user ?? null, active: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  requireSome(numInsertedOrUpdatedRows, 'already-exists', 'access key', accessKeyId);
  await db
    .insertInto('sealed')
    .values({ identity: accessKeyIdentity(accessKeyId), bytes: sealedSecret })
    .execute();
}

async function deletePolicy(db: Kysely<Schema>, account: AccountId, policy: string): Promise<void> {
  if (await exists(db, 'attachments', { account, policy })) {
    throw new Refused({ kind: 'still-in-use', what: 'policy', name: policy, by: 'attachment' });
  }
  const { numDeletedRows } = await db
    .deleteFrom('policies')
    .where('account', '=', account)
    .where('name', '=', policy)
    .executeTakeFirst();
  requireSome(numDeletedRows, 'does-not-exist', 'policy', policy);
}

async function attachPolicy(
  db: Kysely<Schema>,
  account: AccountId,
  { policy, ...target }: Extract<AccessEvent, { kind: 'policy-attached' }>,
): Promise<void> {
  const user = 'user' in target ? target.user : '';
  await requireUser(db, account, user);
  // System policies are part of the program, not of the store.
  if (!policy.startsWith(SYSTEM_POLICY_PREFIX) && !(await exists(db, 'policies', { account, name: policy }))) {
    throw new Refused({ kind: 'does-not-exist', what: 'policy', name: policy });
  }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('attachments')
    .values({ account, user, policy })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  requireSome(numInsertedOrUpdatedRows, 'already-exists', 'attachment', policy);
}

async function requireAccount(db: Kysely<Schema>, account: AccountId): Promise<void> {
  if (!(await exists(db, 'accounts', { account }))) {
    throw new Refused({ kind: 'does-not-exist', what: 'account', name: account });
  }
}

async function requireUser(db: Kysely<Schema>, account: AccountId, user: string): Promise<void> {
  if (!(await exists(db, 'users', { account, name: user }))) {
    throw new Refused({ kind: 'does-not-exist', what: 'user', name: user });
  }
}

type AccessTable = 'accounts' | 'users' | 'access_keys' | 'policies' | 'attachments';

async function exists(
  db: Kysely<Schema>,
  table: AccessTable,
  columns: Readonly<Record<string, string>>,
): Promise<boolean> {
  const row = await db
    .selectFrom(table)
    .select('account')
    .where((where) => where.and(columns))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function requireSome(
  rows: bigint | undefined,
  kind: 'already-exists' | 'does-not-exist',
  what: AccessThing,
  name: string,
): void {
  if (rows === 0n) throw new Refused({ kind, what, name });
}
