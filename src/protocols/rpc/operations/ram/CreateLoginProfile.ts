import { Type } from 'typebox';
import { createLoginProfile } from '../../../../access/administration/sign-in.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { knownUser, noUser, taken } from './known.ts';
import { knownLogin, loginParameters, loginView, loginViewOf, withStrongPassword } from './login.ts';
import { password, userName } from './parameters.ts';
import { ofUser } from './resources.ts';

export const CreateLoginProfile = operation(ram, {
  name: 'CreateLoginProfile',
  summary: 'Lets a user sign in with a password.',
  notes: ['The password must be as SetPasswordPolicy asks; it is stored as a hash.'],
  accessLevel: 'create',
  resource: ofUser,
  request: Type.Object({ UserName: userName(), Password: password('The password.'), ...loginParameters }),
  answer: Type.Object({ LoginProfile: Type.Object(loginView) }),
  refusals: [noUser, taken('login profile', 'alice')],
  example: {
    request: { UserName: 'alice', Password: 'correct-Horse-42-battery', PasswordResetRequired: true },
    answer: { LoginProfile: exampleOf(loginView) },
  },
  handle: async (request, { account, actor }, { administration, directory, wrongPasswords }) => {
    const { UserName, Password, PasswordResetRequired = false, MFABindRequired = false } = request;
    const demands = {
      user: UserName,
      password: Password,
      passwordResetRequired: PasswordResetRequired,
      mfaBindRequired: MFABindRequired,
      policy: directory.passwordPolicy(account),
    };
    await withStrongPassword('Password', () => createLoginProfile({ account, actor, ...demands }, administration));
    // Nobody has guessed at this one yet.
    wrongPasswords.forget(knownUser(directory, { account, name: UserName }).userId);
    return { LoginProfile: loginViewOf(knownLogin(directory, account, UserName)) };
  },
});
