// Users: made, described, renamed and deleted.

import type { UserDetails } from '../events.ts';
import { type Administration, append, type Command, randomNumber, requireForm, textOf } from './command.ts';

/**
 * @returns the user's id: eighteen random digits. A user created later under the same name has another.
 * @throws {InvalidName}
 * @throws {Refused} `already-exists`, `does-not-exist` (account), `limit-reached`
 */
export async function createUser(
  command: Command & { readonly user: string } & UserDetails,
  services: Administration,
): Promise<string> {
  const { user } = command;
  requireUserName(user);
  const details = checkedDetails(command);
  const userId = randomNumber(18, services.randomBytes);
  await append(command, { kind: 'user-created', user, userId, ...details }, services);
  return userId;
}

/**
 * Changes what is given; an empty text takes a detail away. A renamed user keeps its id, keys, groups and policies; a
 * trust policy that names it by its old name does not mean it any more.
 * @throws {InvalidName}
 * @throws {Refused} `does-not-exist`, `already-exists` (the new name)
 */
export async function updateUser(
  command: Command & { readonly user: string; readonly newName?: string } & UserDetails,
  services: Administration,
): Promise<void> {
  const { user, newName } = command;
  requireUserName(newName);
  const details = checkedDetails(command);
  await append(
    command,
    { kind: 'user-updated', user, ...(newName !== undefined && { newName }), ...details },
    services,
  );
}

/** @throws {Refused} `does-not-exist`, `still-in-use` (access keys, policies, groups, a login profile, an MFA device) */
export async function deleteUser(
  command: Command & { readonly user: string },
  services: Administration,
): Promise<void> {
  await append(command, { kind: 'user-deleted', user: command.user }, services);
}

function requireUserName(name: string | undefined): void {
  const rule = '1 to 64 letters, digits, points, underscores and hyphens';
  requireForm('user name', name, /^[A-Za-z0-9._-]{1,64}$/, rule);
}

function checkedDetails({ displayName, email, mobilePhone, comments }: UserDetails): UserDetails {
  const text = textOf({ most: 128 });
  requireForm('display name', displayName, text.form, text.rule);
  requireForm('comments', comments, text.form, text.rule);
  requireForm('email address', email, /^(?:[^\p{C}\s@]{1,64}@[^\p{C}\s@]{1,63})?$/u, 'a name, an at sign and a domain');
  requireForm(
    'mobile phone',
    mobilePhone,
    /^(?:\d{1,4}-\d{4,20})?$/,
    '<country code>-<number>, such as 86-18688880000',
  );
  return {
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { email }),
    ...(mobilePhone !== undefined && { mobilePhone }),
    ...(comments !== undefined && { comments }),
  };
}
