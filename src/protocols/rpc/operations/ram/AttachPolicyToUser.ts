import { Type } from 'typebox';
import { attachPolicy } from '../../../../access/administration/policies.ts';
import { maxAttachedCustomPolicies } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { attachParameters, changeAttachment } from './attaching.ts';
import { full, noPolicy, noUser, taken } from './known.ts';
import { userName } from './parameters.ts';
import { both, ofPolicy, ofUser } from './resources.ts';

export const AttachPolicyToUser = operation(ram, {
  name: 'AttachPolicyToUser',
  summary: 'Attaches a policy to a user.',
  notes: ['Permission is needed for the user and for the policy.', 'What the policy says holds for the user at once.'],
  accessLevel: 'update',
  resource: both(ofUser, ofPolicy),
  request: Type.Object({ ...attachParameters, UserName: userName() }),
  answer: noAnswer,
  refusals: [
    noPolicy,
    noUser,
    taken('attachment', 'read-status'),
    full('attachment', 'read-status', maxAttachedCustomPolicies),
  ],
  example: { request: { PolicyType: 'Custom', PolicyName: 'read-status', UserName: 'alice' }, answer: {} },
  handle: ({ UserName, ...policy }, call, services) =>
    changeAttachment(attachPolicy, { ...policy, target: { user: UserName } }, call, services),
});
