import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { attachmentsOf } from './attaching.ts';
import { groupView } from './group-view.ts';
import { knownGroup, knownRole, knownUser, noPolicy } from './known.ts';
import { listOf } from './paging.ts';
import { policyName, policyType } from './parameters.ts';
import { ofPolicy } from './resources.ts';
import { namedRoleView, namedRoleViewOf } from './role-view.ts';
import { date, dateText } from './times.ts';
import { namedUserView, namedUserViewOf, userView } from './user-view.ts';

const AttachDate = date('When it was attached.');
const { GroupName, Comments } = groupView;
const views = {
  user: { UserId: userView.UserId, ...namedUserView, AttachDate },
  group: { GroupName, Comments, AttachDate },
  role: { ...namedRoleView, AttachDate },
};

export const ListEntitiesForPolicy = operation(ram, {
  name: 'ListEntitiesForPolicy',
  summary: 'Lists the users, groups and roles a policy is attached to.',
  notes: [],
  accessLevel: 'list',
  resource: ofPolicy,
  request: Type.Object({ PolicyName: policyName(), PolicyType: policyType }),
  answer: Type.Object({
    Users: listOf('User', Type.Object(views.user), 'The users, in the order attached.'),
    Groups: listOf('Group', Type.Object(views.group), 'The groups.'),
    Roles: listOf('Role', Type.Object(views.role), 'The roles.'),
  }),
  refusals: [noPolicy],
  example: {
    request: { PolicyName: 'read-status', PolicyType: 'Custom' },
    answer: {
      Users: { User: [exampleOf(views.user)] },
      Groups: { Group: [exampleOf(views.group)] },
      Roles: { Role: [exampleOf(views.role)] },
    },
  },
  handle: (request, { account }, { directory }) => {
    const attached = attachmentsOf(directory, account, request);
    const User = attached.flatMap((each) => {
      if (!('user' in each)) return [];
      const user = knownUser(directory, { account, name: each.user });
      return [{ UserId: user.userId, ...namedUserViewOf(user), AttachDate: dateText(each.attachedAt) }];
    });
    const Group = attached.flatMap((each) => {
      if (!('group' in each)) return [];
      const { name, comments = '' } = knownGroup(directory, { account, name: each.group });
      return [{ GroupName: name, Comments: comments, AttachDate: dateText(each.attachedAt) }];
    });
    const Role = attached.flatMap((each) => {
      if (!('role' in each)) return [];
      const role = knownRole(directory, { account, name: each.role });
      return [{ ...namedRoleViewOf(role, account), AttachDate: dateText(each.attachedAt) }];
    });
    return { Users: { User }, Groups: { Group }, Roles: { Role } };
  },
});
