import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { noLogin, noUser } from './known.ts';
import { knownLogin, loginView, loginViewOf } from './login.ts';
import { userName } from './parameters.ts';
import { ofUser } from './resources.ts';

export const GetLoginProfile = operation(ram, {
  name: 'GetLoginProfile',
  summary: 'Shows how a user signs in.',
  notes: [],
  accessLevel: 'get',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: Type.Object({ LoginProfile: Type.Object(loginView) }),
  refusals: [noUser, noLogin],
  example: { request: { UserName: 'alice' }, answer: { LoginProfile: exampleOf(loginView) } },
  handle: ({ UserName }, { account }, { directory }) => ({
    LoginProfile: loginViewOf(knownLogin(directory, account, UserName)),
  }),
});
