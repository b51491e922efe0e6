import { Type } from 'typebox';
import { unbindMfaDevice } from '../../../../access/administration/sign-in.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { deviceView, serialNumberOf } from './device.ts';
import { known, knownUser, noDevice, noUser } from './known.ts';
import { userName } from './parameters.ts';
import { ofUser } from './resources.ts';

export const UnbindMFADevice = operation(ram, {
  name: 'UnbindMFADevice',
  summary: 'Takes the MFA device away from a user.',
  notes: ['The device stays, and can be bound to a user again.'],
  accessLevel: 'update',
  resource: ofUser,
  request: Type.Object({ UserName: userName() }),
  answer: Type.Object({ MFADevice: Type.Object(deviceView) }),
  refusals: [noUser, noDevice],
  example: { request: { UserName: 'alice' }, answer: { MFADevice: exampleOf(deviceView) } },
  handle: async ({ UserName }, { account, actor }, { administration, directory }) => {
    const { name: user } = knownUser(directory, { account, name: UserName });
    const device = known(directory.mfaDeviceOf(account, user), 'MFA device', user);
    await unbindMfaDevice({ account, actor, device: device.name, user }, administration);
    return { MFADevice: { SerialNumber: serialNumberOf(account, device) } };
  },
});
