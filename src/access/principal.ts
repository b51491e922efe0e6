// Who can make a call: the root of an account, or one of its users.

import { assertNever } from '../base/assert-never.ts';
import type { AccountId } from '../base/journal-entry.ts';

export type Principal =
  | { readonly kind: 'root'; readonly account: AccountId }
  | { readonly kind: 'user'; readonly account: AccountId; readonly name: string; readonly userId: string };

/** `acs:ram::<account>:root` or `acs:ram::<account>:user/<name>`. */
export function arnOf(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return `acs:ram::${principal.account}:root`;
    case 'user':
      return `acs:ram::${principal.account}:user/${principal.name}`;
    default:
      return assertNever(principal);
  }
}
