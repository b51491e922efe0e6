// One account as the journal leaves it: what each event changes. The store has checked that the event makes sense.

import { assertNever } from '../base/assert-never.ts';
import type { UnixMillis } from '../base/time.ts';
import type {
  AccessEvent,
  AccessKeyEvent,
  AccessTagsChanged,
  GroupEvent,
  PolicyEvent,
  RoleEvent,
  SignInEvent,
  Target,
  UserDetails,
  UserEvent,
} from './events.ts';
import type {
  ListedAccount,
  ListedGroup,
  ListedLoginProfile,
  ListedMfaDevice,
  ListedRole,
  ListedUser,
} from './listed.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { NamedPolicy } from './policy.ts';
import { changePolicies, type PolicyChange, type PolicyState } from './policy-state.ts';
import type { SecurityPreference } from './security-preference.ts';
import { existing, missing, unlessEmpty } from './state-change.ts';
import { changedTags } from './tag-state.ts';

export interface AccountState {
  listed: ListedAccount;
  passwordPolicy: PasswordPolicy | undefined;
  /** Calls a second by action, or `*`. */
  readonly callLimits: Map<string, number>;
  securityPreference: SecurityPreference | undefined;
  readonly users: Map<string, UserState>;
  readonly groups: Map<string, GroupState>;
  readonly roles: Map<string, RoleState>;
  readonly policies: Map<string, PolicyState>;
  readonly devices: Map<string, DeviceState>;
}

interface Attachable {
  /** By name of the policy, in the order attached. */
  readonly attached: Map<string, UnixMillis>;
}

export interface UserState extends Attachable {
  listed: ListedUser;
  /** Groups it is in, by name. */
  readonly groups: Map<string, UnixMillis>;
  login: { readonly listed: ListedLoginProfile; readonly secretId: string; readonly sealed?: Uint8Array } | undefined;
  /** What may be done, ready to be judged by; `undefined` until asked for. */
  policies: readonly NamedPolicy[] | undefined;
}

export interface GroupState extends Attachable {
  listed: ListedGroup;
  readonly members: Map<string, UnixMillis>;
}

export interface RoleState extends Attachable {
  listed: ListedRole;
  policies: readonly NamedPolicy[] | undefined;
}

export interface DeviceState {
  readonly listed: ListedMfaDevice;
  readonly secretId: string;
  readonly sealed?: Uint8Array;
}

export function newAccount(listed: ListedAccount): AccountState {
  return {
    listed,
    passwordPolicy: undefined,
    callLimits: new Map(),
    securityPreference: undefined,
    users: new Map(),
    groups: new Map(),
    roles: new Map(),
    policies: new Map(),
    devices: new Map(),
  };
}

/** Every event of an account that exists, but those of keys, which are found without their account. */
type AccountEvent = Exclude<AccessEvent, AccessKeyEvent | { readonly kind: 'account-created' }>;

interface Happened<Event> {
  readonly at: UnixMillis;
  readonly event: Event;
  readonly sealedSecret?: Uint8Array;
}

/** @throws {TypeError} for an event about what does not exist. */
export function applyToAccount(state: AccountState, happened: Happened<AccountEvent>): void {
  const { at, event, sealedSecret } = happened;
  switch (event.kind) {
    case 'account-alias-set': {
      const { alias: _, ...listed } = state.listed;
      state.listed = { ...listed, ...(event.alias !== undefined && { alias: event.alias }) };
      return;
    }
    case 'password-policy-set':
      state.passwordPolicy = event.policy;
      return;
    case 'call-limit-set':
      if (event.callsPerSecond === undefined) state.callLimits.delete(event.action);
      else state.callLimits.set(event.action, event.callsPerSecond);
      return;
    case 'security-preference-set':
      state.securityPreference = event.preference;
      return;
    case 'access-tags-changed':
      applyToTags(state, event);
      return;
    case 'user-created':
    case 'user-updated':
    case 'user-deleted':
      applyToUsers(state, at, event);
      return;
    case 'group-created':
    case 'group-updated':
    case 'group-deleted':
    case 'group-member-added':
    case 'group-member-removed':
      applyToGroups(state, at, event);
      return;
    case 'role-created':
    case 'role-updated':
    case 'role-deleted':
      applyToRoles(state, at, event);
      return;
    case 'policy-attached':
    case 'policy-detached':
      applyToAttachments(state, at, event);
      return;
    case 'policy-written':
    case 'policy-created':
    case 'policy-described':
    case 'policy-version-created':
    case 'policy-version-deleted':
    case 'policy-default-version-set':
    case 'policy-deleted':
      applyToPolicies(state, at, event);
      return;
    case 'login-profile-written':
    case 'login-profile-deleted':
    case 'mfa-device-created':
    case 'mfa-device-bound':
    case 'mfa-device-unbound':
    case 'mfa-device-deleted':
      applyToSignIn(state, { at, event, ...(sealedSecret !== undefined && { sealedSecret }) });
      return;
    default:
      assertNever(event);
  }
}

