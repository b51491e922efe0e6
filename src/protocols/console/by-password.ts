// Signing in with a user's name and password, and a code of its MFA device where it has one.

import type { Directory } from '../../access/directory.ts';
import type { FailedAttempts } from '../../access/failed-attempts.ts';
import { isWithin, parseAddress, parseRange } from '../../access/ip-range.ts';
import type { LastUses } from '../../access/last-use.ts';
import { signInSubject } from '../../access/last-use.ts';
import { findLogon, type KnownLogon, knownLogon, type Logon } from '../../access/logon.ts';
import { lastCodeStep, useUpCode } from '../../access/mfa-codes.ts';
import { verifyPassword } from '../../access/password.ts';
import { defaultPasswordPolicy } from '../../access/password-policy.ts';
import { verifyTotp } from '../../access/totp.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import type { Clock, UnixMillis } from '../../base/time.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { ConsoleError } from './replies.ts';
import { passwordSignInBody, readBody } from './request-body.ts';
import type { Identity, Owed } from './sessions.ts';
import { limited, openSession, type SignInServices } from './signing-in.ts';

export interface PasswordSignInServices extends SignInServices {
  readonly directory: Directory;
  readonly lastUses: Pick<LastUses, 'note' | 'of' | 'flush'>;
  readonly clock: Clock;
  /** By user id, or by the name given where there is no such user: the password policy says how many. */
  readonly wrongPasswords: FailedAttempts;
  /** Of codes, by user: whoever tries these knows the password. */
  readonly failedCodes: FailedAttempts;
}

const dayMillis = 86_400_000;

/**
 * @throws {ConsoleError} the same, and after the same time, for a name there is not, one that cannot sign in, another
 *   password, and an address the account does not let its users in from. Only to whoever knows the password it tells more:
 *   that a code is asked for, or that the password has expired.
 */
export async function signInByPassword(request: EdgeRequest, services: PasswordSignInServices): Promise<EdgeReply> {
  const { userName, password, code } = readBody(request, passwordSignInBody);
  const { directory, wrongPasswords } = services;
  const logon = findLogon(userName.trim(), directory);
  const policy = logon ? directory.passwordPolicy(logon.account) : defaultPasswordPolicy;
  const counted = {
    failed: wrongPasswords,
    name: (logon && directory.user(logon.account, logon.name)?.userId) ?? nobodyBy(logon, userName),
    limit: policy.maxLoginAttempts,
  };
  const known = await limited(request, counted, services, async () => {
    const found = logon && knownLogon(logon, directory);
    const hash = logon && directory.passwordHash(logon.account, logon.name);
    const isRight = await verifyPassword(password, hash);
    return isRight && found && isLetInFrom(request.sourceAddress(), logon.account, directory) ? found : undefined;
  });
  if (!logon || !known) {
    throw new ConsoleError(401, 'SignInRefused', 'There is no user with this name and password who may sign in here.');
  }
  const { account } = logon;
  const isExpired = passwordIsTooOld(known, policy.maxPasswordAge, services.clock);
  if (isExpired && policy.hardExpiry) {
    throw new ConsoleError(
      403,
      'PasswordExpired',
      'The password has expired; an administrator has to set another one.',
    );
  }
  const device = directory.mfaDeviceOf(account, known.user.name)?.name;
  if (device !== undefined) await checkCode(request, { account, known, device, code }, services);
  const { userId } = known.user;
  services.lastUses.note({ subject: signInSubject(userId), at: services.clock.now(), service: 'console' });
  const { passwordChangedAt } = known.login;
  return openSession(request, identityOf({ account, userId, passwordChangedAt, device }, services), services);
}

/** What is tried with names of nobody counts by: no user's id, for that has no slash. */
function nobodyBy(logon: Logon | undefined, userName: string): string {
  return logon ? `${logon.account}/${logon.name}` : `/${userName.trim()}`;
}

