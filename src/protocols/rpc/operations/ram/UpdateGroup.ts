import { Type } from 'typebox';
import { updateGroup } from '../../../../access/administration/groups.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { changedGroupView, changedGroupViewOf } from './group-view.ts';
import { knownGroup, noGroup, taken } from './known.ts';
import { comments, groupName } from './parameters.ts';
import { renamed } from './resources.ts';

export const UpdateGroup = operation(ram, {
  name: 'UpdateGroup',
  summary: 'Changes a group, and may give it another name.',
  notes: [
    'What is left out stays as it is.',
    'A renamed group keeps its members and policies. Permission is needed for both names.',
  ],
  accessLevel: 'update',
  resource: renamed('group', 'GroupName', 'NewGroupName'),
  request: Type.Object({
    GroupName: groupName(),
    NewGroupName: Type.Optional(groupName('Another name for the group.', 'developers')),
    NewComments: Type.Optional(comments('All who write code.')),
  }),
  answer: Type.Object({ Group: Type.Object(changedGroupView) }),
  refusals: [noGroup, taken('group', 'developers')],
  example: {
    request: { GroupName: 'developers', NewComments: 'All who write code.' },
    answer: { Group: exampleOf(changedGroupView) },
  },
  handle: async ({ GroupName, NewGroupName, NewComments }, { account, actor }, { administration, directory }) => {
    const more = {
      // A name given to itself is no renaming.
      ...(NewGroupName !== undefined && NewGroupName !== GroupName && { newName: NewGroupName }),
      ...(NewComments !== undefined && { comments: NewComments }),
    };
    await updateGroup({ account, actor, group: GroupName, ...more }, administration);
    return { Group: changedGroupViewOf(knownGroup(directory, { account, name: NewGroupName ?? GroupName })) };
  },
});
