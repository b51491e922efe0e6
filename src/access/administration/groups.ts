// Groups: what is attached to a group holds for its members.

import { type Administration, append, type Command, randomNumber, requireForm, textOf } from './command.ts';

/**
 * @returns the group's id.
 * @throws {InvalidName}
 * @throws {Refused} `already-exists`, `limit-reached`
 */
export async function createGroup(
  command: Command & { readonly group: string; readonly comments?: string },
  services: Administration,
): Promise<string> {
  const { group, comments } = command;
  requireGroupName(group);
  requireComments(comments);
  const groupId = `g-${randomNumber(16, services.randomBytes)}`;
  const more = comments === undefined ? {} : { comments };
  await append(command, { kind: 'group-created', group, groupId, ...more }, services);
  return groupId;
}

/**
 * Changes what is given; a renamed group keeps its members and policies.
 * @throws {InvalidName}
 * @throws {Refused} `does-not-exist`, `already-exists` (the new name)
 */
export async function updateGroup(
  command: Command & { readonly group: string; readonly newName?: string; readonly comments?: string },
  services: Administration,
): Promise<void> {
  const { group, newName, comments } = command;
  requireGroupName(newName);
  requireComments(comments);
  const more = { ...(newName !== undefined && { newName }), ...(comments !== undefined && { comments }) };
  await append(command, { kind: 'group-updated', group, ...more }, services);
}

/** @throws {Refused} `does-not-exist`, `still-in-use` (members, policies) */
export async function deleteGroup(
  command: Command & { readonly group: string },
  services: Administration,
): Promise<void> {
  await append(command, { kind: 'group-deleted', group: command.group }, services);
}

type Membership = Command & { readonly group: string; readonly user: string };

/** @throws {Refused} `does-not-exist` (group, user), `already-exists`, `limit-reached` (groups of the user) */
export async function addGroupMember(command: Membership, services: Administration): Promise<void> {
  const { group, user } = command;
  await append(command, { kind: 'group-member-added', group, user }, services);
}

/** @throws {Refused} `does-not-exist` (group, user, membership) */
export async function removeGroupMember(command: Membership, services: Administration): Promise<void> {
  const { group, user } = command;
  await append(command, { kind: 'group-member-removed', group, user }, services);
}

function requireGroupName(name: string | undefined): void {
  requireForm('group name', name, /^[A-Za-z0-9.-]{1,64}$/, '1 to 64 letters, digits, points and hyphens');
}

function requireComments(comments: string | undefined): void {
  const { form, rule } = textOf({ most: 128 });
  requireForm('comments', comments, form, rule);
}
