// Assuming a role: whoever its trust policy lets in is given keys for a session of it. That his own policies allow it is
// settled before. Nothing is written: a session changes nothing, and would let whoever may begin one fill the journal.

import type { AccountId } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { type Clock, toSeconds, type UnixSeconds, unixSeconds } from '../base/time.ts';
import type { ConditionContext } from './condition-context.ts';
import type { Directory } from './directory.ts';
import { sessionSeconds } from './limits.ts';
import type { Decision, Denial } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import type { Principal } from './principal.ts';
import type { Session, TemporaryKeyPair, TemporaryKeys } from './temporary-keys.ts';
import { evaluateTrust, parseTrustPolicy } from './trust-policy.ts';

export interface AssumeRoleCommand {
  /** Who wants to assume it. */
  readonly principal: Principal;
  /** The account the role is in. */
  readonly account: AccountId;
  readonly role: string;
  /** Name of the session. */
  readonly session: string;
  /** Document of a session policy that `parseSessionPolicy` understands. */
  readonly policy?: string;
  /** How long the session shall last. */
  readonly seconds: number;
  /** Of the call, with the external id if the caller gave one. */
  readonly context: ConditionContext;
}

export type Assumption =
  | {
      readonly outcome: 'assumed';
      readonly roleId: string;
      readonly keys: TemporaryKeyPair;
      readonly expires: UnixSeconds;
    }
  /** The root of an account assumes no roles, as upstream: its permissions would be lost in the role's. */
  | { readonly outcome: 'caller-is-root' }
  | { readonly outcome: 'not-trusted'; readonly decision: Denial }
  | { readonly outcome: 'too-long'; readonly most: number };

export interface AssumeRoleServices {
  readonly directory: Pick<Directory, 'role'>;
  readonly temporaryKeys: Pick<TemporaryKeys, 'issue'>;
  readonly clock: Clock;
}

/**
 * @throws {Refused} `does-not-exist` for a role that is not there, if it would be in the caller's own account. In another
 *   account it is answered like one that does not trust him: nobody learns the names of roles there.
 */
export function assumeRole(command: AssumeRoleCommand, services: AssumeRoleServices): Assumption {
  const { principal, account, role: name, session, policy, seconds, context } = command;
  if (principal.kind === 'root') return { outcome: 'caller-is-root' };
  const role = services.directory.role(account, name);
  if (role === undefined) {
    if (account === principal.account) throw new Refused({ kind: 'does-not-exist', what: 'role', name });
    return { outcome: 'not-trusted', decision: { allowed: false, denial: 'ImplicitDeny' } };
  }
  const decision = askTrust(role.trustPolicy, principal, context);
  if (!decision.allowed) return { outcome: 'not-trusted', decision };
  // A session that begins another cannot make it long, as upstream: what one was given for a while ends before long.
  const most = principal.kind === 'assumed-role' ? sessionSeconds.shortestMaximum : role.maxSessionDuration;
  if (seconds > most) return { outcome: 'too-long', most };
  const expires = unixSeconds(toSeconds(services.clock.now()) + seconds);
  const { roleId } = role;
  const issued: Session = { account, role: name, roleId, session, expires, ...(policy !== undefined && { policy }) };
  return { outcome: 'assumed', roleId, keys: services.temporaryKeys.issue(issued), expires };
}

/** A trust policy that was understood when it was written and is not by this release lets nobody in. */
function askTrust(document: string, principal: Principal, context: ConditionContext): Decision {
  try {
    return evaluateTrust(parseTrustPolicy(document), { principal, context });
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { allowed: false, denial: 'ImplicitDeny' };
  }
}
