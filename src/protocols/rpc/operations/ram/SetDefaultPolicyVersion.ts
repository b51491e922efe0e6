import { Type } from 'typebox';
import { setDefaultPolicyVersion } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { requireCustom } from './custom-policy.ts';
import { noPolicy, noVersion } from './known.ts';
import { policyName, versionId } from './parameters.ts';
import { ofCustomPolicy } from './resources.ts';

export const SetDefaultPolicyVersion = operation(ram, {
  name: 'SetDefaultPolicyVersion',
  summary: 'Puts another version of a custom policy in force.',
  notes: ['For all that the policy is attached to, at once.'],
  accessLevel: 'update',
  resource: ofCustomPolicy,
  request: Type.Object({ PolicyName: policyName(), VersionId: versionId }),
  answer: noAnswer,
  refusals: [noPolicy, noVersion],
  example: { request: { PolicyName: 'read-status', VersionId: 'v1' }, answer: {} },
  handle: async ({ PolicyName, VersionId }, { account, actor }, { administration }) => {
    requireCustom(PolicyName);
    await setDefaultPolicyVersion({ account, actor, policy: PolicyName, version: VersionId }, administration);
    return {};
  },
});
