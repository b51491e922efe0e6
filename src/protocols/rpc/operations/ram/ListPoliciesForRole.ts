import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { attachedPolicies } from './attaching.ts';
import { knownRole, noRole } from './known.ts';
import { listOf } from './paging.ts';
import { roleName } from './parameters.ts';
import { attachedPolicyView } from './policy-view.ts';
import { ofRole } from './resources.ts';

export const ListPoliciesForRole = operation(ram, {
  name: 'ListPoliciesForRole',
  summary: 'Lists the policies attached to a role.',
  notes: [],
  accessLevel: 'list',
  resource: ofRole,
  request: Type.Object({ RoleName: roleName() }),
  answer: Type.Object({
    Policies: listOf('Policy', Type.Object(attachedPolicyView), 'The policies, in the order attached.'),
  }),
  refusals: [noRole],
  example: { request: { RoleName: 'deployer' }, answer: { Policies: { Policy: [exampleOf(attachedPolicyView)] } } },
  handle: ({ RoleName }, { account }, { directory }) => {
    knownRole(directory, { account, name: RoleName });
    return { Policies: { Policy: attachedPolicies(directory, account, { role: RoleName }) } };
  },
});
