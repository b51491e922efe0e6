import { Type } from 'typebox';
import { createRole } from '../../../../access/administration/roles.ts';
import { maxRoles } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { writing } from './custom-policy.ts';
import { full, knownRole, taken } from './known.ts';
import { description, document, maxSessionDuration, roleName, tagList, trustPolicyExample } from './parameters.ts';
import { allRoles } from './resources.ts';
import { roleView, roleViewOf } from './role-view.ts';
import { tagsByKey } from './tags.ts';

export const CreateRole = operation(ram, {
  name: 'CreateRole',
  summary: 'Creates a role.',
  notes: [
    'Its trust policy says who may assume it, with AssumeRole; a new role may do nothing until a policy is attached.',
  ],
  accessLevel: 'create',
  resource: allRoles,
  request: Type.Object({
    RoleName: roleName(),
    AssumeRolePolicyDocument: document(
      'Who may assume it, a JSON text in the policy language with a Principal.',
      trustPolicyExample,
    ),
    Description: Type.Optional(description),
    MaxSessionDuration: Type.Optional(maxSessionDuration),
    Tag: Type.Optional(tagList('Tags of the role.')),
  }),
  answer: Type.Object({ Role: Type.Object(roleView) }),
  refusals: [taken('role', 'deployer'), full('role', 'deployer', maxRoles)],
  example: {
    request: {
      RoleName: 'deployer',
      AssumeRolePolicyDocument: trustPolicyExample,
      Description: 'Issues for deployments.',
    },
    answer: { Role: exampleOf(roleView) },
  },
  handle: async (request, { account, actor }, { administration, directory }) => {
    const { RoleName, AssumeRolePolicyDocument, Description, MaxSessionDuration, Tag } = request;
    const more = {
      ...(Description !== undefined && { description: Description }),
      ...(MaxSessionDuration !== undefined && { maxSessionDuration: MaxSessionDuration }),
      ...(Tag !== undefined && { tags: tagsByKey(Tag) }),
    };
    await writing('AssumeRolePolicyDocument', () =>
      createRole({ account, actor, role: RoleName, trustPolicy: AssumeRolePolicyDocument, ...more }, administration),
    );
    return { Role: roleViewOf(knownRole(directory, { account, name: RoleName }), account) };
  },
});
