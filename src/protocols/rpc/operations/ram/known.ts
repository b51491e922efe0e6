// Finds what a call names, or refuses it as the domain does.

import type { Directory } from '../../../../access/directory.ts';
import type { ListedAccessKey, ListedGroup, ListedPolicy, ListedRole, ListedUser } from '../../../../access/listed.ts';
import type { Principal } from '../../../../access/principal.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { type AccessThing, type Refusal, Refused } from '../../../../base/refusal.ts';

/** What a caller names, in which account. */
interface Named {
  readonly account: AccountId;
  readonly name: string;
}

/** @throws {Refused} `does-not-exist` */
export function known<Thing>(thing: Thing | undefined, what: AccessThing, name: string): Thing {
  if (thing === undefined) throw new Refused({ kind: 'does-not-exist', what, name });
  return thing;
}

/** @throws {Refused} */
export function knownUser(directory: Directory, { account, name }: Named): ListedUser {
  return known(directory.user(account, name), 'user', name);
}

/** @throws {Refused} */
export function knownGroup(directory: Directory, { account, name }: Named): ListedGroup {
  return known(directory.group(account, name), 'group', name);
}

/** @throws {Refused} */
export function knownRole(directory: Directory, { account, name }: Named): ListedRole {
  return known(directory.role(account, name), 'role', name);
}

/** A policy of the other type is none. @throws {Refused} */
export function knownPolicy(
  directory: Directory,
  { account, name, type }: Named & { readonly type: 'System' | 'Custom' },
): ListedPolicy {
  const policy = directory.policy(account, name);
  return known(policy?.kind === type.toLowerCase() ? policy : undefined, 'policy', name);
}

/**
 * Whose keys a call is about: the user it names; where it names none, whoever calls. `undefined` stands for the root.
 * @throws {Refused} `does-not-exist` for a session of a role: it is no user and has no keys of its own.
 */
export function keyOwner(userName: string | undefined, principal: Principal): string | undefined {
  if (userName !== undefined) return userName;
  if (principal.kind === 'assumed-role') {
    throw new Refused({ kind: 'does-not-exist', what: 'user', name: `${principal.role}:${principal.session}` });
  }
  return principal.kind === 'user' ? principal.name : undefined;
}

/** @throws {Refused} for a user there is not, and for a key of anybody else. */
export function knownKey(
  directory: Directory,
  { account, owner, id }: { readonly account: AccountId; readonly owner: string | undefined; readonly id: string },
): ListedAccessKey {
  if (owner !== undefined) knownUser(directory, { account, name: owner });
  const key = directory.accessKeys(account).find((each) => each.id === id && each.user === owner);
  return known(key, 'access key', id);
}

/** Examples for declarations. */
export const noUser = { kind: 'does-not-exist', what: 'user', name: 'alice' } as const satisfies Refusal;
export const noGroup = { kind: 'does-not-exist', what: 'group', name: 'developers' } as const satisfies Refusal;
export const noRole = { kind: 'does-not-exist', what: 'role', name: 'deployer' } as const satisfies Refusal;
export const noPolicy = { kind: 'does-not-exist', what: 'policy', name: 'read-status' } as const satisfies Refusal;
export const noVersion = { kind: 'does-not-exist', what: 'policy version', name: 'v2' } as const satisfies Refusal;
export const noKey = {
  kind: 'does-not-exist',
  what: 'access key',
  name: 'LTAIexampleExample123456',
} as const satisfies Refusal;
export const noLogin = { kind: 'does-not-exist', what: 'login profile', name: 'alice' } as const satisfies Refusal;
export const noDevice = {
  kind: 'does-not-exist',
  what: 'MFA device',
  name: 'phone-of-alice',
} as const satisfies Refusal;
export const noAttachment = {
  kind: 'does-not-exist',
  what: 'attachment',
  name: 'read-status',
} as const satisfies Refusal;

export function taken(what: AccessThing, name: string): Refusal {
  return { kind: 'already-exists', what, name };
}

export function inUse(what: AccessThing, name: string, by: AccessThing): Refusal {
  return { kind: 'still-in-use', what, name, by };
}

export function full(what: AccessThing, name: string, limit: number): Refusal {
  return { kind: 'limit-reached', what, name, limit };
}
