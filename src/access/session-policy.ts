// The policy of a session: what the caller who assumed the role left of the role's permissions.

import { type Decision, evaluate, type NamedPolicy, type Question } from './policy.ts';
import { parsePolicy } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import { denyEverything } from './system-policies.ts';

/** Longest document, in characters: the vendor's limit for `Policy` of AssumeRole (STS, "AssumeRole", 2026). */
export const MAX_SESSION_POLICY_LENGTH = 2048;

const name = 'SessionPolicy';

/** @throws {PolicyError} */
export function parseSessionPolicy(document: string): NamedPolicy {
  return { name, policy: parsePolicy(document) };
}

/** The same for a document that was understood once: should this release not understand it, it denies everything. */
export function recallSessionPolicy(document: string): NamedPolicy {
  try {
    return parseSessionPolicy(document);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { name, policy: denyEverything };
  }
}

/** Which of the two made the decision: what the principal was given, or what its session was restricted to. */
export type DecidedBy = 'identity' | 'session';

export interface Judgement {
  readonly decision: Decision;
  readonly decidedBy: DecidedBy;
}

/**
 * Both must allow, and either can deny. An explicit Deny is told before a missing Allow, and the session's before the
 * principal's: the order the vendor evaluates in.
 */
export function evaluateSession(
  policies: readonly NamedPolicy[],
  sessionPolicy: NamedPolicy | undefined,
  question: Question,
): Judgement {
  const identity: Judgement = { decision: evaluate(policies, question), decidedBy: 'identity' };
  if (sessionPolicy === undefined) return identity;
  const session: Judgement = { decision: evaluate([sessionPolicy], question), decidedBy: 'session' };
  const order = [session, identity];
  return order.find(isExplicit) ?? order.find(({ decision }) => !decision.allowed) ?? identity;
}

function isExplicit({ decision }: Judgement): boolean {
  return !decision.allowed && decision.denial === 'ExplicitDeny';
}
