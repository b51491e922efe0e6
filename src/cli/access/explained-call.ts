// "Why was this call refused?", answered from its line in the access log and the policies there are now.

import type { Directory } from '../../access/directory.ts';
import type { Ground } from '../../access/policy.ts';
import { findPrincipal, nameOf, type Simulation, simulate, simulationJson } from '../../access/simulation.ts';
import type { AccessLine } from '../../app/access-log/line.ts';
import { products } from '../../protocols/rpc/catalog.ts';
import { gatewayErrors } from '../../protocols/rpc/errors.ts';
import { exitStatus } from '../exit-status.ts';
import { printJson, printLine } from '../terminal.ts';
import { factsOf, printSimulation, statementText } from './simulation.ts';

/** The exit status is that of `access simulate` where policies decide. */
export function explainCall(line: AccessLine, directory: Directory, json: boolean): void {
  const now = simulateNow(line, directory);
  if (json) printJson({ line, cause: causeOf(line), ...(now && { now: simulationJson(now) }) });
  else {
    printLine(
      `${line.time}  ${line.action ?? 'no operation'} from ${line.source}: ${line.status} ${line.code ?? 'OK'}`,
    );
    printLine(causeOf(line));
    if (now) tellNow(line, now);
  }
  if (now && !now.verdict.decision.allowed) process.exitCode = exitStatus.denied;
}

function simulateNow(line: AccessLine, directory: Directory): Simulation | undefined {
  const { principal: arn, product, action, resource } = line;
  const principal = arn === undefined ? undefined : findPrincipal(directory, arn);
  const { ramCode } = products.find(({ code }) => code === product) ?? {};
  if (!principal || ramCode === undefined || action === undefined || resource === undefined) return undefined;
  return simulate(directory, principal, { action: `${ramCode}:${action}`, resource, context: factsOf(line) });
}

function tellNow(line: AccessLine, now: Simulation): void {
  const present = nameOf(now.verdict.decision);
  printLine(
    present === line.decision
      ? '\nBy the policies as they are now it would be the same:'
      : `\nThe policies have changed since, or asked for what the log does not keep (tags, the policy of a session): now it would be ${present}.`,
  );
  printSimulation(now);
}

function causeOf(line: AccessLine): string {
  const { code, decision, policy = '', statement = 0, principal, accessKeyId } = line;
  if (decision === 'ExplicitDeny') return `It was denied to ${principal} by ${statementText({ policy, statement })}.`;
  if (decision === 'ImplicitDeny') return `No statement of a policy of ${principal} allowed it.`;
  if (code === undefined) return `It was answered; ${groundOfAnswer({ policy, statement })}.`;
  const who =
    principal ?? (accessKeyId === undefined ? 'nobody' : `the access key ${accessKeyId}, which was not proven`);
  const words = Object.hasOwn(gatewayErrors, code)
    ? gatewayErrors[code as keyof typeof gatewayErrors].message
    : 'The operation itself refused it: see the error codes of the operation.';
  return `${decision === 'Allow' ? 'Policies allowed it' : 'It did not come to policies'}; it was called by ${who}. ${words}`;
}

function groundOfAnswer(by: Ground): string {
  if (by.policy === 'AccountOwner') return 'the root owns the account';
  return by.policy === 'OpenToAll' ? 'everybody may call it' : `${statementText(by)} allowed it`;
}
