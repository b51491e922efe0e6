import { Type } from 'typebox';
import { switchAccessKey } from '../../../../access/administration/access-keys.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer, oneOf } from '../shapes.ts';
import { keyOwner, knownKey, noKey, noUser } from './known.ts';
import { accessKeyId, userName } from './parameters.ts';
import { ofUserOrCaller } from './resources.ts';

export const UpdateAccessKey = operation(ram, {
  name: 'UpdateAccessKey',
  summary: 'Disables an access key, or enables it again.',
  notes: ['Without UserName: a key of whoever calls.', 'Calls signed with a disabled key are refused.'],
  accessLevel: 'update',
  resource: ofUserOrCaller,
  request: Type.Object({
    UserName: Type.Optional(userName()),
    UserAccessKeyId: accessKeyId,
    Status: oneOf(['Active', 'Inactive'], 'Active to enable it, Inactive to disable it.', 'Inactive'),
  }),
  answer: noAnswer,
  refusals: [noUser, noKey],
  example: {
    request: { UserName: 'alice', UserAccessKeyId: 'LTAIexampleExample123456', Status: 'Inactive' },
    answer: {},
  },
  handle: async (
    { UserName, UserAccessKeyId, Status },
    { account, actor, principal },
    { administration, directory },
  ) => {
    const { id } = knownKey(directory, { account, owner: keyOwner(UserName, principal), id: UserAccessKeyId });
    await switchAccessKey({ account, actor, accessKeyId: id, active: Status === 'Active' }, administration);
    return {};
  },
});
