// What the operator does to accounts, users, access keys and policies. Each function writes one event; whether the state
// allows it is decided by the store alone, in the transaction that writes, so nothing is looked up here first.

import type { RandomBytes } from '../base/bytes.ts';
import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import type { Clock } from '../base/time.ts';
import type { AccessEvent } from './events.ts';
import { parsePolicy } from './policy-document.ts';
import type { PrincipalStore } from './principals.ts';
import { digits, lettersAndDigits, randomText } from './random-text.ts';
import { SYSTEM_POLICY_PREFIX, systemPolicies } from './system-policies.ts';

export interface Administration {
  readonly store: PrincipalStore;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Seals a secret under the master key, bound to the id of its access key. */
  readonly seal: (accessKeyId: string, secret: Uint8Array) => Uint8Array;
}

/** Every command: on behalf of whom, and in which account. */
export interface Command {
  readonly actor: Actor;
  readonly account: AccountId;
}

/** A name or key that does not keep to its rule. The text itself is not repeated: it may be a secret. */
export class InvalidName extends Error {
  override readonly name = 'InvalidName';
  readonly what: 'account name' | 'user name' | 'policy name' | 'access key id' | 'access key secret';
  readonly rule: string;
  constructor(what: InvalidName['what'], rule: string) {
    super(`${what}: ${rule}`);
    this.what = what;
    this.rule = rule;
  }
}

/**
 * @returns the number of the new account: sixteen random digits, so that it tells nothing of how many there are.
 * @throws {InvalidName}
 */
export async function createAccount(
  { actor, name }: { readonly actor: Actor; readonly name: string },
  services: Administration,
): Promise<AccountId> {
  if (!/^[^\p{C}]{1,64}$/u.test(name) || name.trim() !== name) {
    throw new InvalidName('account name', '1 to 64 printable characters, no blank at either end');
  }
  const account = randomNumber(16, services.randomBytes) as AccountId;
  await append({ actor, account }, { kind: 'account-created', name }, services);
  return account;
}

/**
 * @returns the user's id: eighteen random digits. A user created later under the same name has another.
 * @throws {InvalidName}
 * @throws {Refused} `already-exists`, `does-not-exist` (account)
 */
export async function createUser(
  command: Command & { readonly user: string },
  services: Administration,
): Promise<string> {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(command.user)) {
    throw new InvalidName('user name', '1 to 64 letters, digits, points, underscores and hyphens');
  }
  const userId = randomNumber(18, services.randomBytes);
  await append(command, { kind: 'user-created', user: command.user, userId }, services);
  return userId;
}

/** @throws {Refused} `does-not-exist`, `still-in-use` (access keys or policies) */
export function deleteUser(command: Command & { readonly user: string }, services: Administration): Promise<void> {
  return append(command, { kind: 'user-deleted', user: command.user }, services);
}

