// `certitude access group …`

import type { Command } from 'commander';
import {
  addGroupMember,
  createGroup,
  deleteGroup,
  removeGroupMember,
  updateGroup,
} from '../../access/administration/groups.ts';
import type { Environment } from '../connection.ts';
import { commandIn, inAccount, storeCommand as leaf, report, type StoreOptions, show } from '../in-store.ts';

interface GroupOptions extends StoreOptions {
  readonly comments?: string;
  readonly newName?: string;
}

export function addGroupCommands(access: Command, environment: Environment): void {
  const group = access.command('group').description('Groups: a policy attached to a group holds for its members.');
  leaf(group, 'create <name>', 'make a group')
    .option('--comments <text>', 'what it is for')
    .action((name: string, options: GroupOptions) =>
      inAccount(environment, options, async (context) => {
        const { comments } = options;
        const command = { ...commandIn(context), group: name, ...(comments !== undefined && { comments }) };
        const groupId = await createGroup(command, context.opened.administration);
        report(options, { group: name, groupId }, `The group ${name} has no members and no policies yet.`);
      }),
    );
  leaf(group, 'update <name>', 'rename a group or change its comments; an empty text takes them away')
    .option('--new-name <name>', 'members and policies stay')
    .option('--comments <text>', 'what it is for')
    .action((name: string, options: GroupOptions) =>
      inAccount(environment, options, async (context) => {
        const { comments, newName } = options;
        const changes = { ...(comments !== undefined && { comments }), ...(newName !== undefined && { newName }) };
        await updateGroup({ ...commandIn(context), group: name, ...changes }, context.opened.administration);
        report(options, { group: newName ?? name }, `The group ${newName ?? name} is changed.`);
      }),
    );
  leaf(group, 'delete <name>', 'delete a group without members and policies').action(
    (name: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        await deleteGroup({ ...commandIn(context), group: name }, context.opened.administration);
        report(options, { deleted: name }, `The group ${name} is deleted.`);
      }),
  );
  for (const [verb, change, done] of [
    ['add', addGroupMember, 'is in'],
    ['remove', removeGroupMember, 'is no longer in'],
  ] as const) {
    leaf(group, `${verb} <group> <user>`, `${verb} a member`).action(
      (name: string, user: string, options: StoreOptions) =>
        inAccount(environment, options, async (context) => {
          await change({ ...commandIn(context), group: name, user }, context.opened.administration);
          report(options, { group: name, user }, `The user ${user} ${done} the group ${name}.`);
        }),
    );
  }
  leaf(group, 'list', 'list groups, their members and what is attached to them').action((options: StoreOptions) =>
    inAccount(environment, options, async ({ opened: { directory }, account }) => {
      const groups = directory.groups(account).map((each) => ({
        ...each,
        members: directory.membersOf(account, each.name).map(({ user }) => user),
        policies: directory.attachedTo(account, { group: each.name }).map(({ policy }) => policy),
      }));
      show(options, groups, ['group', 'members', 'policies'], ({ name, members, policies }) => [
        name,
        members.join(', '),
        policies.join(', '),
      ]);
    }),
  );
}
