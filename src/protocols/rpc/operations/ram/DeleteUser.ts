import { Type } from 'typebox';
import { deleteUser } from '../../../../access/administration/users.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { inUse, noUser } from './known.ts';
import { userName } from './parameters.ts';
import { ofUser } from './resources.ts';

export const DeleteUser = operation(ram, {
  name: 'DeleteUser',
  summary: 'Deletes a user.',
  notes: ['First its access keys, policies, groups, login profile and MFA device have to be taken away.'],
  accessLevel: 'delete',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: noAnswer,
  refusals: [
    noUser,
    inUse('user', 'alice', 'group'),
    inUse('user', 'alice', 'access key'),
    inUse('user', 'alice', 'attachment'),
    inUse('user', 'alice', 'login profile'),
    inUse('user', 'alice', 'MFA device'),
  ],
  example: { request: { UserName: 'alice' }, answer: {} },
  handle: async ({ UserName }, { account, actor }, { administration }) => {
    await deleteUser({ account, actor, user: UserName }, administration);
    return {};
  },
});
