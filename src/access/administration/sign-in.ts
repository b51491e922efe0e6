// What lets a user sign in to the console: a password, and a virtual MFA device (RFC 6238) as second factor.

import type { RandomBytes } from '../../base/bytes.ts';
import { hashPassword } from '../password.ts';
import { type PasswordPolicy, passwordProblem } from '../password-policy.ts';
import { type Administration, append, type Command, InvalidName, randomSecretId, requireForm } from './command.ts';

interface LoginDemands {
  readonly user: string;
  /** Whether the user has to choose another password when it signs in next. */
  readonly passwordResetRequired: boolean;
  /** Whether the user has to bind an MFA device when it signs in next. */
  readonly mfaBindRequired: boolean;
  /** What the account asks of passwords, as the directory knows it. */
  readonly policy: PasswordPolicy;
}

/**
 * Lets a user sign in.
 * @throws {InvalidName} `password`, saying what it lacks.
 * @throws {Refused} `does-not-exist` (user), `already-exists` (login profile)
 */
export function createLoginProfile(
  command: Command & LoginDemands & { readonly password: string },
  services: Administration,
): Promise<void> {
  return writeLoginProfile({ ...command, isNew: true }, services);
}

/**
 * Changes how a user signs in; without `password` it stays as it is.
 * @throws {InvalidName} `password`, saying what it lacks.
 * @throws {Refused} `does-not-exist` (user, login profile)
 */
export function updateLoginProfile(
  command: Command & LoginDemands & { readonly password?: string },
  services: Administration,
): Promise<void> {
  return writeLoginProfile({ ...command, isNew: false }, services);
}

async function writeLoginProfile(
  command: Command & LoginDemands & { readonly password?: string; readonly isNew: boolean },
  services: Administration,
): Promise<void> {
  const { user, password, policy, passwordResetRequired, mfaBindRequired, isNew } = command;
  const demands = { kind: 'login-profile-written', user, isNew, passwordResetRequired, mfaBindRequired } as const;
  if (password === undefined) {
    await append(command, demands, services);
    return;
  }
  const problem = passwordProblem(password, user, policy);
  if (problem !== undefined) throw new InvalidName('password', problem);
  const hash = await hashPassword(password, services.randomBytes);
  const secretId = randomSecretId(services.randomBytes);
  await append(command, { ...demands, secretId }, services, hash);
}

/** Erases the password as well. @throws {Refused} `does-not-exist` */
export async function deleteLoginProfile(
  command: Command & { readonly user: string },
  services: Administration,
): Promise<void> {
  await append(command, { kind: 'login-profile-deleted', user: command.user }, services);
}

/**
 * @param command `seed` where its holder was shown it before.
 * @returns the seed, to be shown once.
 * @throws {InvalidName}
 * @throws {Refused} `already-exists`, `limit-reached`
 */
export async function createMfaDevice(
  command: Command & { readonly device: string; readonly seed?: Uint8Array },
  services: Administration,
): Promise<Uint8Array> {
  const { device, seed = newMfaSeed(services.randomBytes) } = command;
  requireForm(
    'MFA device name',
    device,
    /^[A-Za-z0-9._-]{1,64}$/,
    '1 to 64 letters, digits, points, underscores and hyphens',
  );
  const secretId = randomSecretId(services.randomBytes);
  await append(command, { kind: 'mfa-device-created', device, secretId }, services, seed);
  return seed;
}

/** 20 octets (RFC 4226 §4 R6). */
export function newMfaSeed(randomBytes: RandomBytes): Uint8Array {
  return randomBytes(20);
}

type Binding = Command & { readonly device: string; readonly user: string };

/**
 * The caller has checked two codes of the device one after the other (`verifyTotp`).
 * @throws {Refused} `does-not-exist` (device, user), `still-in-use` (the device), `limit-reached` (the user has one)
 */
export async function bindMfaDevice(command: Binding, services: Administration): Promise<void> {
  const { device, user } = command;
  await append(command, { kind: 'mfa-device-bound', device, user }, services);
}

/** @throws {Refused} `does-not-exist`: no such device is bound to the user. */
export async function unbindMfaDevice(command: Binding, services: Administration): Promise<void> {
  const { device, user } = command;
  await append(command, { kind: 'mfa-device-unbound', device, user }, services);
}

/** Erases the seed as well. @throws {Refused} `does-not-exist`, `still-in-use` (bound to a user) */
export async function deleteMfaDevice(
  command: Command & { readonly device: string },
  services: Administration,
): Promise<void> {
  await append(command, { kind: 'mfa-device-deleted', device: command.device }, services);
}
