import { Type } from 'typebox';
import { bindMfaDevice } from '../../../../access/administration/sign-in.ts';
import { useUpCode } from '../../../../access/mfa-codes.ts';
import { verifyTwoCodes } from '../../../../access/totp.ts';
import { Refused } from '../../../../base/refusal.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { deviceOf } from './device.ts';
import { full, inUse, known, knownUser, noDevice, noUser } from './known.ts';
import { authenticationCode, serialNumber, userName } from './parameters.ts';
import { ofUser } from './resources.ts';

export const BindMFADevice = operation(ram, {
  name: 'BindMFADevice',
  summary: 'Gives a user a virtual MFA device as second factor.',
  notes: ['Two codes that the device shows one after the other prove that it has the seed.'],
  accessLevel: 'update',
  resource: ofUser,
  request: Type.Object({
    SerialNumber: serialNumber,
    UserName: userName(),
    AuthenticationCode1: authenticationCode('first'),
    AuthenticationCode2: authenticationCode('second'),
  }),
  answer: noAnswer,
  refusals: [
    noUser,
    noDevice,
    { kind: 'mfa-code-refused', device: 'phone-of-alice' },
    inUse('MFA device', 'phone-of-alice', 'user'),
    full('MFA device', 'alice', 1),
  ],
  example: {
    request: {
      SerialNumber: 'acs:ram::1234567890123456:mfa/phone-of-alice',
      UserName: 'alice',
      AuthenticationCode1: '123456',
      AuthenticationCode2: '654321',
    },
    answer: {},
  },
  handle: async (request, { account, actor }, { administration, directory, lastUses, clock }) => {
    const { SerialNumber, UserName, AuthenticationCode1, AuthenticationCode2 } = request;
    knownUser(directory, { account, name: UserName });
    const { name: device } = deviceOf(directory, account, SerialNumber);
    const seed = known(directory.mfaSeed(account, device), 'MFA device', SerialNumber);
    const now = clock.now();
    const step = verifyTwoCodes(seed, { first: AuthenticationCode1, second: AuthenticationCode2, now });
    if (step === undefined) throw new Refused({ kind: 'mfa-code-refused', device });
    await useUpCode({ account, device }, { step, service: ram.code, now }, lastUses);
    await bindMfaDevice({ account, actor, device, user: UserName }, administration);
    return {};
  },
});
