import { Type } from 'typebox';
import { signInSubject } from '../../../../access/last-use.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { knownUser, noUser } from './known.ts';
import { userName } from './parameters.ts';
import { ofUser } from './resources.ts';
import { date, dateText } from './times.ts';
import { changedUserView, changedUserViewOf } from './user-view.ts';

const view = { ...changedUserView, LastLoginDate: date('When it last signed in with its password.') };

export const GetUser = operation(ram, {
  name: 'GetUser',
  summary: 'Shows a user.',
  notes: ['LastLoginDate is empty for a user that has not signed in with its password.'],
  accessLevel: 'get',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: Type.Object({ User: Type.Object(view) }),
  refusals: [noUser],
  example: { request: { UserName: 'alice' }, answer: { User: exampleOf(view) } },
  handle: ({ UserName }, { account }, { directory, lastUses }) => {
    const user = knownUser(directory, { account, name: UserName });
    const LastLoginDate = dateText(lastUses.of(signInSubject(user.userId))?.at);
    return { User: { ...changedUserViewOf(user), LastLoginDate } };
  },
});
