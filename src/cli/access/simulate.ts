// `certitude access simulate`: who could do something, or whether one could, and the statement that decides.

import type { Command } from 'commander';
import { judge, type Verdict, whoMay } from '../../access/explain.ts';
import { systemClock } from '../../base/time.ts';
import type { Environment } from '../connection.ts';
import { UsageError } from '../failure.ts';
import { type InStore, inAccount, storeCommand as leaf, type StoreOptions, show } from '../in-store.ts';
import { readContext } from './simulated-context.ts';

interface SimulateOptions extends StoreOptions {
  readonly action: string;
  readonly resource: string;
  readonly user?: string;
  readonly role?: string;
  readonly context?: readonly string[];
}

export function addSimulateCommand(access: Command, environment: Environment): void {
  leaf(access, 'simulate', 'tell who may do something, by the evaluator that judges calls')
    .requiredOption('--action <action>', 'as yundun-cert:CreateRevokeClientCertificate')
    .option('--resource <arn>', 'ARN of what it is done to; * for all of the product', '*')
    .option('--user <name>', 'only this user')
    .option('--role <name>', 'only sessions of this role')
    .option('--context <key=value...>', 'what conditions ask about, as acs:SourceIp=192.0.2.1')
    .action((options: SimulateOptions) =>
      inAccount(environment, options, async (context) =>
        show(options, verdicts(context, options), ['principal', 'decision', 'by', 'attached to'], (verdict) => [
          verdict.arn,
          decisionOf(verdict),
          groundOf(verdict),
          verdict.through.map((target) => Object.entries(target).flat().join(' ')).join(', '),
        ]),
      ),
    );
}

function verdicts({ opened: { directory }, account }: InStore, options: SimulateOptions): readonly Verdict[] {
  const { action, resource, user: userName, role: roleName } = options;
  const context = readContext(options.context ?? [], systemClock.now());
  const asked = { action, resource, context };
  if (userName === undefined && roleName === undefined) return whoMay(directory, account, asked);
  const found: Verdict[] = [];
  if (userName !== undefined) {
    const user = directory.user(account, userName);
    if (user === undefined) throw new UsageError(`There is no user ${userName}.`);
    found.push(judge(directory, { kind: 'user', account, name: user.name, userId: user.userId }, asked));
  }
  if (roleName !== undefined) {
    const role = directory.role(account, roleName);
    if (role === undefined) throw new UsageError(`There is no role ${roleName}.`);
    const { roleId } = role;
    const session = { role: roleName, roleId, session: 'simulated', expires: context.currentTime };
    found.push(judge(directory, { kind: 'assumed-role', account, ...session }, asked));
  }
  return found;
}

function decisionOf({ decision }: Verdict): string {
  return decision.allowed ? 'allowed' : decision.denial;
}

function groundOf({ decision }: Verdict): string {
  return 'by' in decision ? `${decision.by.policy}, Statement[${decision.by.statement}]` : '';
}
