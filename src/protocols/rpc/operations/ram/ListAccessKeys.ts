import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { accessKeyView, accessKeyViewOf } from './key-view.ts';
import { keyOwner, knownUser, noUser } from './known.ts';
import { listOf } from './paging.ts';
import { userName } from './parameters.ts';
import { ofUserOrCaller } from './resources.ts';

export const ListAccessKeys = operation(ram, {
  name: 'ListAccessKeys',
  summary: 'Lists the access keys of a user.',
  notes: ['Without UserName: those of whoever calls.'],
  accessLevel: 'list',
  resource: ofUserOrCaller,
  request: Type.Object({ UserName: Type.Optional(userName()) }),
  answer: Type.Object({
    AccessKeys: listOf('AccessKey', Type.Object(accessKeyView), 'The keys, without their secrets.'),
  }),
  refusals: [noUser],
  example: { request: { UserName: 'alice' }, answer: { AccessKeys: { AccessKey: [exampleOf(accessKeyView)] } } },
  handle: ({ UserName }, { account, principal }, { directory }) => {
    const owner = keyOwner(UserName, principal);
    if (owner !== undefined) knownUser(directory, { account, name: owner });
    const keys = directory.accessKeys(account).filter(({ user }) => user === owner);
    return { AccessKeys: { AccessKey: keys.map(accessKeyViewOf) } };
  },
});
