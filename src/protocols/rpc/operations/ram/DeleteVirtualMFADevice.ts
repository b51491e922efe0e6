import { Type } from 'typebox';
import { deleteMfaDevice } from '../../../../access/administration/sign-in.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { deviceOf } from './device.ts';
import { inUse, noDevice } from './known.ts';
import { serialNumber } from './parameters.ts';
import { ofDevice } from './resources.ts';

export const DeleteVirtualMFADevice = operation(ram, {
  name: 'DeleteVirtualMFADevice',
  summary: 'Deletes a virtual MFA device and erases its seed.',
  notes: ['First it has to be taken away from its user.'],
  accessLevel: 'delete',
  resource: ofDevice,
  request: Type.Object({ SerialNumber: serialNumber }),
  answer: noAnswer,
  refusals: [noDevice, inUse('MFA device', 'phone-of-alice', 'user')],
  example: { request: { SerialNumber: 'acs:ram::1234567890123456:mfa/phone-of-alice' }, answer: {} },
  handle: async ({ SerialNumber }, { account, actor }, { administration, directory }) => {
    const { name: device } = deviceOf(directory, account, SerialNumber);
    await deleteMfaDevice({ account, actor, device }, administration);
    return {};
  },
});
