// What all administration has in common. Each command writes one event; whether the state allows it is decided by the
// store alone, in the transaction that writes, so nothing is looked up here first.

import type { RandomBytes } from '../../base/bytes.ts';
import type { AccountId, Actor } from '../../base/journal-entry.ts';
import type { Clock } from '../../base/time.ts';
import { type AccessEvent, secretIdentity } from '../events.ts';
import type { AccessEntry, PrincipalStore } from '../principals.ts';
import { digits, lettersAndDigits, randomText } from '../random-text.ts';

export interface Administration {
  readonly store: PrincipalStore;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Seals a secret under the master key, bound to an identity as `secretIdentity` (events.ts) tells it. */
  readonly seal: (identity: string, secret: Uint8Array) => Uint8Array;
}

/** Every command: on behalf of whom, and in which account. */
export interface Command {
  readonly actor: Actor;
  readonly account: AccountId;
}

/** A name, text or number that does not keep to its rule. The text itself is not repeated: it may be a secret. */
export class InvalidName extends Error {
  override readonly name = 'InvalidName';
  readonly what: NamedThing;
  readonly rule: string;
  constructor(what: NamedThing, rule: string) {
    super(`${what}: ${rule}`);
    this.what = what;
    this.rule = rule;
  }
}

export type NamedThing =
  | 'account name'
  | 'account alias'
  | 'calls a second'
  | 'user name'
  | 'display name'
  | 'email address'
  | 'mobile phone'
  | 'comments'
  | 'group name'
  | 'role name'
  | 'session duration'
  | 'policy name'
  | 'policy version'
  | 'description'
  | 'access key id'
  | 'access key secret'
  | 'password'
  | 'password policy'
  | 'security preference'
  | 'tag'
  | 'MFA device name';

/** @throws {InvalidName} */
export function requireForm(what: NamedThing, value: string | undefined, form: RegExp, rule: string): void {
  if (value !== undefined && !form.test(value)) throw new InvalidName(what, rule);
}

/** @param secret sealed on its way to the store; stays the caller's to erase. */
export function append(
  { actor, account }: Command,
  event: AccessEvent,
  { store, clock, seal }: Administration,
  secret?: Uint8Array,
): Promise<AccessEntry> {
  const draft = { at: clock.now(), account, actor, event };
  const identity = secretIdentity(event);
  if (secret === undefined) return store.appendAccess(draft);
  if (identity === undefined) throw new TypeError(`${event.kind} has no secret`);
  return store.appendAccess(draft, seal(identity, secret));
}

/** Decimal, and not beginning with 0. */
export function randomNumber(length: number, randomBytes: RandomBytes): string {
  return randomText('123456789', 1, randomBytes) + randomText(digits, length - 1, randomBytes);
}

/** Names a sealed secret: 119 bits, so that no two are alike. */
export function randomSecretId(randomBytes: RandomBytes): string {
  return randomText(lettersAndDigits, 20, randomBytes);
}

export function textOf({ most }: { readonly most: number }): { readonly form: RegExp; readonly rule: string } {
  return { form: new RegExp(`^[^\\p{C}]{0,${most}}$`, 'u'), rule: `at most ${most} printable characters` };
}
