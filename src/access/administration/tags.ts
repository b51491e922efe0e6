// Tags of roles and custom policies: what a person or a program finds them again by.

import type { Tag } from '../events.ts';
import type { TagChange } from '../tag-state.ts';
import { type Administration, append, type Command, requireForm } from './command.ts';

/**
 * Changes the tags of all that are named, or of none.
 * @throws {InvalidName}
 * @throws {Refused} `does-not-exist` (role, policy), `limit-reached`
 */
export async function changeTags(
  command: Command & TagChange & { readonly of: 'role' | 'policy'; readonly names: readonly string[] },
  services: Administration,
): Promise<void> {
  const { of, names, put, removed } = command;
  requireTags(put);
  await append(command, { kind: 'access-tags-changed', of, names, put, removed }, services);
}

/** @throws {InvalidName} */
export function requireTags(tags: readonly Tag[] = []): void {
  for (const { key, value } of tags) {
    requireForm('tag', key, /^[^\p{Cc}]{1,128}$/u, 'a key of 1 to 128 printable characters');
    requireForm('tag', value, /^[^\p{Cc}]{0,256}$/u, 'a value of at most 256 printable characters');
  }
}
