import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { keyOwner, knownKey, noKey, noUser } from './known.ts';
import { accessKeyId, userName } from './parameters.ts';
import { ofUserOrCaller } from './resources.ts';
import { date, dateText } from './times.ts';

const view = { LastUsedDate: date('When a call was last signed with it.') };

export const GetAccessKeyLastUsed = operation(ram, {
  name: 'GetAccessKeyLastUsed',
  summary: 'Tells when an access key was last used.',
  notes: [
    'Without UserName: a key of whoever calls.',
    'LastUsedDate is empty for a key that has not been used. Uses are written down once a minute; a crash can lose the last of them.',
  ],
  accessLevel: 'get',
  resource: ofUserOrCaller,
  request: Type.Object({ UserName: Type.Optional(userName()), UserAccessKeyId: accessKeyId }),
  answer: Type.Object({ AccessKeyLastUsed: Type.Object(view) }),
  refusals: [noUser, noKey],
  example: {
    request: { UserName: 'alice', UserAccessKeyId: 'LTAIexampleExample123456' },
    answer: { AccessKeyLastUsed: exampleOf(view) },
  },
  handle: ({ UserName, UserAccessKeyId }, { account, principal }, { directory, lastUses }) => {
    const { id } = knownKey(directory, { account, owner: keyOwner(UserName, principal), id: UserAccessKeyId });
    return { AccessKeyLastUsed: { LastUsedDate: dateText(lastUses.of(id)?.at) } };
  },
});
