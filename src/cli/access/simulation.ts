// What the access policies say of a call that was made or might be, told for people.

import type { Target } from '../../access/events.ts';
import type { Asked, Verdict } from '../../access/explain.ts';
import type { Fit, Ground } from '../../access/policy.ts';
import type { Simulation } from '../../access/simulation.ts';
import type { AccessLine } from '../../app/access-log/line.ts';
import { unixMillis } from '../../base/time.ts';
import { printLine, printTable } from '../terminal.ts';

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
      String(fit.by.statement + 1),
      fit.effect,
      fit.by.policy === decides?.policy && fit.by.statement === decides.statement ? 'decides' : reasonOf(fit),
    ]),
  );
}

/** `statement 1 of ask, attached to the group deployers, allows it`. */
export function groundOf({ decision, through }: Verdict): string {
  if (!('by' in decision)) return 'no statement allows it (ImplicitDeny)';
  const { policy } = decision.by;
  const from = through.length === 0 ? '' : `, attached to ${through.map(targetText).join(' and ')},`;
  const says = decision.allowed ? 'allows it' : 'denies it (ExplicitDeny)';
  return policy === 'AccountOwner' ? 'the root owns the account' : `${statementText(decision.by)}${from} ${says}`;
}

/** People count statements from one; JSON, the log's lines and the API from zero. */
export function statementText({ policy, statement }: Ground): string {
  return `statement ${statement + 1} of ${policy}`;
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
