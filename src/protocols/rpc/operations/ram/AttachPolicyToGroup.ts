import { Type } from 'typebox';
import { attachPolicy } from '../../../../access/administration/policies.ts';
import { maxAttachedCustomPolicies } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { attachParameters, changeAttachment } from './attaching.ts';
import { full, noGroup, noPolicy, taken } from './known.ts';
import { groupName } from './parameters.ts';
import { both, ofGroup, ofPolicy } from './resources.ts';

export const AttachPolicyToGroup = operation(ram, {
  name: 'AttachPolicyToGroup',
  summary: 'Attaches a policy to a group.',
  notes: [
    'Permission is needed for the group and for the policy.',
    'What the policy says holds for all members at once.',
  ],
  accessLevel: 'update',
  resource: both(ofGroup, ofPolicy),
  request: Type.Object({ ...attachParameters, GroupName: groupName() }),
  answer: noAnswer,
  refusals: [
    noPolicy,
    noGroup,
    taken('attachment', 'read-status'),
    full('attachment', 'read-status', maxAttachedCustomPolicies),
  ],
  example: { request: { PolicyType: 'Custom', PolicyName: 'read-status', GroupName: 'developers' }, answer: {} },
  handle: ({ GroupName, ...policy }, call, services) =>
    changeAttachment(attachPolicy, { ...policy, target: { group: GroupName } }, call, services),
});
