import { Type } from 'typebox';
import { createAccessKey } from '../../../../access/administration/access-keys.ts';
import { maxAccessKeysOfUser } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { answerText, exampleOf } from '../shapes.ts';
import { accessKeyView, accessKeyViewOf } from './key-view.ts';
import { full, keyOwner, knownKey, noUser } from './known.ts';
import { userName } from './parameters.ts';
import { ofUserOrCaller } from './resources.ts';

const view = {
  ...accessKeyView,
  AccessKeySecret: answerText(
    'What calls are signed with. Keep it: it is shown this once.',
    'exampleExampleExampleExample12',
  ),
};

export const CreateAccessKey = operation(ram, {
  name: 'CreateAccessKey',
  summary: 'Creates an access key.',
  notes: [
    'Without UserName it is made for whoever calls: a user, or the root of the account.',
    'The secret is shown in this answer alone.',
  ],
  accessLevel: 'create',
  resource: ofUserOrCaller,
  request: Type.Object({ UserName: Type.Optional(userName()) }),
  answer: Type.Object({ AccessKey: Type.Object(view) }),
  refusals: [noUser, full('access key', 'alice', maxAccessKeysOfUser)],
  example: { request: { UserName: 'alice' }, answer: { AccessKey: exampleOf(view) } },
  handle: async ({ UserName }, { account, actor, principal }, { administration, directory }) => {
    const owner = keyOwner(UserName, principal);
    const command = { account, actor, ...(owner !== undefined && { user: owner }) };
    const { accessKeyId: id, accessKeySecret } = await createAccessKey(command, administration);
    const key = knownKey(directory, { account, owner, id });
    return { AccessKey: { ...accessKeyViewOf(key), AccessKeySecret: accessKeySecret } };
  },
});
