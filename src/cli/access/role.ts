// `certitude access role …`

import { type Command, InvalidArgumentError } from 'commander';
import { createRole, deleteRole, updateRole } from '../../access/administration/roles.ts';
import { trustOfAccount } from '../../access/trust-policy.ts';
import type { Environment } from '../connection.ts';
import { commandIn, inAccount, storeCommand as leaf, report, type StoreOptions, show } from '../in-store.ts';
import { readText } from '../input.ts';

interface RoleOptions extends StoreOptions {
  readonly trust?: string;
  readonly description?: string;
  readonly maxSession?: number;
}

export function addRoleCommands(access: Command, environment: Environment): void {
  const role = access.command('role').description('Roles: whom the trust policy names may assume them for a while.');
  withSettings(leaf(role, 'create <name>', 'make a role; without --trust the whole account is trusted')).action(
    (name: string, options: RoleOptions) =>
      inAccount(environment, options, async (context) => {
        const { trustPolicy = trustOfAccount(context.account), ...settings } = await settingsOf(options);
        const command = { ...commandIn(context), role: name, trustPolicy, ...settings };
        const roleId = await createRole(command, context.opened.administration);
        report(options, { role: name, roleId }, `The role ${name} (${roleId}) may do nothing yet: attach a policy.`);
      }),
  );
  withSettings(leaf(role, 'update <name>', 'change what is given')).action((name: string, options: RoleOptions) =>
    inAccount(environment, options, async (context) => {
      const command = { ...commandIn(context), role: name, ...(await settingsOf(options)) };
      await updateRole(command, context.opened.administration);
      report(options, { role: name }, `The role ${name} is changed.`);
    }),
  );
  leaf(role, 'delete <name>', 'delete a role without policies; its sessions may do nothing from then on').action(
    (name: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        await deleteRole({ ...commandIn(context), role: name }, context.opened.administration);
        report(options, { deleted: name }, `The role ${name} is deleted.`);
      }),
  );
  leaf(role, 'list', 'list roles, whom they trust and what is attached to them').action((options: StoreOptions) =>
    inAccount(environment, options, async ({ opened: { directory }, account }) => {
      const roles = directory.roles(account).map((each) => ({
        ...each,
        policies: directory.attachedTo(account, { role: each.name }).map(({ policy }) => policy),
      }));
      show(
        options,
        roles,
        ['role', 'session', 'policies', 'trust policy'],
        ({ name, maxSessionDuration, policies, trustPolicy }) => [
          name,
          `${maxSessionDuration} s`,
          policies.join(', '),
          trustPolicy.replace(/\s+/g, ' '),
        ],
      );
    }),
  );
}

function withSettings(command: Command): Command {
  return command
    .option('--trust <file>', 'trust policy (- for standard input)')
    .option('--description <text>', 'what it is for')
    .option('--max-session <seconds>', 'longest session, 3600 to 43200; 3600 unless told', parseSeconds);
}

async function settingsOf({ trust, description, maxSession }: RoleOptions) {
  return {
    ...(trust !== undefined && { trustPolicy: await readText(trust) }),
    ...(description !== undefined && { description }),
    ...(maxSession !== undefined && { maxSessionDuration: maxSession }),
  };
}

function parseSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.');
  return Number(text);
}
