import { Type } from 'typebox';
import { createPolicy } from '../../../../access/administration/policies.ts';
import { maxCustomPolicies } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { refuseTakenBySystem, writing } from './custom-policy.ts';
import { full, knownPolicy, taken } from './known.ts';
import { description, policyDocument, policyDocumentExample, policyName, tagList } from './parameters.ts';
import { policyView, policyViewOf } from './policy-view.ts';
import { allPolicies } from './resources.ts';
import { tagsByKey } from './tags.ts';

const newPolicyName = { ...policyName(), 'x-flaws': ['length', 'characters', 'value'] };

export const CreatePolicy = operation(ram, {
  name: 'CreatePolicy',
  summary: 'Creates a custom policy; its document is the version v1.',
  notes: [
    'Documents are checked when they are written: an unknown member, operator or condition key is refused, with its place.',
    'Names beginning with Aliyun, and those of system policies, are taken.',
  ],
  accessLevel: 'create',
  resource: allPolicies,
  request: Type.Object({
    PolicyName: newPolicyName,
    Description: Type.Optional(description),
    PolicyDocument: policyDocument,
    Tag: Type.Optional(tagList('Tags of the policy.')),
  }),
  answer: Type.Object({ Policy: Type.Object(policyView) }),
  refusals: [taken('policy', 'read-status'), full('policy', 'read-status', maxCustomPolicies)],
  example: {
    request: {
      PolicyName: 'read-status',
      Description: 'Asks for the status of certificates.',
      PolicyDocument: policyDocumentExample,
    },
    answer: { Policy: exampleOf(policyView) },
  },
  handle: async (
    { PolicyName, Description, PolicyDocument, Tag },
    { account, actor },
    { administration, directory },
  ) => {
    refuseTakenBySystem(PolicyName);
    const more = {
      ...(Description !== undefined && { description: Description }),
      ...(Tag !== undefined && { tags: tagsByKey(Tag) }),
    };
    await writing('PolicyDocument', () =>
      createPolicy({ account, actor, policy: PolicyName, document: PolicyDocument, ...more }, administration),
    );
    return { Policy: policyViewOf(knownPolicy(directory, { account, name: PolicyName, type: 'Custom' })) };
  },
});
