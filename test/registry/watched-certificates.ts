// What the thread that feeds a status index and those that watch it agree on: every certificate's number, and what it is revoked by.

import type { SerialNumber } from '../../src/pki/serial-number.ts';

/** On hold first, then for good: the moment stays that of the hold. */
export const firstReason = 'certificateHold';
export const secondReason = 'keyCompromise';

/** Of 16 octets, 17 or 20. */
export function serialOf(number: number): SerialNumber {
  const digits = (number + 1).toString(16).padStart(8, '0');
  return `7${(Math.imul(number, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}${'5'.repeat([15, 17, 23][number % 3] ?? 0)}${digits}` as SerialNumber;
}

export function momentOf(number: number): number {
  return 1_700_000_000 + number;
}
