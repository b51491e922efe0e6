import { Type } from 'typebox';
import { deleteAccessKey } from '../../../../access/administration/access-keys.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { keyOwner, knownKey, noKey, noUser } from './known.ts';
import { accessKeyId, userName } from './parameters.ts';
import { ofUserOrCaller } from './resources.ts';

export const DeleteAccessKey = operation(ram, {
  name: 'DeleteAccessKey',
  summary: 'Deletes an access key and erases its secret.',
  notes: ['Without UserName: a key of whoever calls.'],
  accessLevel: 'delete',
  resource: ofUserOrCaller,
  request: Type.Object({ UserName: Type.Optional(userName()), UserAccessKeyId: accessKeyId }),
  answer: noAnswer,
  refusals: [noUser, noKey],
  example: { request: { UserName: 'alice', UserAccessKeyId: 'LTAIexampleExample123456' }, answer: {} },
  handle: async ({ UserName, UserAccessKeyId }, { account, actor, principal }, { administration, directory }) => {
    const { id } = knownKey(directory, { account, owner: keyOwner(UserName, principal), id: UserAccessKeyId });
    await deleteAccessKey({ account, actor, accessKeyId: id }, administration);
    return {};
  },
});
