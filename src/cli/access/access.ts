// `certitude access …`: who may call, in the store itself. A running service follows at once. Each noun has a file of its own.

import type { Command } from 'commander';
import type { Environment } from '../connection.ts';
import { addAccountCommands } from './account.ts';
import { addAttachmentCommands } from './attachment.ts';
import { addGroupCommands } from './group.ts';
import { addKeyCommands } from './key.ts';
import { addLoginCommands } from './login.ts';
import { addPolicyCommands } from './policy.ts';
import { addRoleCommands } from './role.ts';
import { addSimulateCommand } from './simulate.ts';
import { addUserCommands } from './user.ts';

export function addAccessCommand(program: Command, environment: Environment): void {
  const access = program
    .command('access')
    .summary('accounts, users, groups, roles, access keys and policies')
    .description(
      'Administers who may call: accounts, their users, groups, roles, access keys and policies. Works beside a running service.',
    );
  addAccountCommands(access, environment);
  addUserCommands(access, environment);
  addGroupCommands(access, environment);
  addRoleCommands(access, environment);
  addKeyCommands(access, environment);
  addLoginCommands(access, environment);
  addPolicyCommands(access, environment);
  addAttachmentCommands(access, environment);
  addSimulateCommand(access, environment);
}
