import { Type } from 'typebox';
import { deleteGroup } from '../../../../access/administration/groups.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { inUse, noGroup } from './known.ts';
import { groupName } from './parameters.ts';
import { ofGroup } from './resources.ts';

export const DeleteGroup = operation(ram, {
  name: 'DeleteGroup',
  summary: 'Deletes a group.',
  notes: ['First its members and policies have to be taken away.'],
  accessLevel: 'delete',
  resource: ofGroup,
  request: Type.Object({ GroupName: groupName() }),
  answer: noAnswer,
  refusals: [noGroup, inUse('group', 'developers', 'user'), inUse('group', 'developers', 'attachment')],
  example: { request: { GroupName: 'developers' }, answer: {} },
  handle: async ({ GroupName }, { account, actor }, { administration }) => {
    await deleteGroup({ account, actor, group: GroupName }, administration);
    return {};
  },
});
