// The accounts, users, groups, roles, keys and policies as they are now: a view in memory that follows the journal.

import type { AccountId } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';
import { type AccountState, applyToAccount, findAttachable, newAccount } from './account-state.ts';
import { type AccessKeyEvent, accessKeyIdentity, mfaSeedIdentity, passwordIdentity, type Target } from './events.ts';
import type {
  ListedAccessKey,
  ListedAccount,
  ListedAttachment,
  ListedGroup,
  ListedLoginProfile,
  ListedMembership,
  ListedMfaDevice,
  ListedPolicy,
  ListedPolicyVersion,
  ListedRole,
  ListedUser,
} from './listed.ts';
import { defaultPasswordPolicy, type PasswordPolicy } from './password-policy.ts';
import type { NamedPolicy } from './policy.ts';
import { listCustomPolicy, listVersions, meaningOf } from './policy-state.ts';
import type { Principal } from './principal.ts';
import type { AccessEntry } from './principals.ts';
import { defaultSecurityPreference, type SecurityPreference } from './security-preference.ts';
import { existing } from './state-change.ts';
import { ownersPolicies, systemPolicies } from './system-policies.ts';

/** What a call is checked with. */
export interface AccessKey {
  readonly id: string;
  readonly account: AccountId;
  readonly principal: Principal;
  readonly active: boolean;
  readonly secret: Uint8Array;
}

/** Opens what `PrincipalStore` was given as sealed secret of this identity (`secretIdentity`). */
export type OpenSecret = (identity: string, sealed: Uint8Array) => Uint8Array;

interface KeyState {
  readonly account: AccountId;
  readonly listed: ListedAccessKey;
  readonly sealed: Uint8Array | undefined;
  /** What calls are checked with; `undefined` until the key is first used, or after a change. */
  ready: AccessKey | undefined;
}

export class Directory {
  readonly #openSecret: OpenSecret;
  readonly #accounts = new Map<AccountId, AccountState>();
  readonly #keys = new Map<string, KeyState>();
  #sequence = 0;

  constructor(openSecret: OpenSecret) {
    this.#openSecret = openSecret;
  }

