// What the access policies say of a call that was made or might be, told for people and for programs: by the evaluator
// that judges calls.

import type { ConditionContext } from '../../access/condition-context.ts';
import type { Directory } from '../../access/directory.ts';
import type { Target } from '../../access/events.ts';
import { type Asked, judge, type Verdict } from '../../access/explain.ts';
import { type Decision, type Fit, fits } from '../../access/policy.ts';
import { arnOf, type Principal } from '../../access/principal.ts';
import type { AccessLine } from '../../app/access-log/line.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { unixMillis } from '../../base/time.ts';
import { printLine, printTable } from '../terminal.ts';

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

/** The facts that the access log keeps of a call; tags are not among them. */
export function factsOf({ time, secure, source, userAgent }: AccessLine): Asked['context'] {
  return {
    currentTime: unixMillis(Date.parse(time)),
    secureTransport: secure,
    sourceIp: source,
    mfaPresent: false,
    ...(userAgent !== undefined && { userAgent }),
  };
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

export function printSimulation({ verdict, asked, statements }: Simulation): void {
  const { arn, decision } = verdict;
  const { action, resource } = asked;
  printLine(`${arn} ${decision.allowed ? 'may' : 'may not'} ${action} on ${resource}: ${groundOf(verdict)}.`);
  if (statements.length === 0) {
    printLine('No policy is attached to it.');
    return;
  }
  const decides = 'by' in decision ? decision.by : undefined;
  printTable(
    ['policy', 'statement', 'effect', 'why'],
    statements.map((fit) => [
      fit.by.policy,
      String(fit.by.statement),
      fit.effect,
      fit.by.policy === decides?.policy && fit.by.statement === decides.statement ? 'decides' : reasonOf(fit),
    ]),
  );
}

/** `statement 0 of ask, through group deployers, allows it`. */
export function groundOf({ decision, through }: Verdict): string {
  if (!('by' in decision)) return 'no statement allows it (ImplicitDeny)';
  const { policy, statement } = decision.by;
  const from = through.length === 0 ? '' : `, attached to ${through.map(targetText).join(' and ')},`;
  const says = decision.allowed ? 'allows it' : 'denies it (ExplicitDeny)';
  return policy === 'AccountOwner' ? 'the root owns the account' : `statement ${statement} of ${policy}${from} ${says}`;
}

function targetText(target: Target): string {
  const [[kind, name] = ['', '']] = Object.entries(target);
  return `the ${kind} ${name}`;
}

function reasonOf({ applies, misses, failing, effect }: Fit): string {
  if (misses !== undefined) return `is about ${misses === 'action' ? 'other actions' : 'other resources'}`;
  if (applies) return effect === 'Allow' ? 'allows it too' : 'denies it too';
  const told = failing.map(
    ({ operator, key, isUnknown }) => `${operator} ${key} ${isUnknown ? 'cannot be known' : 'does not hold'}`,
  );
  return `its condition fails: ${told.join('; ')}`;
}
