// Virtual MFA devices as this API names them: by a serial number, which is an ARN.

import type { Directory } from '../../../../access/directory.ts';
import type { ListedMfaDevice } from '../../../../access/listed.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { answerText } from '../shapes.ts';
import { known } from './known.ts';

export const deviceView = {
  SerialNumber: answerText('Serial number of the device.', 'acs:ram::1234567890123456:mfa/phone-of-alice'),
};

export function serialNumberOf(account: AccountId, { name }: Pick<ListedMfaDevice, 'name'>): string {
  return `acs:ram::${account}:mfa/${name}`;
}

/** @throws {Refused} `does-not-exist`, for those of other accounts as well. */
export function deviceOf(directory: Directory, account: AccountId, serialNumber: string): ListedMfaDevice {
  const device = directory.mfaDevices(account).find((each) => serialNumberOf(account, each) === serialNumber);
  return known(device, 'MFA device', serialNumber);
}
