// Makes an administrator by operations of the API: a user, its policy, its password, its MFA device.

import { ApiError, callOperation } from '../../base/api.ts';

const ram = '2015-05-01';

/** What was made already, by an attempt that did not get to its end, is left as it is. @throws {ApiError} */
export async function makeAdministrator(user: string, password: string): Promise<void> {
  await unlessThere(callOperation('CreateUser', { UserName: user }, ram));
  await unlessThere(callOperation('CreateLoginProfile', { UserName: user, Password: password }, ram));
  const policy = { PolicyName: 'AdministratorAccess', PolicyType: 'System', UserName: user };
  await unlessThere(callOperation('AttachPolicyToUser', policy, ram));
}

export interface NewDevice {
  readonly serialNumber: string;
  readonly seed: string;
  readonly qrCode: string;
}

/** @throws {ApiError} */
export async function makeDevice(user: string): Promise<NewDevice> {
  interface Answer {
    readonly VirtualMFADevice: {
      readonly SerialNumber: string;
      readonly Base32StringSeed: string;
      readonly QRCodePNG: string;
    };
  }
  const { VirtualMFADevice: made } = await callOperation<Answer>(
    'CreateVirtualMFADevice',
    { VirtualMFADeviceName: user },
    ram,
  );
  return { serialNumber: made.SerialNumber, seed: made.Base32StringSeed, qrCode: made.QRCodePNG };
}

/** @throws {ApiError} */
export async function bindDevice(user: string, device: NewDevice, first: string, second: string): Promise<void> {
  await callOperation(
    'BindMFADevice',
    {
      SerialNumber: device.serialNumber,
      UserName: user,
      AuthenticationCode1: first,
      AuthenticationCode2: second,
    },
    ram,
  );
}

async function unlessThere(made: Promise<unknown>): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (!(error instanceof ApiError && error.code.startsWith('EntityAlreadyExists'))) throw error;
  }
}
