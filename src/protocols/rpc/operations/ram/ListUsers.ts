import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { listOf, pageAnswer, pageOf, pageParameters } from './paging.ts';
import { allUsers } from './resources.ts';
import { changedUserView, changedUserViewOf } from './user-view.ts';

export const ListUsers = operation(ram, {
  name: 'ListUsers',
  summary: 'Lists the users, sorted by name.',
  notes: [],
  accessLevel: 'list',
  resource: allUsers,
  request: Type.Object(pageParameters),
  answer: Type.Object({ Users: listOf('User', Type.Object(changedUserView), 'The page.'), ...pageAnswer }),
  refusals: [],
  example: {
    request: { MaxItems: 100 },
    answer: { Users: { User: [exampleOf(changedUserView)] }, IsTruncated: false },
  },
  handle: (request, { account }, { directory }) => {
    const { page, position } = pageOf(directory.users(account), ({ name }) => name, request);
    return { Users: { User: page.map(changedUserViewOf) }, ...position };
  },
});
