import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { groupView, groupViewOf } from './group-view.ts';
import { knownGroup, knownUser, noUser } from './known.ts';
import { listOf } from './paging.ts';
import { userName } from './parameters.ts';
import { ofUser } from './resources.ts';
import { date, dateText } from './times.ts';

const { GroupId, GroupName, Comments } = groupView;
const view = { GroupId, GroupName, Comments, JoinDate: date('When the user became a member.') };

export const ListGroupsForUser = operation(ram, {
  name: 'ListGroupsForUser',
  summary: 'Lists the groups a user is in.',
  notes: [],
  accessLevel: 'list',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: Type.Object({ Groups: listOf('Group', Type.Object(view), 'The groups, in the order joined.') }),
  refusals: [noUser],
  example: { request: { UserName: 'alice' }, answer: { Groups: { Group: [exampleOf(view)] } } },
  handle: ({ UserName }, { account }, { directory }) => {
    const user = knownUser(directory, { account, name: UserName });
    const Group = directory.groupsOf(account, user.name).map(({ group, joinedAt }) => {
      const { CreateDate: _, ...shown } = groupViewOf(knownGroup(directory, { account, name: group }));
      return { ...shown, JoinDate: dateText(joinedAt) };
    });
    return { Groups: { Group } };
  },
});
