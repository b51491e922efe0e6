// How long a certificate is valid, as callers of this API say it, and which of their ways of saying it counts.

import { Type } from 'typebox';
import { parseUtc, unixSeconds } from '../../../../base/time.ts';
import type { ValidityRequest } from '../../../../registry/validity.ts';
import { invalid, missing } from '../../errors.ts';
import { integer, text } from '../shapes.ts';
import { seconds } from './shapes.ts';

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

/** What `validityOf` misses. */
export const validityMissedWhen = {
  Days: 'None of Days, BeforeTime with AfterTime, Months and Years was sent.',
  BeforeTime: 'AfterTime was sent without it.',
  AfterTime: 'BeforeTime was sent without it.',
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

/** How CreateCustomCertificate and CreateExternalCACertificate say it: in one text. */
export const validityText = text(
  64,
  'A duration from the moment of the call: 10y, 3m or 7d for years, months or days, up to 100y, 1200m, 36500d. Or the end, as yyyy-MM-ddTHH:mm:ssZ, in UTC. Or start/end, both so.',
  '365d',
);

const durations = {
  y: { longest: 100, request: (years: number): ValidityRequest => ({ kind: 'months', months: years * 12 }) },
  m: { longest: 1200, request: (months: number): ValidityRequest => ({ kind: 'months', months }) },
  d: { longest: 36_500, request: (days: number): ValidityRequest => ({ kind: 'days', days }) },
} as const;

/** @throws {ParameterError} `InvalidValidity` */
export function parseValidity(written: string): ValidityRequest {
  const [, digits, unit] = /^([1-9]\d{0,4})([ymd])$/.exec(written) ?? [];
  if (unit !== undefined) {
    const { longest, request } = durations[unit as keyof typeof durations];
    if (Number(digits) > longest) throw invalid('Validity', `may be ${longest}${unit} at most`);
    return request(Number(digits));
  }
  const moments = written.split('/').map(parseUtc);
  const [first, second] = moments;
  if (first !== undefined && moments.length === 1) return { kind: 'exact', notAfter: first };
  if (first !== undefined && second !== undefined && moments.length === 2) {
    return { kind: 'exact', notBefore: first, notAfter: second };
  }
  throw invalid(
    'Validity',
    'must be a duration such as 10y, 3m or 7d, an end such as 2027-01-01T00:00:00Z, or start/end so written',
  );
}
