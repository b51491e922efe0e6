// Whether a principal may do something, with how each statement of its policies stands to that: by the evaluator that
// judges calls.

import type { AccountId } from '../base/journal-entry.ts';
import { unixMillis } from '../base/time.ts';
import type { ConditionContext } from './condition-context.ts';
import type { Directory } from './directory.ts';
import { type Asked, judge, type Verdict } from './explain.ts';
import { type Decision, type Fit, fits } from './policy.ts';
import { arnOf, type Principal } from './principal.ts';

export interface Simulation {
  readonly verdict: Verdict;
  readonly asked: Asked;
  readonly statements: readonly Fit[];
}

export function simulate(directory: Directory, principal: Principal, asked: Asked): Simulation {
  const { action, resource } = asked;
  const context = { ...asked.context, principalArn: arnOf(principal) };
  const statements = fits(directory.policiesOf(principal), { action, resource, context });
  return { verdict: judge(directory, principal, asked), asked, statements };
}

/** The principal of this ARN as it is now; of a session the role, whatever the session. */
export function findPrincipal(directory: Directory, arn: string): Principal | undefined {
  const [, account = '', kind, name = ''] =
    /^acs:ram::(\d+):(root|user|role)(?:\/([^/]+))?(?:\/[^/]*)?$/.exec(arn) ?? [];
  const id = account as AccountId;
  if (directory.account(id) === undefined) return undefined;
  if (kind === 'root') return { kind: 'root', account: id };
  if (kind === 'user') {
    const user = directory.user(id, name);
    return user && { kind: 'user', account: id, name, userId: user.userId };
  }
  const role = directory.role(id, name);
  return (
    role && { kind: 'assumed-role', account: id, role: name, roleId: role.roleId, session: '*', expires: unixMillis(0) }
  );
}

export function simulationJson({ verdict, asked, statements }: Simulation): object {
  const { arn, decision, through } = verdict;
  const { action, resource, context } = asked;
  return {
    principal: arn,
    action,
    resource,
    context: { ...context, ...tagsJson(context) },
    allowed: decision.allowed,
    decision: nameOf(decision),
    ...('by' in decision && { by: { ...decision.by, through } }),
    statements: statements.map(({ by, ...fit }) => ({ ...by, ...fit })),
  };
}

function tagsJson({ requestTags, resourceTags }: Partial<ConditionContext>): object {
  return {
    ...(requestTags && { requestTags: Object.fromEntries(requestTags) }),
    ...(resourceTags && { resourceTags: Object.fromEntries(resourceTags) }),
  };
}

export function nameOf(decision: Decision): 'Allow' | 'ExplicitDeny' | 'ImplicitDeny' {
  return decision.allowed ? 'Allow' : decision.denial;
}
