// The JSON shapes that recur in a policy document: an object with members, and "one value or a list of them".

import { PolicyError, quoteName } from './policy-error.ts';

/**
 * The members of an object in the order written, at least one.
 * @throws {PolicyError}
 */
export function readMembers(written: unknown, at: string): [name: string, value: unknown][] {
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    throw new PolicyError(at, 'must be an object');
  const members = Object.entries(written);
  if (members.length === 0) throw new PolicyError(at, 'must not be empty');
  return members;
}

/**
 * The members of an object by name, none of them another than the known ones.
 * @param at path of the object; empty for the document itself.
 * @throws {PolicyError}
 */
export function readKnownMembers(written: unknown, at: string, known: readonly string[]): ReadonlyMap<string, unknown> {
  const members = new Map(readMembers(written, at === '' ? 'document' : at));
  for (const name of members.keys()) {
    if (known.includes(name)) continue;
    throw new PolicyError(
      at === '' ? quoteName(name) : `${at}.${quoteName(name)}`,
      'is not part of the policy language',
    );
  }
  return members;
}

/**
 * One value, or a list of at least one.
 * @throws {PolicyError}
 */
export function readValues(written: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(written)) return [written];
  if (written.length === 0) throw new PolicyError(at, 'must not be empty');
  return written;
}
