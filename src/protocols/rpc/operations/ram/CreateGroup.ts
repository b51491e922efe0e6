import { Type } from 'typebox';
import { createGroup } from '../../../../access/administration/groups.ts';
import { maxGroups } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { groupView, groupViewOf } from './group-view.ts';
import { full, knownGroup, taken } from './known.ts';
import { comments, groupName } from './parameters.ts';
import { allGroups } from './resources.ts';

export const CreateGroup = operation(ram, {
  name: 'CreateGroup',
  summary: 'Creates a group.',
  notes: ['What is attached to a group holds for all its members.'],
  accessLevel: 'create',
  resource: allGroups,
  request: Type.Object({ GroupName: groupName(), Comments: Type.Optional(comments('All who write code.')) }),
  answer: Type.Object({ Group: Type.Object(groupView) }),
  refusals: [taken('group', 'developers'), full('group', 'developers', maxGroups)],
  example: {
    request: { GroupName: 'developers', Comments: 'All who write code.' },
    answer: { Group: exampleOf(groupView) },
  },
  handle: async ({ GroupName, Comments }, { account, actor }, { administration, directory }) => {
    const more = Comments === undefined ? {} : { comments: Comments };
    await createGroup({ account, actor, group: GroupName, ...more }, administration);
    return { Group: groupViewOf(knownGroup(directory, { account, name: GroupName })) };
  },
});
