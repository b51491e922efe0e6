import { Type } from 'typebox';
import { createMfaDevice } from '../../../../access/administration/sign-in.ts';
import { maxMfaDevices } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { answerText, exampleOf } from '../shapes.ts';
import { deviceView, serialNumberOf } from './device.ts';
import { enrolmentOf } from './enrolment.ts';
import { full, taken } from './known.ts';
import { deviceName } from './parameters.ts';
import { allDevices } from './resources.ts';

const view = {
  ...deviceView,
  Base32StringSeed: answerText('The seed, in Base32.', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'),
  QRCodePNG: answerText('The same as a QR code: a PNG file, in Base64.', 'iVBORw0KGgo='),
};

export const CreateVirtualMFADevice = operation(ram, {
  name: 'CreateVirtualMFADevice',
  summary: 'Creates a virtual MFA device, a second factor for signing in.',
  notes: [
    'The seed is shown in this answer alone; an authenticator app takes it as text or reads the QR code.',
    'Six digits, 30 seconds, SHA-1 (RFC 6238).',
  ],
  accessLevel: 'create',
  resource: allDevices,
  request: Type.Object({ VirtualMFADeviceName: deviceName }),
  answer: Type.Object({ VirtualMFADevice: Type.Object(view) }),
  refusals: [taken('MFA device', 'phone-of-alice'), full('MFA device', 'phone-of-alice', maxMfaDevices)],
  example: { request: { VirtualMFADeviceName: 'phone-of-alice' }, answer: { VirtualMFADevice: exampleOf(view) } },
  handle: async ({ VirtualMFADeviceName }, { account, actor }, { administration }) => {
    const seed = await createMfaDevice({ account, actor, device: VirtualMFADeviceName }, administration);
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumberOf(account, { name: VirtualMFADeviceName }),
        ...enrolmentOf(seed, `${VirtualMFADeviceName}@${account}`),
      },
    };
  },
});
