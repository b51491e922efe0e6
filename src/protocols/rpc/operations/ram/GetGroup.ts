import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { changedGroupView, changedGroupViewOf } from './group-view.ts';
import { knownGroup, noGroup } from './known.ts';
import { groupName } from './parameters.ts';
import { ofGroup } from './resources.ts';

export const GetGroup = operation(ram, {
  name: 'GetGroup',
  summary: 'Shows a group.',
  notes: [],
  accessLevel: 'get',
  resource: ofGroup,
  request: Type.Object({ GroupName: groupName() }),
  answer: Type.Object({ Group: Type.Object(changedGroupView) }),
  refusals: [noGroup],
  example: { request: { GroupName: 'developers' }, answer: { Group: exampleOf(changedGroupView) } },
  handle: ({ GroupName }, { account }, { directory }) => ({
    Group: changedGroupViewOf(knownGroup(directory, { account, name: GroupName })),
  }),
});
