import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { knownGroup, knownUser, noGroup } from './known.ts';
import { listOf, pageAnswer, pageOf, pageParameters } from './paging.ts';
import { groupName } from './parameters.ts';
import { ofGroup } from './resources.ts';
import { date, dateText } from './times.ts';
import { namedUserView, namedUserViewOf } from './user-view.ts';

const view = { ...namedUserView, JoinDate: date('When the user became a member.') };

export const ListUsersForGroup = operation(ram, {
  name: 'ListUsersForGroup',
  summary: 'Lists the members of a group, sorted by name.',
  notes: [],
  accessLevel: 'list',
  resource: ofGroup,
  request: Type.Object({ GroupName: groupName(), ...pageParameters }),
  answer: Type.Object({ Users: listOf('User', Type.Object(view), 'The page.'), ...pageAnswer }),
  refusals: [noGroup],
  example: { request: { GroupName: 'developers' }, answer: { Users: { User: [exampleOf(view)] }, IsTruncated: false } },
  handle: ({ GroupName, ...asked }, { account }, { directory }) => {
    const { name: group } = knownGroup(directory, { account, name: GroupName });
    const { page, position } = pageOf(directory.membersOf(account, group), ({ user }) => user, asked);
    const User = page.map(({ user, joinedAt }) => ({
      ...namedUserViewOf(knownUser(directory, { account, name: user })),
      JoinDate: dateText(joinedAt),
    }));
    return { Users: { User }, ...position };
  },
});
