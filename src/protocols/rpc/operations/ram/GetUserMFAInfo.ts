import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf, oneOf } from '../shapes.ts';
import { deviceView, serialNumberOf } from './device.ts';
import { known, knownUser, noDevice, noUser } from './known.ts';
import { userName } from './parameters.ts';
import { ofUser } from './resources.ts';

const view = { ...deviceView, Type: oneOf(['VMFA'], 'VMFA: a virtual device. There are no others.', 'VMFA') };

export const GetUserMFAInfo = operation(ram, {
  name: 'GetUserMFAInfo',
  summary: 'Shows the MFA device of a user.',
  notes: [],
  accessLevel: 'get',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: Type.Object({ MFADevice: Type.Object(view) }),
  refusals: [noUser, noDevice],
  example: { request: { UserName: 'alice' }, answer: { MFADevice: exampleOf(view) } },
  handle: ({ UserName }, { account }, { directory }) => {
    const { name: user } = knownUser(directory, { account, name: UserName });
    const device = known(directory.mfaDeviceOf(account, user), 'MFA device', user);
    return { MFADevice: { SerialNumber: serialNumberOf(account, device), Type: 'VMFA' as const } };
  },
});
