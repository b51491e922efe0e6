// The digits of UTCTime and GeneralizedTime (RFC 5280 §4.1.2.5), to and from bytes by arithmetic alone: a CRL has a million
// of them. The calendar is the proleptic Gregorian one, as in `base/time.ts`.

import type { UnixSeconds } from '../base/time.ts';

/** `YYYYMMDDHHMMSSZ` */
export const generalizedTimeOctets = 15;
/** `YYMMDDHHMMSSZ` */
export const utcTimeOctets = 13;

/** 1950-01-01T00:00:00Z and 2050-01-01T00:00:00Z: between them lie the years that UTCTime is for (RFC 5280 §4.1.2.5.1). */
export const year1950 = -631_152_000;
export const year2050 = 2_524_608_000;

/** 0000-01-01T00:00:00Z, and 9999-12-31T23:59:59Z; what GeneralizedTime can say. */
export function isWritableTime(moment: number): boolean {
  return moment >= -62_167_219_200 && moment <= 253_402_300_799;
}

/** Writes `YYYYMMDDHHMMSSZ`, or without its first two digits where `octets` says so, of a moment that is writable. */
export function writeTimeDigits(
  bytes: Uint8Array,
  at: number,
  moment: UnixSeconds,
  octets: typeof generalizedTimeOctets | typeof utcTimeOctets,
): void {
  const day = Math.floor(moment / 86_400);
  const second = moment - day * 86_400;
  // Years begin in March here, so that the day a leap year has more is its last; eras of 400 years are alike.
  const shifted = day + 719_468; // days since 0000-03-01
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  let next = at;
  if (octets === generalizedTimeOctets) {
    writeTwo(bytes, next, Math.floor(year / 100));
    next += 2;
  }
  writeTwo(bytes, next, year % 100);
  writeTwo(bytes, next + 2, month);
  writeTwo(bytes, next + 4, dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1);
  writeTwo(bytes, next + 6, Math.floor(second / 3600));
  writeTwo(bytes, next + 8, Math.floor(second / 60) % 60);
  writeTwo(bytes, next + 10, second % 60);
  bytes[next + 12] = 0x5a; // Z
}

/**
 * Reads what {@link writeTimeDigits} writes; two digits of a year mean 1950 to 2049.
 *
 * @returns `undefined` for anything else, a day that does not exist included.
 */
export function readTimeDigits(bytes: Uint8Array, at: number, octets: number): UnixSeconds | undefined {
  const long = octets === generalizedTimeOctets;
  if ((!long && octets !== utcTimeOctets) || bytes[at + octets - 1] !== 0x5a) return undefined;
  let next = at;
  let year = readTwo(bytes, next);
  if (long) {
    next += 2;
    year = year * 100 + readTwo(bytes, next);
  } else {
    year += year < 50 ? 2000 : 1900;
  }
  const month = readTwo(bytes, next + 2);
  const day = readTwo(bytes, next + 4);
  const hour = readTwo(bytes, next + 6);
  const minute = readTwo(bytes, next + 8);
  const second = readTwo(bytes, next + 10);
  // What is no pair of digits is NaN, and no comparison with it holds.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const fromMarch = month > 2 ? year : year - 1;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146_097 + dayOfEra - 719_468;
  return (days * 86_400 + hour * 3600 + minute * 60 + second) as UnixSeconds;
}

function writeTwo(bytes: Uint8Array, at: number, value: number): void {
  const tens = Math.floor(value / 10);
  bytes[at] = 0x30 + tens;
  bytes[at + 1] = 0x30 + value - tens * 10;
}

function readTwo(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
