// What the projections of access events ask of the tables before they write, and how they say no.

import type { Kysely } from 'kysely';
import type { AccountId } from '../../base/journal-entry.ts';
import { type AccessThing, Refused } from '../../base/refusal.ts';
import type { Schema } from './schema.ts';

/** An event of the account, about to be carried out. */
export interface Change<Event> {
  readonly account: AccountId;
  readonly event: Event;
  readonly sealedSecret: Uint8Array | undefined;
}

/** Tables with a row for each thing of an account. */
type AccessTable =
  | 'accounts'
  | 'users'
  | 'groups'
  | 'group_members'
  | 'roles'
  | 'access_keys'
  | 'policies'
  | 'policy_versions'
  | 'attached_policies'
  | 'login_profiles'
  | 'mfa_devices';

/** Columns and what they are equal to, all of them. */
type Matching = Readonly<Record<string, string | number>>;

export interface Named {
  readonly what: AccessThing;
  readonly name: string;
}

export async function exists(db: Kysely<Schema>, table: AccessTable, matching: Matching): Promise<boolean> {
  const row = await db
    .selectFrom(table)
    .select('account')
    .where((where) => where.and(matching))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function requireUser(db: Kysely<Schema>, account: AccountId, user: string): Promise<void> {
  if (!(await exists(db, 'users', { account, name: user }))) throw doesNotExist({ what: 'user', name: user });
}

export async function requireGroup(db: Kysely<Schema>, account: AccountId, group: string): Promise<void> {
  if (!(await exists(db, 'groups', { account, name: group }))) throw doesNotExist({ what: 'group', name: group });
}

export async function requireRole(db: Kysely<Schema>, account: AccountId, role: string): Promise<void> {
  if (!(await exists(db, 'roles', { account, name: role }))) throw doesNotExist({ what: 'role', name: role });
}

/** @throws {Refused} `limit-reached` where there are as many rows as there may be. */
export async function requireRoom(
  db: Kysely<Schema>,
  table: AccessTable,
  matching: Matching,
  refusal: Named & { readonly limit: number },
): Promise<void> {
  const { n } = await db
    .selectFrom(table)
    .select((select) => select.fn.countAll<number>().as('n'))
    .where((where) => where.and(matching))
    .executeTakeFirstOrThrow();
  if (Number(n) >= refusal.limit) throw new Refused({ kind: 'limit-reached', ...refusal });
}

/** @throws {Refused} `still-in-use` where there is such a row. */
export async function requireUnused(
  db: Kysely<Schema>,
  table: AccessTable,
  matching: Matching,
  refusal: Named & { readonly by: AccessThing },
): Promise<void> {
  if (await exists(db, table, matching)) throw new Refused({ kind: 'still-in-use', ...refusal });
}

/** @throws {Refused} `does-not-exist` where a statement has changed no row. */
export function requireFound(rows: bigint, named: Named): void {
  if (rows === 0n) throw doesNotExist(named);
}

/** @throws {Refused} `already-exists` where an insert has met a row. */
export function requireNew(rows: bigint | undefined, named: Named): void {
  if (rows === 0n) throw alreadyExists(named);
}

export function doesNotExist(named: Named): Refused {
  return new Refused({ kind: 'does-not-exist', ...named });
}

export function alreadyExists(named: Named): Refused {
  return new Refused({ kind: 'already-exists', ...named });
}
