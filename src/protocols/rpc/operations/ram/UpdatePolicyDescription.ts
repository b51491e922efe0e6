import { Type } from 'typebox';
import { describePolicy } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { requireCustom } from './custom-policy.ts';
import { knownPolicy, noPolicy } from './known.ts';
import { description, policyName } from './parameters.ts';
import { changedPolicyView, changedPolicyViewOf } from './policy-view.ts';
import { ofCustomPolicy } from './resources.ts';

export const UpdatePolicyDescription = operation(ram, {
  name: 'UpdatePolicyDescription',
  summary: 'Describes a custom policy anew.',
  notes: [],
  accessLevel: 'update',
  resource: ofCustomPolicy,
  request: Type.Object({ PolicyName: policyName(), NewDescription: description }),
  answer: Type.Object({ Policy: Type.Object(changedPolicyView) }),
  refusals: [noPolicy],
  example: {
    request: { PolicyName: 'read-status', NewDescription: 'Asks for the status of certificates.' },
    answer: { Policy: exampleOf(changedPolicyView) },
  },
  handle: async ({ PolicyName, NewDescription }, { account, actor }, { administration, directory }) => {
    requireCustom(PolicyName);
    await describePolicy({ account, actor, policy: PolicyName, description: NewDescription }, administration);
    return { Policy: changedPolicyViewOf(knownPolicy(directory, { account, name: PolicyName, type: 'Custom' })) };
  },
});
