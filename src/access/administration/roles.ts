// Roles: who may assume one, and for how long.

import type { Tag } from '../events.ts';
import { sessionSeconds } from '../limits.ts';
import { parseTrustPolicy } from '../trust-policy.ts';
import {
  type Administration,
  append,
  type Command,
  InvalidName,
  randomNumber,
  requireForm,
  textOf,
} from './command.ts';
import { requireTags } from './tags.ts';

interface RoleSettings {
  /** Text of the trust policy. */
  readonly trustPolicy?: string;
  readonly description?: string;
  /** Seconds, 3600 to 43200. */
  readonly maxSessionDuration?: number;
}

/**
 * @returns the role's id. A role created later under the same name has another.
 * @throws {InvalidName}
 * @throws {PolicyError} for a trust policy that is not understood.
 * @throws {Refused} `already-exists`, `limit-reached`
 */
export async function createRole(
  command: Command &
    RoleSettings & { readonly role: string; readonly trustPolicy: string; readonly tags?: readonly Tag[] },
  services: Administration,
): Promise<string> {
  const { role, trustPolicy, description, tags, maxSessionDuration = sessionSeconds.shortestMaximum } = command;
  requireTags(tags);
  requireForm('role name', role, /^[A-Za-z0-9.-]{1,64}$/, '1 to 64 letters, digits, points and hyphens');
  checkSettings(command);
  const roleId = randomNumber(18, services.randomBytes);
  const more = { ...(description !== undefined && { description }), ...(tags !== undefined && { tags }) };
  await append(command, { kind: 'role-created', role, roleId, trustPolicy, maxSessionDuration, ...more }, services);
  return roleId;
}

/**
 * Changes what is given. Sessions go on; a new trust policy decides about new ones.
 * @throws {InvalidName} @throws {PolicyError} @throws {Refused} `does-not-exist`
 */
export async function updateRole(
  command: Command & RoleSettings & { readonly role: string },
  services: Administration,
): Promise<void> {
  const { role, trustPolicy, description, maxSessionDuration } = command;
  checkSettings(command);
  const changes = {
    ...(trustPolicy !== undefined && { trustPolicy }),
    ...(description !== undefined && { description }),
    ...(maxSessionDuration !== undefined && { maxSessionDuration }),
  };
  await append(command, { kind: 'role-updated', role, ...changes }, services);
}

/** Its sessions may do nothing from then on. @throws {Refused} `does-not-exist`, `still-in-use` (policies) */
export async function deleteRole(
  command: Command & { readonly role: string },
  services: Administration,
): Promise<void> {
  await append(command, { kind: 'role-deleted', role: command.role }, services);
}

function checkSettings({ trustPolicy, description, maxSessionDuration }: RoleSettings): void {
  const { form, rule } = textOf({ most: 1024 });
  requireForm('description', description, form, rule);
  const { shortestMaximum: least, longestMaximum: most } = sessionSeconds;
  if (
    maxSessionDuration !== undefined &&
    !(Number.isInteger(maxSessionDuration) && maxSessionDuration >= least && maxSessionDuration <= most)
  ) {
    throw new InvalidName('session duration', `a whole number of seconds from ${least} to ${most}`);
  }
  if (trustPolicy !== undefined) parseTrustPolicy(trustPolicy);
}
