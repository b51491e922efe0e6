// An authenticator app: codes from a seed in Base32, as people type it.

import { totpCode, totpStep } from '../../src/access/totp.ts';
import { systemClock } from '../../src/base/time.ts';

/** The code of now, or of so many steps from now. */
export function codeOf(seed: string, stepsFromNow = 0): string {
  return totpCode(fromBase32(seed), totpStep(systemClock.now()) + stepsFromNow);
}

function fromBase32(text: string): Uint8Array {
  const bits = [...text].map((each) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0'));
  return Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (octet) => Number.parseInt(octet, 2));
}
