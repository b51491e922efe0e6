import { Type } from 'typebox';
import { updateLoginProfile } from '../../../../access/administration/sign-in.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { knownUser, noLogin, noUser } from './known.ts';
import { knownLogin, loginParameters, withStrongPassword } from './login.ts';
import { password, userName } from './parameters.ts';
import { ofUser } from './resources.ts';

export const UpdateLoginProfile = operation(ram, {
  name: 'UpdateLoginProfile',
  summary: 'Changes how a user signs in.',
  notes: [
    'What is left out stays as it is, the password too.',
    'With another password, a user who was locked out by wrong ones is so no longer.',
  ],
  accessLevel: 'update',
  resource: ofUser,
  request: Type.Object({
    UserName: userName(),
    Password: Type.Optional(password('Another password.')),
    ...loginParameters,
  }),
  answer: noAnswer,
  refusals: [noUser, noLogin],
  example: { request: { UserName: 'alice', PasswordResetRequired: false }, answer: {} },
  handle: async (request, { account, actor }, { administration, directory, wrongPasswords }) => {
    const { UserName, Password } = request;
    const now = knownLogin(directory, account, UserName);
    const demands = {
      user: UserName,
      ...(Password !== undefined && { password: Password }),
      passwordResetRequired: request.PasswordResetRequired ?? now.passwordResetRequired,
      mfaBindRequired: request.MFABindRequired ?? now.mfaBindRequired,
      policy: directory.passwordPolicy(account),
    };
    await withStrongPassword('Password', () => updateLoginProfile({ account, actor, ...demands }, administration));
    // Nobody has guessed at this one yet.
    if (Password !== undefined) wrongPasswords.forget(knownUser(directory, { account, name: UserName }).userId);
    return {};
  },
});
