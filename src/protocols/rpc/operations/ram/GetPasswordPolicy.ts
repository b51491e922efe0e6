import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { passwordPolicyView, passwordPolicyViewOf } from './password-policy-view.ts';
import { ofAccount } from './resources.ts';

export const GetPasswordPolicy = operation(ram, {
  name: 'GetPasswordPolicy',
  summary: 'Shows what the passwords of all users must be like.',
  notes: [],
  accessLevel: 'get',
  resource: ofAccount,
  request: Type.Object({}),
  answer: Type.Object({ PasswordPolicy: Type.Object(passwordPolicyView) }),
  refusals: [],
  example: { request: {}, answer: { PasswordPolicy: exampleOf(passwordPolicyView) } },
  handle: (_, { account }, { directory }) => ({
    PasswordPolicy: passwordPolicyViewOf(directory.passwordPolicy(account)),
  }),
});