function applyToUsers(state: AccountState, at: UnixMillis, event: UserEvent): void {
  switch (event.kind) {
    case 'user-created': {
      const { user: name, userId } = event;
      const listed = { name, userId, ...detailsOf({}, event), createdAt: at, updatedAt: at };
      state.users.set(name, {
        listed,
        attached: new Map(),
        groups: new Map(),
        login: undefined,
        policies: undefined,
      });
      return;
    }
    case 'user-updated': {
      const user = existing(state.users, event.user);
      const { name, userId, createdAt } = user.listed;
      const { newName = name } = event;
      user.listed = { name: newName, userId, ...detailsOf(user.listed, event), createdAt, updatedAt: at };
      if (newName !== name) rename(state, user, name);
      return;
    }
    case 'user-deleted':
      state.users.delete(event.user);
      return;
    default:
      assertNever(event);
  }
}

/** Everything that means the user by its old name means it by its new one. */
function rename(state: AccountState, user: UserState, oldName: string): void {
  const { name } = user.listed;
  state.users.delete(oldName);
  state.users.set(name, user);
  for (const group of user.groups.keys()) moveKey(existing(state.groups, group).members, oldName, name);
  if (user.login) user.login = { ...user.login, listed: { ...user.login.listed, user: name } };
  for (const [key, device] of state.devices) {
    if (device.listed.user === oldName) state.devices.set(key, { ...device, listed: { ...device.listed, user: name } });
  }
}

const detailNames = ['displayName', 'email', 'mobilePhone', 'comments'] as const satisfies (keyof UserDetails)[];

