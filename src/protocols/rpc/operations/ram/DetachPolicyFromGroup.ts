import { Type } from 'typebox';
import { detachPolicy } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { attachParameters, requireWholeAccount } from './attaching.ts';
import { knownGroup, knownPolicy, noAttachment, noGroup, noPolicy } from './known.ts';
import { groupName } from './parameters.ts';
import { both, ofGroup, ofPolicy } from './resources.ts';

export const DetachPolicyFromGroup = operation(ram, {
  name: 'DetachPolicyFromGroup',
  summary: 'Detaches a policy from a group.',
  notes: ['Permission is needed for the group and for the policy.'],
  accessLevel: 'update',
  resource: both(ofGroup, ofPolicy),
  request: Type.Object({ ...attachParameters, GroupName: groupName() }),
  answer: noAnswer,
  refusals: [noPolicy, noGroup, noAttachment],
  example: { request: { PolicyType: 'Custom', PolicyName: 'read-status', GroupName: 'developers' }, answer: {} },
  handle: async (
    { PolicyType, PolicyName, ResourceGroupId, GroupName },
    { account, actor },
    { administration, directory },
  ) => {
    requireWholeAccount(ResourceGroupId, account);
    knownPolicy(directory, { account, name: PolicyName, type: PolicyType });
    knownGroup(directory, { account, name: GroupName });
    await detachPolicy({ account, actor, policy: PolicyName, group: GroupName }, administration);
    return {};
  },
});
