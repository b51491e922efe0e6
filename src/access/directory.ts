// The accounts, users, access keys and policies as they are now: a view in memory that follows the journal.

import { assertNever } from '../base/assert-never.ts';
import type { AccountId } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';
import type { NamedPolicy, Policy } from './policy.ts';
import { parsePolicy } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import type { Principal } from './principal.ts';
import type { AccessEntry } from './principals.ts';
import { denyEverything, ownersPolicies, systemPolicies } from './system-policies.ts';

/** What a call is checked with. */
export interface AccessKey {
  readonly id: string;
  readonly account: AccountId;
  readonly principal: Principal;
  readonly active: boolean;
  readonly secret: Uint8Array;
}

export interface ListedAccount {
  readonly account: AccountId;
  readonly name: string;
  readonly createdAt: UnixMillis;
}

export interface ListedUser {
  readonly name: string;
  readonly userId: string;
  readonly createdAt: UnixMillis;
}

export interface ListedAccessKey {
  readonly id: string;
  /** Absent: a key of the account's root. */
  readonly user?: string;
  readonly active: boolean;
  readonly createdAt: UnixMillis;
}

export interface ListedPolicy {
  readonly name: string;
  readonly kind: 'system' | 'custom';
  readonly document: string;
  /** Why the document is not understood; it then denies everything to those it is attached to. */
  readonly problem?: string;
}

export interface ListedAttachment {
  readonly user: string;
  readonly policy: string;
}

/** Opens what `PrincipalStore` was given as sealed secret of this access key. */
export type OpenSecret = (accessKeyId: string, sealed: Uint8Array) => Uint8Array;

interface AccountState {
  readonly listed: ListedAccount;
  readonly users: Map<string, UserState>;
  readonly policies: Map<string, { readonly listed: ListedPolicy; readonly policy: Policy }>;
}

interface UserState {
  readonly listed: ListedUser;
  /** Names of policies, in the order attached. */
  readonly attached: Set<string>;
  /** What they mean at present; `undefined` until asked for. */
  policies: readonly NamedPolicy[] | undefined;
}

interface KeyState {
  readonly account: AccountId;
  readonly listed: ListedAccessKey;
  readonly sealed: Uint8Array | undefined;
  /** `undefined` until the key is first used. */
  secret: Uint8Array | undefined;
}

export class Directory {
  readonly #openSecret: OpenSecret;
  readonly #accounts = new Map<AccountId, AccountState>();
  readonly #keys = new Map<string, KeyState>();
  #sequence = 0;

  constructor(openSecret: OpenSecret) {
    this.#openSecret = openSecret;
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
        this.#accounts.set(account, {
          listed: { account, name: event.name, createdAt: at },
          users: new Map(),
          policies: new Map(),
        });
        break;
      case 'user-created':
        this.#existing(account).users.set(event.user, {
          listed: { name: event.user, userId: event.userId, createdAt: at },
          attached: new Set(),
          policies: undefined,
        });
        break;
      case 'user-deleted':
        this.#existing(account).users.delete(event.user);
        break;
      case 'access-key-created': {
        const { accessKeyId: id, user } = event;
        const listed = { id, active: true, createdAt: at, ...(user === undefined ? {} : { user }) };
        this.#keys.set(id, { account, listed, sealed: sealedSecret, secret: undefined });
        break;
      }
      case 'access-key-switched': {
        const key = existing(this.#keys.get(event.accessKeyId), event.accessKeyId);
        this.#keys.set(event.accessKeyId, { ...key, listed: { ...key.listed, active: event.active } });
        break;
      }
      case 'access-key-deleted':
        this.#keys.delete(event.accessKeyId);
        break;
      case 'policy-written':
        this.#existing(account).policies.set(event.policy, readPolicy(event.policy, event.document));
        this.#forgetMeanings(account);
        break;
      case 'policy-deleted':
        this.#existing(account).policies.delete(event.policy);
        this.#forgetMeanings(account);
        break;
      case 'policy-attached': {
        const user = this.#existingUser(account, event.user);
        user.attached.add(event.policy);
        user.policies = undefined;
        break;
      }
      case 'policy-detached': {
        const user = this.#existingUser(account, event.user);
        user.attached.delete(event.policy);
        user.policies = undefined;
        break;
      }
      default:
        assertNever(event);
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
    const principal = this.#principalOf(key);
    if (principal === undefined) return undefined;
    key.secret ??= this.#openSecret(id, key.sealed);
    return { id, account: key.account, principal, active: key.listed.active, secret: key.secret };
  }

  /**
   * What a principal may do, ready to be evaluated. A root owns its account and may do everything in it. A policy that is
   * not understood, or a system policy of another release, may have denied something and therefore denies everything.
   */
  policiesOf(principal: Principal): readonly NamedPolicy[] {
    if (principal.kind === 'root') return ownersPolicies;
    const state = this.#accounts.get(principal.account);
    const user = state?.users.get(principal.name);
    if (state === undefined || user === undefined) return [];
    user.policies ??= Array.from(user.attached, (name) => {
      const { policy } = systemPolicies.get(name) ?? state.policies.get(name) ?? { policy: denyEverything };
      return { name, policy };
    });
    return user.policies;
  }

  accounts(): readonly ListedAccount[] {
    return Array.from(this.#accounts.values(), ({ listed }) => listed);
  }

  users(account: AccountId): readonly ListedUser[] {
    return Array.from(this.#accounts.get(account)?.users.values() ?? [], ({ listed }) => listed);
  }

  accessKeys(account: AccountId): readonly ListedAccessKey[] {
    return [...this.#keys.values()].filter((key) => key.account === account).map(({ listed }) => listed);
  }

  policies(account: AccountId): readonly ListedPolicy[] {
    const system = Array.from(
      systemPolicies.values(),
      ({ name, document }) => ({ name, kind: 'system', document }) as const,
    );
    const custom = Array.from(this.#accounts.get(account)?.policies.values() ?? [], ({ listed }) => listed);
    return [...system, ...custom];
  }

  attachments(account: AccountId): readonly ListedAttachment[] {
    const users = [...(this.#accounts.get(account)?.users.values() ?? [])];
    return users.flatMap(({ listed, attached }) => Array.from(attached, (policy) => ({ user: listed.name, policy })));
  }

  #principalOf({ account, listed }: KeyState): Principal | undefined {
    if (listed.user === undefined) return { kind: 'root', account };
    const user = this.#accounts.get(account)?.users.get(listed.user);
    return user === undefined ? undefined : { kind: 'user', account, name: listed.user, userId: user.listed.userId };
  }

  #existing(account: AccountId): AccountState {
    return existing(this.#accounts.get(account), account);
  }

  #existingUser(account: AccountId, name: string): UserState {
    return existing(this.#existing(account).users.get(name), name);
  }

  /** A policy of the account has another document now, or none. */
  #forgetMeanings(account: AccountId): void {
    for (const user of this.#existing(account).users.values()) user.policies = undefined;
  }
}

function existing<State>(state: State | undefined, name: string): State {
  if (state === undefined) throw new TypeError(`the journal is about ${name}, which does not exist`);
  return state;
}

// The document was understood when it was written. Should a later release not understand it, only those it is attached
// to are locked out, and the root can replace it; refusing to start would lock out everybody.
function readPolicy(name: string, document: string): { readonly listed: ListedPolicy; readonly policy: Policy } {
  try {
    return { listed: { name, kind: 'custom', document }, policy: parsePolicy(document) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { listed: { name, kind: 'custom', document, problem: error.message }, policy: denyEverything };
  }
}
