import { Type } from 'typebox';
import { addGroupMember } from '../../../../access/administration/groups.ts';
import { maxGroupsOfUser } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { full, noGroup, noUser, taken } from './known.ts';
import { groupName, userName } from './parameters.ts';
import { both, ofGroup, ofUser } from './resources.ts';

export const AddUserToGroup = operation(ram, {
  name: 'AddUserToGroup',
  summary: 'Makes a user a member of a group.',
  notes: ['What is attached to the group holds for the user from then on. Permission is needed for both.'],
  accessLevel: 'update',
  resource: both(ofUser, ofGroup),
  request: Type.Object({ UserName: userName(), GroupName: groupName() }),
  answer: noAnswer,
  refusals: [noUser, noGroup, taken('group member', 'alice'), full('group', 'alice', maxGroupsOfUser)],
  example: { request: { UserName: 'alice', GroupName: 'developers' }, answer: {} },
  handle: async ({ UserName, GroupName }, { account, actor }, { administration }) => {
    await addGroupMember({ account, actor, user: UserName, group: GroupName }, administration);
    return {};
  },
});
