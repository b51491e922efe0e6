// Moments as text, in the forms that some operations of this API have them.

import { parseUtc, toMillis, type UnixMillis, type UnixSeconds } from '../../../../base/time.ts';

/** `2021-09-01T00:00Z`: the day alone. */
export function dayText(moment: UnixSeconds): string {
  return `${iso(moment).slice(0, 10)}T00:00Z`;
}

/** `2022-08-23T16:15Z` */
export function minuteText(moment: UnixSeconds): string {
  return `${iso(moment).slice(0, 16)}Z`;
}

/** `2024-05-13 12:59:45`, in UTC. */
export function secondText(moment: UnixSeconds): string {
  return iso(moment).slice(0, 19).replace('T', ' ');
}

/** Reads `2024-05-13 12:59:45` or `2024-05-13`, in UTC; `undefined` for anything else and for days that do not exist. */
export function parseDateText(text: string): UnixMillis | undefined {
  const [, day, time = '00:00:00'] = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text) ?? [];
  const moment = day === undefined ? undefined : parseUtc(`${day}T${time}Z`);
  return moment === undefined ? undefined : toMillis(moment);
}

function iso(moment: UnixSeconds): string {
  return new Date(moment * 1000).toISOString();
}
