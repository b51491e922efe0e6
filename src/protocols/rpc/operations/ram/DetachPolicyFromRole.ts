import { Type } from 'typebox';
import { detachPolicy } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { attachParameters, changeAttachment } from './attaching.ts';
import { noAttachment, noPolicy, noRole } from './known.ts';
import { roleName } from './parameters.ts';
import { both, ofPolicy, ofRole } from './resources.ts';

export const DetachPolicyFromRole = operation(ram, {
  name: 'DetachPolicyFromRole',
  summary: 'Detaches a policy from a role.',
  notes: ['Permission is needed for the role and for the policy.'],
  accessLevel: 'update',
  resource: both(ofRole, ofPolicy),
  request: Type.Object({ ...attachParameters, RoleName: roleName() }),
  answer: noAnswer,
  refusals: [noPolicy, noRole, noAttachment],
  example: { request: { PolicyType: 'Custom', PolicyName: 'read-status', RoleName: 'deployer' }, answer: {} },
  handle: ({ RoleName, ...policy }, call, services) =>
    changeAttachment(detachPolicy, { ...policy, target: { role: RoleName } }, call, services),
});
