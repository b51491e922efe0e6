// `certitude access user …`

import type { Command } from 'commander';
import { createUser, deleteUser, updateUser } from '../../access/administration/users.ts';
import type { UserDetails } from '../../access/events.ts';
import type { Environment } from '../connection.ts';
import { commandIn, inAccount, storeCommand as leaf, report, type StoreOptions, show } from '../in-store.ts';

type DetailOptions = StoreOptions & UserDetails;

export function addUserCommands(access: Command, environment: Environment): void {
  const user = access.command('user').description('Users: what a policy does not allow them, they may not do.');
  withDetails(leaf(user, 'create <name>', 'make a user')).action((name: string, options: DetailOptions) =>
    inAccount(environment, options, async (context) => {
      const command = { ...detailsOf(options), ...commandIn(context), user: name };
      const userId = await createUser(command, context.opened.administration);
      report(
        options,
        { user: name, userId },
        `The user ${name} (${userId}) can do nothing yet: attach a policy, create a key.`,
      );
    }),
  );
  withDetails(leaf(user, 'update <name>', 'rename a user or change its details; an empty text takes one away'))
    .option('--new-name <name>', 'keys, groups and policies stay')
    .action((name: string, options: DetailOptions & { readonly newName?: string }) =>
      inAccount(environment, options, async (context) => {
        const { newName } = options;
        const renamed = newName === undefined ? {} : { newName };
        const command = { ...detailsOf(options), ...renamed, ...commandIn(context), user: name };
        await updateUser(command, context.opened.administration);
        report(options, { user: newName ?? name }, `The user ${newName ?? name} is changed.`);
      }),
    );
  leaf(user, 'delete <name>', 'delete a user without keys, policies, groups, password and MFA device').action(
    (name: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        await deleteUser({ ...commandIn(context), user: name }, context.opened.administration);
        report(options, { deleted: name }, `The user ${name} is deleted.`);
      }),
  );
  leaf(user, 'list', 'list users, their groups and what is attached to them').action((options: StoreOptions) =>
    inAccount(environment, options, async ({ opened: { directory }, account }) => {
      const users = directory.users(account).map((each) => ({
        ...each,
        groups: directory.groupsOf(account, each.name).map(({ group }) => group),
        policies: directory.attachedTo(account, { user: each.name }).map(({ policy }) => policy),
      }));
      show(options, users, ['user', 'id', 'groups', 'policies'], ({ name, userId, groups, policies }) => [
        name,
        userId,
        groups.join(', '),
        policies.join(', '),
      ]);
    }),
  );
}

function withDetails(command: Command): Command {
  return command
    .option('--display-name <text>', 'name as people know it')
    .option('--email <address>', 'email address')
    .option('--mobile-phone <number>', 'as 86-18688880000')
    .option('--comments <text>', 'what else there is to say');
}

function detailsOf({ displayName, email, mobilePhone, comments }: UserDetails): UserDetails {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { email }),
    ...(mobilePhone !== undefined && { mobilePhone }),
    ...(comments !== undefined && { comments }),
  };
}
