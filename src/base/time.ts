// Moments and clocks. The only place where seconds and milliseconds are turned into each other.

/** Whole seconds since 1970: certificate, CRL, OCSP and revocation moments (RFC 5280 knows no fractions). */
export type UnixSeconds = number & { readonly unit: 's' };

/** Milliseconds since 1970: what happened to this server. */
export type UnixMillis = number & { readonly unit: 'ms' };

/** Milliseconds on a clock that never goes back and means nothing outside this process: intervals, rates. */
export type MonotonicMillis = number & { readonly unit: 'monotonic-ms' };

export interface Clock {
  now(): UnixMillis;
  monotonic(): MonotonicMillis;
}

export const systemClock: Clock = {
  now: () => Date.now() as UnixMillis,
  monotonic: () => performance.now() as MonotonicMillis,
};

export function unixSeconds(value: number): UnixSeconds {
  if (!Number.isSafeInteger(value)) throw new TypeError(`not whole seconds: ${value}`);
  return value as UnixSeconds;
}

export function unixMillis(value: number): UnixMillis {
  if (!Number.isSafeInteger(value)) throw new TypeError(`not whole milliseconds: ${value}`);
  return value as UnixMillis;
}

/** The second a moment lies in: fractions are cut, never rounded up into the future. */
export function toSeconds(moment: UnixMillis): UnixSeconds {
  return Math.floor(moment / 1000) as UnixSeconds;
}

export function toMillis(moment: UnixSeconds): UnixMillis {
  return (moment * 1000) as UnixMillis;
}

let latest: { readonly text: string; readonly moment: UnixSeconds | undefined } = { text: '', moment: undefined };

/** `2026-02-23T12:46:24Z`, or `undefined` for any other form or a day that does not exist. */
export function parseUtc(text: string): UnixSeconds | undefined {
  // Calls of one second bear one text.
  if (text !== latest.text) latest = { text, moment: readUtc(text) };
  return latest.moment;
}

function readUtc(text: string): UnixSeconds | undefined {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T(?:[01]\d|2[0-3])(?::[0-5]\d){2}Z$/.test(text)) return undefined;
  const millis = Date.parse(text);
  // Date.parse lets February 30 roll over into March; the day must come out as it went in.
  if (Number.isNaN(millis) || new Date(millis).getUTCDate() !== Number(text.slice(8, 10))) return undefined;
  return (millis / 1000) as UnixSeconds;
}

/** The form `parseUtc` reads: UTC, seconds, `Z`, no fraction. */
export function formatUtc(moment: UnixSeconds): string {
  return `${new Date(moment * 1000).toISOString().slice(0, 19)}Z`;
}
