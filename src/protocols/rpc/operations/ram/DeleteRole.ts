import { Type } from 'typebox';
import { deleteRole } from '../../../../access/administration/roles.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { inUse, noRole } from './known.ts';
import { roleName } from './parameters.ts';
import { ofRole } from './resources.ts';

export const DeleteRole = operation(ram, {
  name: 'DeleteRole',
  summary: 'Deletes a role.',
  notes: ['First its policies have to be taken away. Its sessions may do nothing from then on.'],
  accessLevel: 'delete',
  resource: ofRole,
  request: Type.Object({ RoleName: roleName() }),
  answer: noAnswer,
  refusals: [noRole, inUse('role', 'deployer', 'attachment')],
  example: { request: { RoleName: 'deployer' }, answer: {} },
  handle: async ({ RoleName }, { account, actor }, { administration }) => {
    await deleteRole({ account, actor, role: RoleName }, administration);
    return {};
  },
});
