import { Type } from 'typebox';
import { clearAccountAlias } from '../../../../access/administration/accounts.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { ofAccount } from './resources.ts';

export const ClearAccountAlias = operation(ram, {
  name: 'ClearAccountAlias',
  summary: 'Takes the alias of the account away.',
  notes: [],
  accessLevel: 'delete',
  resource: ofAccount,
  request: Type.Object({}),
  answer: noAnswer,
  refusals: [{ kind: 'does-not-exist', what: 'account alias', name: 'example-ltd' }],
  example: { request: {}, answer: {} },
  handle: async (_, { account, actor }, { administration }) => {
    await clearAccountAlias({ account, actor }, administration);
    return {};
  },
});
