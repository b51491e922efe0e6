// How a user signs in with a password: parameters, view, and the refusal of passwords that will not do.

import { Type } from 'typebox';
import { InvalidName } from '../../../../access/administration/command.ts';
import type { Directory } from '../../../../access/directory.ts';
import type { ListedLoginProfile } from '../../../../access/listed.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { invalid } from '../../errors.ts';
import { answerText } from '../shapes.ts';
import { known, knownUser } from './known.ts';
import { createDate, dateText } from './times.ts';

const PasswordResetRequired = Type.Boolean({
  description: 'Whether the user has to choose another password when it signs in next.',
  examples: [false],
});
const MFABindRequired = Type.Boolean({
  description: 'Whether the user has to bind an MFA device when it signs in next.',
  examples: [false],
});

export const loginView = {
  UserName: answerText('Name of the user.', 'alice'),
  PasswordResetRequired,
  MFABindRequired,
  CreateDate: createDate,
};

export const loginParameters = {
  PasswordResetRequired: Type.Optional(PasswordResetRequired),
  MFABindRequired: Type.Optional(MFABindRequired),
};

export function loginViewOf({ user, passwordResetRequired, mfaBindRequired, createdAt }: ListedLoginProfile) {
  return {
    UserName: user,
    PasswordResetRequired: passwordResetRequired,
    MFABindRequired: mfaBindRequired,
    CreateDate: dateText(createdAt),
  };
}

/** @throws {Refused} for a user there is not, and for one that cannot sign in. */
export function knownLogin(directory: Directory, account: AccountId, user: string): ListedLoginProfile {
  knownUser(directory, { account, name: user });
  return known(directory.loginProfile(account, user), 'login profile', user);
}

/** @throws {ParameterError} naming what the password lacks, and never the password. */
export async function withStrongPassword(parameter: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof InvalidName && error.what === 'password') {
      throw invalid(parameter, `does not do, it must have ${error.rule}`, 'weak');
    }
    throw error;
  }
}
