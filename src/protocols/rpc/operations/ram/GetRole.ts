import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { knownRole, noRole } from './known.ts';
import { roleName } from './parameters.ts';
import { ofRole } from './resources.ts';
import { changedRoleView, changedRoleViewOf } from './role-view.ts';

export const GetRole = operation(ram, {
  name: 'GetRole',
  summary: 'Shows a role.',
  notes: [],
  accessLevel: 'get',
  resource: ofRole,
  request: Type.Object({ RoleName: roleName() }),
  answer: Type.Object({ Role: Type.Object(changedRoleView) }),
  refusals: [noRole],
  example: { request: { RoleName: 'deployer' }, answer: { Role: exampleOf(changedRoleView) } },
  handle: ({ RoleName }, { account }, { directory }) => ({
    Role: changedRoleViewOf(knownRole(directory, { account, name: RoleName }), account),
  }),
});
