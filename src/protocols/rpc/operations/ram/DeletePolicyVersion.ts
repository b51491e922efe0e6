import { Type } from 'typebox';
import { deletePolicyVersion } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { requireCustom } from './custom-policy.ts';
import { inUse, noPolicy, noVersion } from './known.ts';
import { policyName, versionId } from './parameters.ts';
import { ofCustomPolicy } from './resources.ts';

export const DeletePolicyVersion = operation(ram, {
  name: 'DeletePolicyVersion',
  summary: 'Deletes a version of a custom policy.',
  notes: ['The default version cannot be deleted.'],
  accessLevel: 'delete',
  resource: ofCustomPolicy,
  request: Type.Object({ PolicyName: policyName(), VersionId: versionId }),
  answer: noAnswer,
  refusals: [noPolicy, noVersion, inUse('policy version', 'v1', 'policy')],
  example: { request: { PolicyName: 'read-status', VersionId: 'v1' }, answer: {} },
  handle: async ({ PolicyName, VersionId }, { account, actor }, { administration }) => {
    requireCustom(PolicyName);
    await deletePolicyVersion({ account, actor, policy: PolicyName, version: VersionId }, administration);
    return {};
  },
});
