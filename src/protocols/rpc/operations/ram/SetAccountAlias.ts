import { Type } from 'typebox';
import { setAccountAlias } from '../../../../access/administration/accounts.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { taken } from './known.ts';
import { ofAccount } from './resources.ts';

const alias = Type.String({
  minLength: 3,
  maxLength: 63,
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  description: 'The alias.',
  examples: ['example-ltd'],
  'x-rule': 'must be 3 to 63 lower-case letters, digits and single hyphens between them',
  'x-flaws': ['length', 'format'],
});

export const SetAccountAlias = operation(ram, {
  name: 'SetAccountAlias',
  summary: 'Gives the account a name for people.',
  notes: ['No two accounts of a service have the same.'],
  accessLevel: 'update',
  resource: ofAccount,
  request: Type.Object({ AccountAlias: alias }),
  answer: noAnswer,
  refusals: [taken('account alias', 'example-ltd')],
  example: { request: { AccountAlias: 'example-ltd' }, answer: {} },
  handle: async ({ AccountAlias }, { account, actor }, { administration }) => {
    await setAccountAlias({ account, actor, alias: AccountAlias }, administration);
    return {};
  },
});
