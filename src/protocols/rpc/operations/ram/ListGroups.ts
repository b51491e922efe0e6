import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { changedGroupView, changedGroupViewOf } from './group-view.ts';
import { listOf, pageAnswer, pageOf, pageParameters } from './paging.ts';
import { allGroups } from './resources.ts';

export const ListGroups = operation(ram, {
  name: 'ListGroups',
  summary: 'Lists the groups, sorted by name.',
  notes: [],
  accessLevel: 'list',
  resource: allGroups,
  request: Type.Object(pageParameters),
  answer: Type.Object({ Groups: listOf('Group', Type.Object(changedGroupView), 'The page.'), ...pageAnswer }),
  refusals: [],
  example: {
    request: { MaxItems: 100 },
    answer: { Groups: { Group: [exampleOf(changedGroupView)] }, IsTruncated: false },
  },
  handle: (request, { account }, { directory }) => {
    const { page, position } = pageOf(directory.groups(account), ({ name }) => name, request);
    return { Groups: { Group: page.map(changedGroupViewOf) }, ...position };
  },
});
