// What a user may have to do before anything else: choose another password, bind an MFA device.

import { type Administration, InvalidName } from '../../access/administration/command.ts';
import { bindMfaDevice, createMfaDevice, newMfaSeed, updateLoginProfile } from '../../access/administration/sign-in.ts';
import type { Directory } from '../../access/directory.ts';
import type { ListedLoginProfile, ListedMfaDevice } from '../../access/listed.ts';
import { useUpCode } from '../../access/mfa-codes.ts';
import { verifyPassword } from '../../access/password.ts';
import { arnOf, type Principal } from '../../access/principal.ts';
import { verifyTwoCodes } from '../../access/totp.ts';
import { Refused } from '../../base/refusal.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { enrolmentOf } from '../rpc/operations/ram/enrolment.ts';
import { identityOf, type PasswordSignInServices } from './by-password.ts';
import { ConsoleError, jsonReply } from './replies.ts';
import { newPasswordBody, noBody, readBody, twoCodesBody } from './request-body.ts';
import type { Owed, Session } from './sessions.ts';
import { openSession } from './signing-in.ts';

export interface OwedServices extends PasswordSignInServices {
  readonly administration: Administration;
}

/** @throws {ConsoleError} for a session that has to do something else first. */
export function requireNothingOwed({ owes }: Session): void {
  switch (owes) {
    case undefined:
      return;
    case 'change-password':
      throw new ConsoleError(403, 'PasswordChangeRequired', 'Choose another password first.');
    case 'bind-mfa-device':
      throw new ConsoleError(403, 'MfaDeviceRequired', 'Bind an MFA device first.');
  }
}

/** A new session follows: those with the password of before end. */
export async function changeOwedPassword(
  session: Session,
  request: EdgeRequest,
  services: OwedServices,
  requestId: string,
): Promise<EdgeReply> {
  const user = userWho('change-password', session);
  const { newPassword } = readBody(request, newPasswordBody);
  const { directory, administration } = services;
  const { account, name, userId } = user;
  const login = loginOf(user, directory);
  if (await verifyPassword(newPassword, directory.passwordHash(account, name))) {
    throw new ConsoleError(400, 'InvalidParameter.NewPassword', 'The new password must be another one.');
  }
  try {
    await updateLoginProfile(
      {
        account,
        actor: actorOf(user, request, requestId),
        user: name,
        password: newPassword,
        policy: directory.passwordPolicy(account),
        passwordResetRequired: false,
        mfaBindRequired: login.mfaBindRequired,
      },
      administration,
    );
  } catch (error) {
    if (!(error instanceof InvalidName)) throw error;
    throw new ConsoleError(400, 'InvalidParameter.NewPassword.TooWeak', `The password must have ${error.rule}.`);
  }
  const device = session.caller.mfaPresent ? directory.mfaDeviceOf(account, name)?.name : undefined;
  const { passwordChangedAt } = directory.loginProfile(account, name) ?? login;
  return openSession(request, identityOf({ account, userId, passwordChangedAt, device }, services), services);
}

/** The seed of a device that there is not yet; the session keeps it until two codes prove that it was taken up. */
export function offerMfaSeed(session: Session, request: EdgeRequest, { administration }: OwedServices): EdgeReply {
  const { account, name } = userWho('bind-mfa-device', session);
  readBody(request, noBody);
  session.enrolment.seed ??= newMfaSeed(administration.randomBytes);
  const { Base32StringSeed, QRCodePNG } = enrolmentOf(session.enrolment.seed, `${name}@${account}`);
  return jsonReply(200, { seed: Base32StringSeed, qrCode: QRCodePNG });
}

/** A new session follows, with the device as part of its proof. */
export async function bindOwedMfaDevice(
  session: Session,
  request: EdgeRequest,
  services: OwedServices,
  requestId: string,
): Promise<EdgeReply> {
  const user = userWho('bind-mfa-device', session);
  const { code1, code2 } = readBody(request, twoCodesBody);
  const { directory, administration, lastUses, clock } = services;
  const { account, name, userId } = user;
  const { seed } = session.enrolment;
  const { passwordChangedAt } = loginOf(user, directory);
  const now = clock.now();
  const step = seed && verifyTwoCodes(seed, { first: code1, second: code2, now });
  if (seed === undefined || step === undefined) {
    throw new ConsoleError(
      400,
      'CheckAuthenticationCodeFail',
      'These are not two codes that the device showed one after the other just now.',
    );
  }
  const device = freeNameFor(name, directory.mfaDevices(account));
  const command = { account, actor: actorOf(user, request, requestId), device };
  await useUpCode({ account, device }, { step, service: 'console', now }, lastUses);
  try {
    await createMfaDevice({ ...command, seed }, administration);
    await bindMfaDevice({ ...command, user: name }, administration);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new ConsoleError(409, 'Conflict', 'The device could not be bound, for something else changed; try again.');
  }
  return openSession(request, identityOf({ account, userId, passwordChangedAt, device }, services), services);
}

type User = Extract<Principal, { readonly kind: 'user' }>;

function userWho(owed: Owed, { owes, caller }: Session): User {
  if (owes === owed && caller.principal.kind === 'user') return caller.principal;
  throw new ConsoleError(403, 'NotRequired', 'Nobody asks that of you now; there are operations of the API for it.');
}

function loginOf({ account, name }: User, directory: Directory): ListedLoginProfile {
  const login = directory.loginProfile(account, name);
  if (!login) throw new ConsoleError(401, 'NotSignedIn', 'Nobody can sign in by this name any more.');
  return login;
}

function actorOf(user: User, { sourceAddress }: EdgeRequest, requestId: string) {
  return { principal: arnOf(user), requestId, sourceAddress: sourceAddress() };
}

/** The user's own name, with a number where a device has that. */
function freeNameFor(user: string, devices: readonly ListedMfaDevice[]): string {
  const taken = new Set(devices.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? user : `${user.slice(0, 58)}-${number}`;
    if (!taken.has(name)) return name;
  }
}