export interface AccessKeyPair {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/**
 * Makes an access key for a user or, without one, for the root of the account; or takes in a pair that exists already.
 *
 * @returns the pair. The secret is stored sealed and never shown again.
 * @throws {InvalidName} for a given pair of another form.
 * @throws {Refused} `already-exists`, `does-not-exist` (account, user), `limit-reached`
 */
export async function createAccessKey(
  command: Command & { readonly user?: string; readonly given?: AccessKeyPair },
  services: Administration,
): Promise<AccessKeyPair> {
  const { user, given } = command;
  if (given !== undefined) checkGiven(given);
  const pair = given ?? makePair(services.randomBytes);
  const { accessKeyId } = pair;
  const sealed = services.seal(accessKeyId, new TextEncoder().encode(pair.accessKeySecret));
  const event: AccessEvent = { kind: 'access-key-created', accessKeyId, ...(user === undefined ? {} : { user }) };
  await append(command, event, services, sealed);
  return pair;
}

/** Calls with a key that is not active are refused, and it can be made active again. @throws {Refused} `does-not-exist` */
export function switchAccessKey(
  command: Command & { readonly accessKeyId: string; readonly active: boolean },
  services: Administration,
): Promise<void> {
  const { accessKeyId, active } = command;
  return append(command, { kind: 'access-key-switched', accessKeyId, active }, services);
}

/** Erases the secret as well. @throws {Refused} `does-not-exist` */
export function deleteAccessKey(
  command: Command & { readonly accessKeyId: string },
  services: Administration,
): Promise<void> {
  return append(command, { kind: 'access-key-deleted', accessKeyId: command.accessKeyId }, services);
}

/**
 * Creates a policy or replaces its document, for all users it is attached to at once.
 * @throws {InvalidName}
 * @throws {PolicyError} for a document that is not understood.
 */
export async function writePolicy(
  command: Command & { readonly policy: string; readonly document: string },
  services: Administration,
): Promise<void> {
  const { policy, document } = command;
  if (!/^[A-Za-z0-9-]{1,128}$/.test(policy))
    throw new InvalidName('policy name', '1 to 128 letters, digits and hyphens');
  refuseReserved(policy);
  parsePolicy(document);
  await append(command, { kind: 'policy-written', policy, document }, services);
}

/** @throws {InvalidName} for a system policy. @throws {Refused} `does-not-exist`, `still-in-use` (attached to a user) */
export async function deletePolicy(
  command: Command & { readonly policy: string },
  services: Administration,
): Promise<void> {
  refuseReserved(command.policy);
  await append(command, { kind: 'policy-deleted', policy: command.policy }, services);
}

type Attachment = Command & { readonly policy: string; readonly user: string };

/** @throws {Refused} `does-not-exist` (policy, user), `already-exists` */
export async function attachPolicy(command: Attachment, services: Administration): Promise<void> {
  const { policy, user } = command;
  // The store takes every name of the reserved kind for a system policy; which of them exist is known here.
  if (policy.startsWith(SYSTEM_POLICY_PREFIX) && !systemPolicies.has(policy)) {
    throw new Refused({ kind: 'does-not-exist', what: 'policy', name: policy });
  }
  await append(command, { kind: 'policy-attached', policy, user }, services);
}

/** @throws {Refused} `does-not-exist` */
export function detachPolicy(command: Attachment, services: Administration): Promise<void> {
  return append(command, { kind: 'policy-detached', policy: command.policy, user: command.user }, services);
}

async function append(
  { actor, account }: Command,
  event: AccessEvent,
  { store, clock }: Administration,
  sealedSecret?: Uint8Array,
): Promise<void> {
  await store.appendAccess({ at: clock.now(), account, actor, event }, sealedSecret);
}

function randomNumber(length: number, randomBytes: RandomBytes): string {
  return randomText('123456789', 1, randomBytes) + randomText(digits, length - 1, randomBytes);
}

// The forms clients know from the vendor: `LTAI` for keys that last, and 24 and 30 characters in all. 62^30 is 178 bits.
function makePair(randomBytes: RandomBytes): AccessKeyPair {
  return {
    accessKeyId: `LTAI${randomText(lettersAndDigits, 20, randomBytes)}`,
    accessKeySecret: randomText(lettersAndDigits, 30, randomBytes),
  };
}

function checkGiven({ accessKeyId, accessKeySecret }: AccessKeyPair): void {
  if (!/^[A-Za-z0-9.@_-]{3,128}$/.test(accessKeyId)) {
    throw new InvalidName('access key id', '3 to 128 letters, digits, points, at signs, underscores and hyphens');
  }
  if (!/^[\x21-\x7e]{8,128}$/.test(accessKeySecret)) {
    throw new InvalidName('access key secret', '8 to 128 printable ASCII characters, no blanks');
  }
}

function refuseReserved(policy: string): void {
  if (policy.toLowerCase().startsWith(SYSTEM_POLICY_PREFIX.toLowerCase())) {
    throw new InvalidName('policy name', `names beginning with ${SYSTEM_POLICY_PREFIX} are those of system policies`);
  }
}
