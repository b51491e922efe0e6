import { Type } from 'typebox';
import { deleteLoginProfile } from '../../../../access/administration/sign-in.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { noLogin, noUser } from './known.ts';
import { knownLogin } from './login.ts';
import { userName } from './parameters.ts';
import { ofUser } from './resources.ts';

export const DeleteLoginProfile = operation(ram, {
  name: 'DeleteLoginProfile',
  summary: 'Lets a user sign in no longer, and erases its password.',
  notes: [],
  accessLevel: 'delete',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: noAnswer,
  refusals: [noUser, noLogin],
  example: { request: { UserName: 'alice' }, answer: {} },
  handle: async ({ UserName }, { account, actor }, { administration, directory }) => {
    knownLogin(directory, account, UserName);
    await deleteLoginProfile({ account, actor, user: UserName }, administration);
    return {};
  },
});
