import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { answerText, exampleOf } from '../shapes.ts';
import { ofAccount } from './resources.ts';

const view = { AccountAlias: answerText('The alias.', 'example-ltd') };

export const GetAccountAlias = operation(ram, {
  name: 'GetAccountAlias',
  summary: 'Shows the alias of the account.',
  notes: ['Empty for an account without one.'],
  accessLevel: 'get',
  resource: ofAccount,
  request: Type.Object({}),
  answer: Type.Object(view),
  refusals: [],
  example: { request: {}, answer: exampleOf(view) },
  handle: (_, { account }, { directory }) => ({ AccountAlias: directory.account(account)?.alias ?? '' }),
});