function detailsOf(before: UserDetails, change: UserDetails): UserDetails {
  const details = detailNames.flatMap((name) => {
    const text = change[name] ?? before[name];
    return text === undefined || text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(details);
}

function applyToGroups(state: AccountState, at: UnixMillis, event: GroupEvent): void {
  switch (event.kind) {
    case 'group-created': {
      const { group: name, groupId, comments } = event;
      const listed = { name, groupId, ...unlessEmpty('comments', comments), createdAt: at, updatedAt: at };
      state.groups.set(name, { listed, attached: new Map(), members: new Map() });
      return;
    }
    case 'group-updated': {
      const group = existing(state.groups, event.group);
      const { name, groupId, comments, createdAt } = group.listed;
      const { newName = name } = event;
      const changed = unlessEmpty('comments', event.comments ?? comments);
      group.listed = { name: newName, groupId, ...changed, createdAt, updatedAt: at };
      if (newName === name) return;
      moveKey(state.groups, name, newName);
      for (const member of group.members.keys()) moveKey(existing(state.users, member).groups, name, newName);
      return;
    }
    case 'group-deleted':
      state.groups.delete(event.group);
      return;
    case 'group-member-added': {
      const user = existing(state.users, event.user);
      existing(state.groups, event.group).members.set(event.user, at);
      user.groups.set(event.group, at);
      user.policies = undefined;
      return;
    }
    case 'group-member-removed': {
      const user = existing(state.users, event.user);
      existing(state.groups, event.group).members.delete(event.user);
      user.groups.delete(event.group);
      user.policies = undefined;
      return;
    }
    default:
      assertNever(event);
  }
}

function applyToRoles(state: AccountState, at: UnixMillis, event: RoleEvent): void {
  switch (event.kind) {
    case 'role-created': {
      const { role: name, roleId, trustPolicy, maxSessionDuration, description } = event;
      const dates = { createdAt: at, updatedAt: at };
      state.roles.set(name, {
        listed: {
          name,
          roleId,
          trustPolicy,
          maxSessionDuration,
          ...unlessEmpty('description', description),
          ...(event.tags && { tags: changedTags([], { put: event.tags, removed: [] }) }),
          ...dates,
        },
        attached: new Map(),
        policies: undefined,
      });
      return;
    }
    case 'role-updated': {
      const role = existing(state.roles, event.role);
      const { description: before, ...listed } = role.listed;
      const { trustPolicy = listed.trustPolicy, maxSessionDuration = listed.maxSessionDuration } = event;
      const description = unlessEmpty('description', event.description ?? before);
      role.listed = { ...listed, trustPolicy, maxSessionDuration, ...description, updatedAt: at };
      return;
    }
    case 'role-deleted':
      state.roles.delete(event.role);
      return;
    default:
      assertNever(event);
  }
}

function applyToTags(state: AccountState, event: AccessTagsChanged): void {
  for (const name of event.names) {
    if (event.of === 'role') {
      const role = existing(state.roles, name);
      role.listed = { ...role.listed, tags: changedTags(role.listed.tags ?? [], event) };
    } else {
      const policy = existing(state.policies, name);
      state.policies.set(name, { ...policy, tags: changedTags(policy.tags ?? [], event) });
    }
  }
}

function applyToAttachments(
  state: AccountState,
  at: UnixMillis,
  event: Extract<PolicyEvent, { readonly kind: 'policy-attached' | 'policy-detached' }>,
): void {
  const attached = findAttachable(state, event)?.attached;
  if (attached === undefined) throw missing(event.policy);
  if (event.kind === 'policy-attached') attached.set(event.policy, at);
  else attached.delete(event.policy);
  if ('user' in event) existing(state.users, event.user).policies = undefined;
  else if ('role' in event) existing(state.roles, event.role).policies = undefined;
  else
    for (const member of existing(state.groups, event.group).members.keys())
      existing(state.users, member).policies = undefined;
}

export function findAttachable(state: AccountState, target: Target): Attachable | undefined {
  if ('user' in target) return state.users.get(target.user);
  if ('group' in target) return state.groups.get(target.group);
  return state.roles.get(target.role);
}

function applyToPolicies(state: AccountState, at: UnixMillis, event: PolicyChange): void {
  changePolicies(state.policies, at, event);
  for (const user of state.users.values()) user.policies = undefined;
  for (const role of state.roles.values()) role.policies = undefined;
}

function applyToSignIn(state: AccountState, { at, event, sealedSecret }: Happened<SignInEvent>): void {
  const sealed = sealedSecret === undefined ? {} : { sealed: sealedSecret };
  switch (event.kind) {
    case 'login-profile-written': {
      const { user: name, passwordResetRequired, mfaBindRequired, secretId } = event;
      const user = existing(state.users, name);
      const before = user.login;
      const { createdAt = at, passwordChangedAt = at } = before?.listed ?? {};
      const listed = {
        user: name,
        passwordResetRequired,
        mfaBindRequired,
        createdAt,
        passwordChangedAt: secretId === undefined ? passwordChangedAt : at,
      };
      if (secretId !== undefined) user.login = { listed, secretId, ...sealed };
      else if (before !== undefined) user.login = { ...before, listed };
      else throw missing(name);
      return;
    }
    case 'login-profile-deleted':
      existing(state.users, event.user).login = undefined;
      return;
    case 'mfa-device-created': {
      const { device: name, secretId } = event;
      state.devices.set(name, { listed: { name, createdAt: at }, secretId, ...sealed });
      return;
    }
    case 'mfa-device-bound': {
      const device = existing(state.devices, event.device);
      state.devices.set(event.device, { ...device, listed: { ...device.listed, user: event.user, boundAt: at } });
      return;
    }
    case 'mfa-device-unbound': {
      const device = existing(state.devices, event.device);
      const { name, createdAt } = device.listed;
      state.devices.set(event.device, { ...device, listed: { name, createdAt } });
      return;
    }
    case 'mfa-device-deleted':
      state.devices.delete(event.device);
      return;
    default:
      assertNever(event);
  }
}

function moveKey<Value>(map: Map<string, Value>, from: string, to: string): void {
  const value = existing(map, from);
  map.delete(from);
  map.set(to, value);
}
