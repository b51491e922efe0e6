import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { attachedPolicies } from './attaching.ts';
import { knownUser, noUser } from './known.ts';
import { listOf } from './paging.ts';
import { userName } from './parameters.ts';
import { attachedPolicyView } from './policy-view.ts';
import { ofUser } from './resources.ts';

export const ListPoliciesForUser = operation(ram, {
  name: 'ListPoliciesForUser',
  summary: 'Lists the policies attached to a user.',
  notes: ['Those of its groups are not among them.'],
  accessLevel: 'list',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: Type.Object({
    Policies: listOf('Policy', Type.Object(attachedPolicyView), 'The policies, in the order attached.'),
  }),
  refusals: [noUser],
  example: { request: { UserName: 'alice' }, answer: { Policies: { Policy: [exampleOf(attachedPolicyView)] } } },
  handle: ({ UserName }, { account }, { directory }) => {
    knownUser(directory, { account, name: UserName });
    return { Policies: { Policy: attachedPolicies(directory, account, { user: UserName }) } };
  },
});
