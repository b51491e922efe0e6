import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { attachedPolicies } from './attaching.ts';
import { knownGroup, noGroup } from './known.ts';
import { listOf } from './paging.ts';
import { groupName } from './parameters.ts';
import { attachedPolicyView } from './policy-view.ts';
import { ofGroup } from './resources.ts';

export const ListPoliciesForGroup = operation(ram, {
  name: 'ListPoliciesForGroup',
  summary: 'Lists the policies attached to a group.',
  notes: [],
  accessLevel: 'list',
  resource: ofGroup,
  request: Type.Object({ GroupName: groupName() }),
  answer: Type.Object({
    Policies: listOf('Policy', Type.Object(attachedPolicyView), 'The policies, in the order attached.'),
  }),
  refusals: [noGroup],
  example: { request: { GroupName: 'developers' }, answer: { Policies: { Policy: [exampleOf(attachedPolicyView)] } } },
  handle: ({ GroupName }, { account }, { directory }) => {
    knownGroup(directory, { account, name: GroupName });
    return { Policies: { Policy: attachedPolicies(directory, account, { group: GroupName }) } };
  },
});
