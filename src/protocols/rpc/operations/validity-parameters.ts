// How long a certificate is valid, as callers of this API say it, and which of their ways of saying it counts.

import { Type } from 'typebox';
import { unixSeconds } from '../../../base/time.ts';
import type { ValidityRequest } from '../../../registry/validity.ts';
import { missing } from '../errors.ts';
import { integer, seconds } from './shapes.ts';

export const validityParameters = {
  Days: Type.Optional(
    integer(1, 36_500, 'Validity in days from the moment of the call. Wins over the other ways to say it.', 365),
  ),
  BeforeTime: Type.Optional(
    seconds('Start of validity, in seconds since 1970. Only together with AfterTime.', 1_767_225_600),
  ),
  AfterTime: Type.Optional(
    seconds('End of validity, in seconds since 1970. Only together with BeforeTime.', 1_798_761_600),
  ),
  Months: Type.Optional(integer(1, 1200, 'Validity in calendar months, where neither days nor moments are given.', 12)),
  Years: Type.Optional(integer(1, 100, 'Validity in calendar years, where nothing else is given.', 1)),
};

/** Days, then BeforeTime with AfterTime, then Months, then Years. */
export function validityOf(request: {
  readonly Days?: number;
  readonly BeforeTime?: number;
  readonly AfterTime?: number;
  readonly Months?: number;
  readonly Years?: number;
}): ValidityRequest {
  const { Days, BeforeTime, AfterTime, Months, Years } = request;
  if (Days !== undefined) return { kind: 'days', days: Days };
  if (BeforeTime !== undefined && AfterTime !== undefined) {
    return { kind: 'exact', notBefore: unixSeconds(BeforeTime), notAfter: unixSeconds(AfterTime) };
  }
  if (AfterTime !== undefined) throw missing('BeforeTime');
  if (BeforeTime !== undefined) throw missing('AfterTime');
  if (Months !== undefined) return { kind: 'months', months: Months };
  if (Years !== undefined) return { kind: 'months', months: Years * 12 };
  throw missing('Days');
}
