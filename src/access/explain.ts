// Who may do something, and why: for every principal of an account the decision and the statement that made it, by the
// evaluator that judges calls.

import type { AccountId } from '../base/journal-entry.ts';
import type { ConditionContext } from './condition-context.ts';
import type { Directory } from './directory.ts';
import type { Target } from './events.ts';
import { type Decision, evaluate } from './policy.ts';
import { arnOf, type Principal, roleArn } from './principal.ts';

export interface Verdict {
  /** ARN of the root, a user, or a role (which stands for its sessions). */
  readonly arn: string;
  readonly decision: Decision;
  /** What the deciding policy is attached to: the user or role itself, groups of the user. Empty for the root. */
  readonly through: readonly Target[];
}

export interface Asked {
  readonly action: string;
  readonly resource: string;
  /** The facts but for who asks. */
  readonly context: Omit<ConditionContext, 'principalArn'>;
}

/** One verdict for the root, every user and every role of the account, in this order. */
export function whoMay(directory: Directory, account: AccountId, asked: Asked): readonly Verdict[] {
  const users = directory.users(account).map(({ name, userId }) => ({ kind: 'user', account, name, userId }) as const);
  const sessions = directory
    .roles(account)
    .map(
      ({ name: role, roleId }) =>
        ({ kind: 'assumed-role', account, role, roleId, session: '', expires: asked.context.currentTime }) as const,
    );
  return [{ kind: 'root', account } as const, ...users, ...sessions].map((principal) =>
    judge(directory, principal, asked),
  );
}

/** The verdict on one principal; the session policy of an assumed role is not looked at. */
export function judge(directory: Directory, principal: Principal, { action, resource, context }: Asked): Verdict {
  const { account } = principal;
  const arn = principal.kind === 'assumed-role' ? roleArn(account, principal.role) : arnOf(principal);
  const question = { action, resource, context: { ...context, principalArn: arn } };
  const decision = evaluate(directory.policiesOf(principal), question);
  return { arn, decision, through: 'by' in decision ? throughWhat(directory, principal, decision.by.policy) : [] };
}

function throughWhat(directory: Directory, principal: Principal, policy: string): readonly Target[] {
  if (principal.kind === 'root') return [];
  const { account } = principal;
  const own: readonly Target[] =
    principal.kind === 'assumed-role'
      ? [{ role: principal.role }]
      : [{ user: principal.name }, ...directory.groupsOf(account, principal.name).map(({ group }) => ({ group }))];
  return own.filter((target) => directory.attachedTo(account, target).some((attached) => attached.policy === policy));
}
