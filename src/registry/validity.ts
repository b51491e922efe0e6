// From when until when: turns what a caller asked for into notBefore and notAfter, within the issuer's own end.

import { Refused } from '../base/refusal.ts';
import { formatUtc, type UnixSeconds, unixSeconds } from '../base/time.ts';

export interface Validity {
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

export type ValidityRequest =
  | { readonly kind: 'days'; readonly days: number; readonly notBefore?: UnixSeconds }
  | { readonly kind: 'months'; readonly months: number; readonly notBefore?: UnixSeconds }
  | { readonly kind: 'exact'; readonly notBefore?: UnixSeconds; readonly notAfter: UnixSeconds };

const daySeconds = 86_400;
/** RFC 5280 §4.1.2.5: the last moment GeneralizedTime can say, and the one that means "no well-defined end". */
const endOfTime = unixSeconds(Date.UTC(9999, 11, 31, 23, 59, 59) / 1000);

/**
 * @param issuer the issuing authority's end and its longest allowed validity; `undefined` for a root.
 * @throws {Refused} `validity-refused`, `beyond-issuer`
 */
export function decideValidity(
  request: ValidityRequest,
  now: UnixSeconds,
  issuer: { readonly notAfter: UnixSeconds; readonly maxDays?: number } | undefined,
): Validity {
  const notBefore = request.notBefore ?? now;
  const wanted = request.kind === 'exact' ? request.notAfter : endOf(request, notBefore);
  if (wanted <= notBefore) refuse(`it would end at ${formatUtc(wanted)}, not after its start ${formatUtc(notBefore)}`);
  if (wanted > endOfTime) refuse('it would end after the year 9999');
  if (wanted <= now) refuse(`it would end at ${formatUtc(wanted)}, in the past`);
  const notAfter = issuer ? withinIssuer(wanted, request.kind, issuer.notAfter) : wanted;
  if (issuer?.maxDays !== undefined && notAfter - notBefore > issuer.maxDays * daySeconds) {
    refuse(`the issuing authority allows at most ${issuer.maxDays} days`);
  }
  return { notBefore, notAfter };
}

/**
 * A certificate may not outlive its issuer. Chosen: a duration that ends less than a day later is cut to the issuer's end,
 * because "one year" under a one-year authority made a minute ago is an honest wish; an exact end is never changed.
 */
function withinIssuer(wanted: UnixSeconds, kind: ValidityRequest['kind'], issuerNotAfter: UnixSeconds): UnixSeconds {
  if (wanted <= issuerNotAfter) return wanted;
  if (kind === 'exact' || wanted - issuerNotAfter >= daySeconds) {
    throw new Refused({ kind: 'beyond-issuer', notAfter: wanted, issuerNotAfter });
  }
  return issuerNotAfter;
}

function endOf(request: Exclude<ValidityRequest, { kind: 'exact' }>, notBefore: UnixSeconds): UnixSeconds {
  return request.kind === 'days'
    ? unixSeconds(notBefore + request.days * daySeconds)
    : addMonths(notBefore, request.months);
}

/** Calendar months; a day the month does not have becomes its last one (31 January + 1 month = 28 or 29 February). */
function addMonths(start: UnixSeconds, months: number): UnixSeconds {
  const date = new Date(start * 1000);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  if (Number.isNaN(date.getTime())) refuse('it would end after the year 9999');
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return unixSeconds(date.getTime() / 1000);
}

function refuse(reason: string): never {
  throw new Refused({ kind: 'validity-refused', reason });
}
