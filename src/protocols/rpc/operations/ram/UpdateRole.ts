import { Type } from 'typebox';
import { updateRole } from '../../../../access/administration/roles.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { writing } from './custom-policy.ts';
import { knownRole, noRole } from './known.ts';
import { description, document, maxSessionDuration, roleName, trustPolicyExample } from './parameters.ts';
import { ofRole } from './resources.ts';
import { changedRoleView, changedRoleViewOf } from './role-view.ts';

export const UpdateRole = operation(ram, {
  name: 'UpdateRole',
  summary: 'Changes a role.',
  notes: ['What is left out stays as it is.', 'Sessions go on; a new trust policy decides about new ones.'],
  accessLevel: 'update',
  resource: ofRole,
  request: Type.Object({
    RoleName: roleName(),
    NewAssumeRolePolicyDocument: Type.Optional(
      document('Who may assume it, a JSON text in the policy language with a Principal.', trustPolicyExample),
    ),
    NewDescription: Type.Optional(description),
    NewMaxSessionDuration: Type.Optional(maxSessionDuration),
  }),
  answer: Type.Object({ Role: Type.Object(changedRoleView) }),
  refusals: [noRole],
  example: {
    request: { RoleName: 'deployer', NewDescription: 'Issues for deployments.' },
    answer: { Role: exampleOf(changedRoleView) },
  },
  handle: async (request, { account, actor }, { administration, directory }) => {
    const { RoleName, NewAssumeRolePolicyDocument, NewDescription, NewMaxSessionDuration } = request;
    const changes = {
      ...(NewAssumeRolePolicyDocument !== undefined && { trustPolicy: NewAssumeRolePolicyDocument }),
      ...(NewDescription !== undefined && { description: NewDescription }),
      ...(NewMaxSessionDuration !== undefined && { maxSessionDuration: NewMaxSessionDuration }),
    };
    await writing('NewAssumeRolePolicyDocument', () =>
      updateRole({ account, actor, role: RoleName, ...changes }, administration),
    );
    return { Role: changedRoleViewOf(knownRole(directory, { account, name: RoleName }), account) };
  },
});
