import { Type } from 'typebox';
import { detachPolicy } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { attachParameters, changeAttachment } from './attaching.ts';
import { noAttachment, noGroup, noPolicy } from './known.ts';
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
  handle: ({ GroupName, ...policy }, call, services) =>
    changeAttachment(detachPolicy, { ...policy, target: { group: GroupName } }, call, services),
});
