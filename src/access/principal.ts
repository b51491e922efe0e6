// Who can make a call: the root of an account, one of its users, or whoever has assumed one of its roles.

import { assertNever } from '../base/assert-never.ts';
import type { AccountId } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';
import type { NamedPolicy } from './policy.ts';

export type Principal =
  | { readonly kind: 'root'; readonly account: AccountId }
  | { readonly kind: 'user'; readonly account: AccountId; readonly name: string; readonly userId: string }
  | AssumedRole;

/** A session of a role, held by temporary keys. */
export interface AssumedRole {
  readonly kind: 'assumed-role';
  /** Of the role. */
  readonly account: AccountId;
  readonly role: string;
  /** Of the role that was assumed: one made later under the same name is another. */
  readonly roleId: string;
  /** Name the caller gave the session. */
  readonly session: string;
  /** Narrows what the role's policies allow. */
  readonly sessionPolicy?: NamedPolicy;
  readonly expires: UnixMillis;
}

/**
 * `acs:ram::<account>:root`, `acs:ram::<account>:user/<name>` or, for a session, `acs:ram::<account>:role/<role>/<session>`
 * as AssumeRole's answer names it (AssumedRoleUser.Arn).
 */
export function arnOf(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return `acs:ram::${principal.account}:root`;
    case 'user':
      return `acs:ram::${principal.account}:user/${principal.name}`;
    case 'assumed-role':
      return `${roleArn(principal.account, principal.role)}/${principal.session}`;
    default:
      return assertNever(principal);
  }
}

export function roleArn(account: AccountId, role: string): string {
  return `acs:ram::${account}:role/${role}`;
}
