// `certitude access attach` and `detach`: policies and users, groups or roles.

import type { Command } from 'commander';
import { attachPolicy, detachPolicy } from '../../access/administration/policies.ts';
import type { Target } from '../../access/events.ts';
import type { Environment } from '../connection.ts';
import { UsageError } from '../failure.ts';
import { commandIn, inAccount, storeCommand as leaf, report, type StoreOptions } from '../in-store.ts';

interface TargetOptions extends StoreOptions {
  readonly group?: string;
  readonly role?: string;
}

export function addAttachmentCommands(access: Command, environment: Environment): void {
  for (const [verb, to, change, done] of [
    ['attach', 'to', attachPolicy, 'attached to'],
    ['detach', 'from', detachPolicy, 'detached from'],
  ] as const) {
    leaf(access, `${verb} <policy> [user]`, `${verb} a policy ${to} a user, a group or a role`)
      .option('--group <name>', `${to} this group`)
      .option('--role <name>', `${to} this role`)
      .action((policy: string, user: string | undefined, options: TargetOptions) =>
        inAccount(environment, options, async (context) => {
          const { target, name } = targetOf(user, options);
          await change({ ...commandIn(context), policy, ...target }, context.opened.administration);
          report(options, { policy, ...target }, `The policy ${policy} is ${done} ${name}.`);
        }),
      );
  }
}

/** @throws {UsageError} unless exactly one is named. */
function targetOf(
  user: string | undefined,
  { group, role }: TargetOptions,
): { readonly target: Target; readonly name: string } {
  const named: { readonly target: Target; readonly name: string }[] = [];
  if (user !== undefined) named.push({ target: { user }, name: user });
  if (group !== undefined) named.push({ target: { group }, name: `the group ${group}` });
  if (role !== undefined) named.push({ target: { role }, name: `the role ${role}` });
  const [only] = named;
  if (only === undefined || named.length > 1) throw new UsageError('Name one user, one --group or one --role.');
  return only;
}
