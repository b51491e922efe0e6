import { Type } from 'typebox';
import { removeGroupMember } from '../../../../access/administration/groups.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { noGroup, noUser } from './known.ts';
import { groupName, userName } from './parameters.ts';
import { both, ofGroup, ofUser } from './resources.ts';

export const RemoveUserFromGroup = operation(ram, {
  name: 'RemoveUserFromGroup',
  summary: 'Takes a user out of a group.',
  notes: ['Permission is needed for both.'],
  accessLevel: 'update',
  resource: both(ofUser, ofGroup),
  request: Type.Object({ UserName: userName(), GroupName: groupName() }),
  answer: noAnswer,
  refusals: [noUser, noGroup, { kind: 'does-not-exist', what: 'group member', name: 'alice' }],
  example: { request: { UserName: 'alice', GroupName: 'developers' }, answer: {} },
  handle: async ({ UserName, GroupName }, { account, actor }, { administration }) => {
    await removeGroupMember({ account, actor, user: UserName, group: GroupName }, administration);
    return {};
  },
});
