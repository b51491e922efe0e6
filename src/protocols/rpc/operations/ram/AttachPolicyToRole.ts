import { Type } from 'typebox';
import { attachPolicy } from '../../../../access/administration/policies.ts';
import { maxAttachedCustomPolicies } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { attachParameters, changeAttachment } from './attaching.ts';
import { full, noPolicy, noRole, taken } from './known.ts';
import { roleName } from './parameters.ts';
import { both, ofPolicy, ofRole } from './resources.ts';

export const AttachPolicyToRole = operation(ram, {
  name: 'AttachPolicyToRole',
  summary: 'Attaches a policy to a role.',
  notes: ['Permission is needed for the role and for the policy.', 'What the policy says holds for the role at once.'],
  accessLevel: 'update',
  resource: both(ofRole, ofPolicy),
  request: Type.Object({ ...attachParameters, RoleName: roleName() }),
  answer: noAnswer,
  refusals: [
    noPolicy,
    noRole,
    taken('attachment', 'read-status'),
    full('attachment', 'read-status', maxAttachedCustomPolicies),
  ],
  example: { request: { PolicyType: 'Custom', PolicyName: 'read-status', RoleName: 'deployer' }, answer: {} },
  handle: ({ RoleName, ...policy }, call, services) =>
    changeAttachment(attachPolicy, { ...policy, target: { role: RoleName } }, call, services),
});
