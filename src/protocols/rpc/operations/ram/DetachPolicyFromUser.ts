import { Type } from 'typebox';
import { detachPolicy } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { attachParameters, changeAttachment } from './attaching.ts';
import { noAttachment, noPolicy, noUser } from './known.ts';
import { userName } from './parameters.ts';
import { both, ofPolicy, ofUser } from './resources.ts';

export const DetachPolicyFromUser = operation(ram, {
  name: 'DetachPolicyFromUser',
  summary: 'Detaches a policy from a user.',
  notes: ['Permission is needed for the user and for the policy.'],
  accessLevel: 'update',
  resource: both(ofUser, ofPolicy),
  request: Type.Object({ ...attachParameters, UserName: userName() }),
  answer: noAnswer,
  refusals: [noPolicy, noUser, noAttachment],
  example: { request: { PolicyType: 'Custom', PolicyName: 'read-status', UserName: 'alice' }, answer: {} },
  handle: ({ UserName, ...policy }, call, services) =>
    changeAttachment(detachPolicy, { ...policy, target: { user: UserName } }, call, services),
});
