import { Type } from 'typebox';
import { updateLoginProfile } from '../../../../access/administration/sign-in.ts';
import { verifyPassword } from '../../../../access/password.ts';
import { gatewayError, invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { known, noLogin } from './known.ts';
import { withStrongPassword } from './login.ts';
import { password } from './parameters.ts';
import { ofCaller } from './resources.ts';

export const ChangePassword = operation(ram, {
  name: 'ChangePassword',
  summary: 'Changes the password of the user who calls.',
  notes: [
    'For users with a login profile. The account can forbid it, with SetSecurityPreference.',
    'After as many wrong passwords in an hour as SetPasswordPolicy allows, given here or to the console, the answer is Throttling.User for an hour.',
  ],
  accessLevel: 'update',
  resource: ofCaller,
  request: Type.Object({
    OldPassword: { ...password('The password so far.'), 'x-flaws': ['value'] },
    NewPassword: password('The password from now on.'),
  }),
  answer: noAnswer,
  refusals: [noLogin],
  example: {
    request: { OldPassword: 'correct-Horse-42-battery', NewPassword: 'another-Horse-43-battery' },
    answer: {},
  },
  handle: async (
    { OldPassword, NewPassword },
    { account, actor, principal },
    { administration, directory, wrongPasswords },
  ) => {
    const { name: user, userId } = principal.kind === 'user' ? principal : { name: '', userId: '' };
    const now = known(directory.loginProfile(account, user), 'login profile', user || 'of a caller that is no user');
    if (!directory.securityPreference(account).allowUserToChangePassword) {
      throw gatewayError('NoPermission', 'The account does not let its users change their passwords.');
    }
    const policy = directory.passwordPolicy(account);
    const wait = wrongPasswords.secondsToWait(userId, policy.maxLoginAttempts);
    if (wait > 0) {
      const tooMany = 'The password so far was given wrongly too often.';
      throw gatewayError('Throttling.User', tooMany, { retryAfterMillis: wait * 1000 });
    }
    // Counted before it is known to be wrong: many at once get no further than one after the other.
    wrongPasswords.add(userId, policy.maxLoginAttempts);
    if (!(await verifyPassword(OldPassword, directory.passwordHash(account, user)))) {
      throw invalid('OldPassword', 'is not the password so far');
    }
    wrongPasswords.forget(userId);
    const demands = {
      user,
      password: NewPassword,
      passwordResetRequired: false,
      mfaBindRequired: now.mfaBindRequired,
      policy,
    };
    await withStrongPassword('NewPassword', () => updateLoginProfile({ account, actor, ...demands }, administration));
    return {};
  },
});
