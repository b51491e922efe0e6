import { Type } from 'typebox';
import { setPasswordPolicy } from '../../../../access/administration/accounts.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import {
  passwordPolicyOf,
  passwordPolicyParameters,
  passwordPolicyView,
  passwordPolicyViewOf,
} from './password-policy-view.ts';
import { ofAccount } from './resources.ts';

export const SetPasswordPolicy = operation(ram, {
  name: 'SetPasswordPolicy',
  summary: 'Says what the passwords of all users must be like.',
  notes: [
    'Holds for passwords that are set from now on.',
    'What is left out is as in an account that has set nothing: 8 characters of any kind, 5 attempts an hour, no age.',
  ],
  accessLevel: 'update',
  resource: ofAccount,
  request: passwordPolicyParameters,
  answer: Type.Object({ PasswordPolicy: Type.Object(passwordPolicyView) }),
  refusals: [],
  example: {
    request: { MinimumPasswordLength: 12, RequireNumbers: true },
    answer: { PasswordPolicy: exampleOf(passwordPolicyView) },
  },
  handle: async (request, { account, actor }, { administration, directory }) => {
    const policy = passwordPolicyOf(request, directory.passwordPolicy(account));
    await setPasswordPolicy({ account, actor, policy }, administration);
    return { PasswordPolicy: passwordPolicyViewOf(policy) };
  },
});
