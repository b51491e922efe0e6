import { Type } from 'typebox';
import { deletePolicy } from '../../../../access/administration/policies.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { requireCustom } from './custom-policy.ts';
import { inUse, noPolicy } from './known.ts';
import { policyName } from './parameters.ts';
import { ofCustomPolicy } from './resources.ts';

export const DeletePolicy = operation(ram, {
  name: 'DeletePolicy',
  summary: 'Deletes a custom policy.',
  notes: [
    'First it has to be detached from all users, groups and roles.',
    'Versions beside the default one hold it up as well, unless CascadingDelete says that they go with it.',
  ],
  accessLevel: 'delete',
  resource: ofCustomPolicy,
  request: Type.Object({
    PolicyName: policyName(),
    CascadingDelete: Type.Optional(
      Type.Boolean({ description: 'Whether all its versions go with it; false when left out.', examples: [true] }),
    ),
  }),
  answer: noAnswer,
  refusals: [
    noPolicy,
    inUse('policy', 'read-status', 'user'),
    inUse('policy', 'read-status', 'group'),
    inUse('policy', 'read-status', 'role'),
    inUse('policy', 'read-status', 'policy version'),
  ],
  example: { request: { PolicyName: 'read-status' }, answer: {} },
  handle: async ({ PolicyName, CascadingDelete = false }, { account, actor }, { administration }) => {
    requireCustom(PolicyName);
    await deletePolicy({ account, actor, policy: PolicyName, withVersions: CascadingDelete }, administration);
    return {};
  },
});