interface Proven {
  readonly account: AccountId;
  readonly userId: string;
  /** Of the password that was proven: while that takes its time, another may come in its place. */
  readonly passwordChangedAt: UnixMillis;
  /** Whose code was given. */
  readonly device: string | undefined;
}

/** A user by its password: for as long as it has this password and the device it gave a code of. */
export function identityOf(
  { account, userId, passwordChangedAt, device }: Proven,
  { directory, clock }: Pick<PasswordSignInServices, 'directory' | 'clock'>,
): Identity {
  const now = findById(account, userId, directory);
  const standing = (): KnownLogon | undefined => {
    const known = findById(account, userId, directory);
    if (!known || known.login.passwordChangedAt !== passwordChangedAt) return undefined;
    const isStillBound = directory.mfaDeviceOf(account, known.user.name)?.name === device;
    return device === undefined || isStillBound ? known : undefined;
  };
  // Both are asked of a user "when it signs in next", so what is asked later does not come over a session.
  const hasToChange =
    now !== undefined &&
    (now.login.passwordResetRequired || passwordIsTooOld(now, directory.passwordPolicy(account).maxPasswordAge, clock));
  const hasToBind = now?.login.mfaBindRequired === true && device === undefined;
  const owes: Owed | undefined = hasToChange ? 'change-password' : hasToBind ? 'bind-mfa-device' : undefined;
  return {
    caller: () => {
      const known = standing();
      if (!known) return undefined;
      const principal = { kind: 'user', account, name: known.user.name, userId } as const;
      return { account, principal, mfaPresent: device !== undefined };
    },
    mostSeconds: directory.securityPreference(account).loginSessionHours * 3600,
    ...(owes && { owes }),
  };
}

/** By its id, for its name may have changed. */
function findById(account: AccountId, userId: string, directory: Directory): KnownLogon | undefined {
  const user = directory.users(account).find((each) => each.userId === userId);
  return user && knownLogon({ account, name: user.name }, directory);
}

function passwordIsTooOld({ login }: KnownLogon, mostDays: number, clock: Clock): boolean {
  return mostDays > 0 && clock.now() - login.passwordChangedAt >= mostDays * dayMillis;
}

function isLetInFrom(sourceAddress: string, account: AccountId, directory: Directory): boolean {
  const { loginNetworks } = directory.securityPreference(account);
  if (loginNetworks.length === 0) return true;
  const address = parseAddress(sourceAddress);
  return (
    address !== undefined &&
    loginNetworks.some((network) => {
      const range = parseRange(network);
      return range !== undefined && isWithin(address, range);
    })
  );
}

interface GivenCode {
  readonly account: AccountId;
  readonly known: KnownLogon;
  readonly device: string;
  readonly code: string | undefined;
}

async function checkCode(
  request: EdgeRequest,
  { account, known, device, code }: GivenCode,
  services: PasswordSignInServices,
): Promise<void> {
  if (code === undefined) throw new ConsoleError(401, 'MfaCodeRequired', 'A code of the MFA device is needed as well.');
  const counted = { failed: services.failedCodes, name: known.user.userId };
  const step = await limited(request, counted, services, () => takeCode({ account, device, code }, services));
  if (step === undefined) {
    throw new ConsoleError(
      401,
      'MfaCodeRefused',
      'The code is not one of now, or it was used before; wait for another.',
    );
  }
}

/** @returns the step of the code, which is used up by that; `undefined` if it is none. */
async function takeCode(
  { account, device, code }: { readonly account: AccountId; readonly device: string; readonly code: string },
  { directory, lastUses, clock }: PasswordSignInServices,
): Promise<number | undefined> {
  const seed = directory.mfaSeed(account, device);
  const now = clock.now();
  const after = lastCodeStep({ account, device }, lastUses);
  const step = seed && verifyTotp(seed, { code, now, ...(after !== undefined && { after }) });
  if (step !== undefined) await useUpCode({ account, device }, { step, service: 'console', now }, lastUses);
  return step;
}