  /** Number of the last entry taken in. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Takes the next entry of the journal in; nothing else changes the directory. The store has checked that the event
   * makes sense, so none of its rules are repeated here.
   *
   * @throws {TypeError} for an entry out of order (an old one could bring a deleted key back) or about what does not
   *   exist: the journal is not what the store wrote, and whoever follows it must stop.
   */
  apply({ sequence, account, at, event, sealedSecret }: AccessEntry): void {
    if (sequence <= this.#sequence) throw new TypeError(`journal entry ${sequence} after ${this.#sequence}`);
    switch (event.kind) {
      case 'account-created':
        this.#accounts.set(account, newAccount({ account, name: event.name, createdAt: at }));
        break;
      case 'access-key-created': {
        const { accessKeyId: id, user } = event;
        const listed = { id, active: true, createdAt: at, ...(user === undefined ? {} : { user }) };
        this.#keys.set(id, { account, listed, sealed: sealedSecret, ready: undefined });
        break;
      }
      case 'access-key-switched':
      case 'access-key-deleted':
        this.#applyToKey(event);
        break;
      default:
        applyToAccount(existing(this.#accounts, account), { at, event, ...(sealedSecret && { sealedSecret }) });
        if (event.kind === 'user-updated' && event.newName !== undefined)
          this.#renameOwner(account, event.user, event.newName);
    }
    this.#sequence = sequence;
  }

  /**
   * The access key of this id; `undefined` if there is none, or none that could be used (no secret, no such user).
   * @throws whatever `openSecret` throws when the secret does not open; only calls with this key are affected.
   */
  accessKey(id: string): AccessKey | undefined {
    const key = this.#keys.get(id);
    if (key?.sealed === undefined) return undefined;
    if (key.ready !== undefined) return key.ready;
    const principal = this.#principalOf(key);
    if (principal === undefined) return undefined;
    const secret = this.#openSecret(accessKeyIdentity(id), key.sealed);
    key.ready = { id, account: key.account, principal, active: key.listed.active, secret };
    return key.ready;
  }

  /** Whether there is an access key of this id, whether or not it could be used. */
  hasAccessKey(id: string): boolean {
    return this.#keys.has(id);
  }

  /**
   * What a principal may do, ready to be evaluated: a user's own policies and those of its groups, a session's those of
   * its role. A root owns its account and may do everything in it. A policy that is not understood, or a system policy of
   * another release, may have denied something and therefore denies everything. A user or role that is gone, or that is
   * another of the same name, may do nothing. The policy of a session narrows this further and is not in it.
   */
  policiesOf(principal: Principal): readonly NamedPolicy[] {
    if (principal.kind === 'root') return ownersPolicies;
    const state = this.#accounts.get(principal.account);
    if (state === undefined) return [];
    if (principal.kind === 'assumed-role') {
      const role = state.roles.get(principal.role);
      if (role?.listed.roleId !== principal.roleId) return [];
      role.policies ??= meaningOf(role.attached.keys(), state.policies);
      return role.policies;
    }
    const user = state.users.get(principal.name);
    if (user?.listed.userId !== principal.userId) return [];
    user.policies ??= meaningOf(
      [user, ...Array.from(user.groups.keys(), (group) => existing(state.groups, group))].flatMap(({ attached }) => [
        ...attached.keys(),
      ]),
      state.policies,
    );
    return user.policies;
  }

  accounts(): readonly ListedAccount[] {
    return Array.from(this.#accounts.values(), ({ listed }) => listed);
  }

  account(account: AccountId): ListedAccount | undefined {
    return this.#accounts.get(account)?.listed;
  }

  users(account: AccountId): readonly ListedUser[] {
    return listedIn(this.#accounts.get(account)?.users);
  }

  user(account: AccountId, name: string): ListedUser | undefined {
    return this.#accounts.get(account)?.users.get(name)?.listed;
  }

  groups(account: AccountId): readonly ListedGroup[] {
    return listedIn(this.#accounts.get(account)?.groups);
  }

  group(account: AccountId, name: string): ListedGroup | undefined {
    return this.#accounts.get(account)?.groups.get(name)?.listed;
  }

  membersOf(account: AccountId, group: string): readonly ListedMembership[] {
    const members = this.#accounts.get(account)?.groups.get(group)?.members ?? [];
    return Array.from(members, ([user, joinedAt]) => ({ group, user, joinedAt }));
  }

  groupsOf(account: AccountId, user: string): readonly ListedMembership[] {
    const groups = this.#accounts.get(account)?.users.get(user)?.groups ?? [];
    return Array.from(groups, ([group, joinedAt]) => ({ group, user, joinedAt }));
  }

  roles(account: AccountId): readonly ListedRole[] {
    return listedIn(this.#accounts.get(account)?.roles);
  }

  role(account: AccountId, name: string): ListedRole | undefined {
    return this.#accounts.get(account)?.roles.get(name)?.listed;
  }

  accessKeys(account: AccountId): readonly ListedAccessKey[] {
    return [...this.#keys.values()].filter((key) => key.account === account).map(({ listed }) => listed);
  }

  /** System policies first. */
  policies(account: AccountId): readonly ListedPolicy[] {
    const own = this.#accounts.get(account)?.policies;
    const counts = this.#attachmentCounts(account);
    const system = [...systemPolicies.values()].filter(({ name }) => own?.has(name) !== true);
    return [
      ...system.map(({ name, document, description }) => ({
        name,
        kind: 'system' as const,
        document,
        description,
        defaultVersion: 'v1' as const,
        attachmentCount: counts.get(name) ?? 0,
      })),
      ...Array.from(own ?? [], ([name, state]) => listCustomPolicy(name, state, counts.get(name) ?? 0)),
    ];
  }

  policy(account: AccountId, name: string): ListedPolicy | undefined {
    return this.policies(account).find((policy) => policy.name === name);
  }

  /** Oldest first; none where there is no such policy. */
  policyVersions(account: AccountId, name: string): readonly ListedPolicyVersion[] {
    const own = this.#accounts.get(account)?.policies.get(name);
    if (own !== undefined) return listVersions(own);
    const system = systemPolicies.get(name);
    return system === undefined ? [] : [{ version: 'v1', document: system.document, isDefault: true }];
  }

  /** Who is attached to what: users, groups, roles, each in the order attached. */
  attachments(account: AccountId): readonly ListedAttachment[] {
    const { users = [], groups = [], roles = [] } = this.#accounts.get(account) ?? {};
    return [
      ...[...users].flatMap(([user, { attached }]) => listAttached({ user }, attached)),
      ...[...groups].flatMap(([group, { attached }]) => listAttached({ group }, attached)),
      ...[...roles].flatMap(([role, { attached }]) => listAttached({ role }, attached)),
    ];
  }

  /** What is attached to one user, group or role itself. */
  attachedTo(account: AccountId, target: Target): readonly ListedAttachment[] {
    const state = this.#accounts.get(account);
    return listAttached(target, (state && findAttachable(state, target)?.attached) ?? new Map());
  }

  /** What the account asks of its users' passwords. */
  passwordPolicy(account: AccountId): PasswordPolicy {
    return this.#accounts.get(account)?.passwordPolicy ?? defaultPasswordPolicy;
  }

  /** Calls a second that the operator has set for this account, by action; `*` stands for all without one of their own. */
  callLimits(account: AccountId): ReadonlyMap<string, number> {
    return this.#accounts.get(account)?.callLimits ?? none;
  }

  securityPreference(account: AccountId): SecurityPreference {
    return this.#accounts.get(account)?.securityPreference ?? defaultSecurityPreference;
  }

  loginProfile(account: AccountId, user: string): ListedLoginProfile | undefined {
    return this.#accounts.get(account)?.users.get(user)?.login?.listed;
  }

  /**
   * Hash of a user's password for `verifyPassword`; `undefined` where nobody can sign in by this name.
   * @throws whatever `openSecret` throws.
   */
  passwordHash(account: AccountId, user: string): Uint8Array | undefined {
    const login = this.#accounts.get(account)?.users.get(user)?.login;
    if (login?.sealed === undefined) return undefined;
    return this.#openSecret(passwordIdentity(login.secretId), login.sealed);
  }

  mfaDevices(account: AccountId): readonly ListedMfaDevice[] {
    return listedIn(this.#accounts.get(account)?.devices);
  }

  mfaDeviceOf(account: AccountId, user: string): ListedMfaDevice | undefined {
    return this.mfaDevices(account).find((device) => device.user === user);
  }

  /** Seed of a virtual MFA device, for `verifyTotp`. @throws whatever `openSecret` throws. */
  mfaSeed(account: AccountId, device: string): Uint8Array | undefined {
    const state = this.#accounts.get(account)?.devices.get(device);
    if (state?.sealed === undefined) return undefined;
    return this.#openSecret(mfaSeedIdentity(state.secretId), state.sealed);
  }

  #applyToKey(event: Exclude<AccessKeyEvent, { readonly kind: 'access-key-created' }>): void {
    const { accessKeyId: id } = event;
    if (event.kind === 'access-key-deleted') {
      this.#keys.delete(id);
      return;
    }
    const key = existing(this.#keys, id);
    const ready = key.ready && { ...key.ready, active: event.active };
    this.#keys.set(id, { ...key, listed: { ...key.listed, active: event.active }, ready });
  }

  #renameOwner(account: AccountId, from: string, user: string): void {
    for (const [id, key] of this.#keys) {
      if (key.account !== account || key.listed.user !== from) continue;
      this.#keys.set(id, { ...key, listed: { ...key.listed, user }, ready: undefined });
    }
  }

  #principalOf({ account, listed }: KeyState): Principal | undefined {
    if (listed.user === undefined) return { kind: 'root', account };
    const user = this.user(account, listed.user);
    return user && { kind: 'user', account, name: user.name, userId: user.userId };
  }

  #attachmentCounts(account: AccountId): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { policy } of this.attachments(account)) counts.set(policy, (counts.get(policy) ?? 0) + 1);
    return counts;
  }
}

const none: ReadonlyMap<string, number> = new Map();

function listAttached(target: Target, attached: ReadonlyMap<string, UnixMillis>): readonly ListedAttachment[] {
  return Array.from(attached, ([policy, attachedAt]) => ({ ...target, policy, attachedAt }));
}

function listedIn<Listed>(states: ReadonlyMap<string, { readonly listed: Listed }> | undefined): readonly Listed[] {
  return Array.from(states?.values() ?? [], ({ listed }) => listed);
}
