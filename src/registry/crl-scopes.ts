// Which lists an authority publishes and when, what each is called, and on which of them a certificate stands.

import { type UnixSeconds, unixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { KnownAuthority } from './authority-directory.ts';
import type { AuthorityTerms, Identifier } from './model.ts';

/** What follows the authority in a list's name. */
export const completeScope = '';
export const deltaScope = '-delta';

/** Where the authority was not told: within the ten days that public CAs are bound to (CA/Browser Forum BR §7.2). */
const usualDays = 7;

const daySeconds = 86_400;

/** For how many days each of an authority's lists is valid. */
export function crlDaysOf({ crlDays }: AuthorityTerms): number {
  return crlDays ?? usualDays;
}

/**
 * Since when, at a moment, an authority's regular list is due: the first published from then on is it, and those after it are
 * extra. Daily, or twice in a list's life where that is shorter.
 */
export function regularListDue({ record, certificate }: KnownAuthority, moment: UnixSeconds): UnixSeconds {
  const interval = Math.min(daySeconds, (crlDaysOf(record.terms) * daySeconds) / 2);
  const { notBefore } = certificate;
  return unixSeconds(notBefore + Math.floor((moment - notBefore) / interval) * interval);
}

/** Whether what is published at a moment, after a list of `previous`, is a regular one. */
export function isRegular(authority: KnownAuthority, previous: UnixSeconds | undefined, moment: UnixSeconds): boolean {
  return previous === undefined || previous < regularListDue(authority, moment);
}

/** As the file part of its address: `<authority>.crl`, `<authority>-delta.crl`, `<authority>-p0.crl`. */
export function crlName(authority: Identifier, scope: string): string {
  return `${authority}${scope}.crl`;
}

export function crlAddress(publicUrl: string, authority: Identifier, scope: string): string {
  return `${publicUrl}/crl/${crlName(authority, scope)}`;
}

/** The partitions of an authority, in order; none where it has one list for all. */
export function partitionScopes({ crlPartitions }: AuthorityTerms): readonly string[] {
  return Array.from({ length: crlPartitions?.count ?? 0 }, (_, index) => `-p${index}`);
}

/** Fixed by the serial number alone, so that nobody has to remember it: its last four octets, modulo the partitions. */
export function partitionOf(serialNumber: SerialNumber, partitions: number): number {
  return Number.parseInt(serialNumber.slice(-8), 16) % partitions;
}

/**
 * The distribution point of a certificate. A partition's address keeps the base its authority was made with: the list
 * must name the very address its certificates name (RFC 5280 §5.2.5), whatever the service is called later.
 */
export function distributionPointOf(
  authority: Identifier,
  { crlPartitions }: AuthorityTerms,
  serialNumber: SerialNumber,
  publicUrl: string,
): string {
  if (!crlPartitions) return crlAddress(publicUrl, authority, completeScope);
  const scope = `-p${partitionOf(serialNumber, crlPartitions.count)}`;
  return crlAddress(crlPartitions.baseUrl, authority, scope);
}
