// Accounts: made by the operator; their alias and what they ask of passwords.

import type { AccountId, Actor } from '../../base/journal-entry.ts';
import { type PasswordPolicy, policyProblem } from '../password-policy.ts';
import { preferenceProblem, type SecurityPreference } from '../security-preference.ts';
import { type Administration, append, type Command, InvalidName, randomNumber, requireForm } from './command.ts';

/**
 * @returns the number of the new account: sixteen random digits, so that it tells nothing of how many there are.
 * @throws {InvalidName}
 */
export async function createAccount(
  { actor, name }: { readonly actor: Actor; readonly name: string },
  services: Administration,
): Promise<AccountId> {
  if (!/^[^\p{C}]{1,64}$/u.test(name) || name.trim() !== name) {
    throw new InvalidName('account name', '1 to 64 printable characters, no blank at either end');
  }
  const account = randomNumber(16, services.randomBytes) as AccountId;
  await append({ actor, account }, { kind: 'account-created', name }, services);
  return account;
}

/** @throws {InvalidName} @throws {Refused} `already-exists`: another account has this alias. */
export async function setAccountAlias(
  command: Command & { readonly alias: string },
  services: Administration,
): Promise<void> {
  const { alias } = command;
  const rule = '3 to 64 lower-case letters, digits and single hyphens between them';
  requireForm('account alias', alias, /^(?=.{3,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, rule);
  await append(command, { kind: 'account-alias-set', alias }, services);
}

/** @throws {Refused} `does-not-exist`: the account has no alias. */
export async function clearAccountAlias(command: Command, services: Administration): Promise<void> {
  await append(command, { kind: 'account-alias-set' }, services);
}

/**
 * Limits how often the account may call; holds from the next call on.
 * @param command `action` as policies write it, or `*`; that there is such an operation is for the caller to know.
 * @throws {InvalidName}
 */
export async function setCallLimit(
  command: Command & { readonly action: string; readonly callsPerSecond?: number },
  services: Administration,
): Promise<void> {
  const { action, callsPerSecond } = command;
  const isNumber = callsPerSecond === undefined || Number.isInteger(callsPerSecond);
  if (!isNumber || (callsPerSecond ?? 0) < 0 || (callsPerSecond ?? 0) > mostCallsPerSecond)
    throw new InvalidName('calls a second', `a whole number from 0 to ${mostCallsPerSecond}`);
  const limit = callsPerSecond === undefined ? {} : { callsPerSecond };
  await append(command, { kind: 'call-limit-set', action, ...limit }, services);
}

/** Beyond what one process serves; a larger number means "no limit", which is 0. */
export const mostCallsPerSecond = 100_000;

/** Holds for passwords that are set from now on. @throws {InvalidName} */
export async function setPasswordPolicy(
  command: Command & { readonly policy: PasswordPolicy },
  services: Administration,
): Promise<void> {
  const { policy } = command;
  const problem = policyProblem(policy);
  if (problem !== undefined) throw new InvalidName('password policy', problem);
  await append(command, { kind: 'password-policy-set', policy }, services);
}

/** @throws {InvalidName} */
export async function setSecurityPreference(
  command: Command & { readonly preference: SecurityPreference },
  services: Administration,
): Promise<void> {
  const { preference } = command;
  const problem = preferenceProblem(preference);
  if (problem !== undefined) throw new InvalidName('security preference', problem);
  await append(command, { kind: 'security-preference-set', preference }, services);
}
