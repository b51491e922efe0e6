// Whether a request comes from the console's own pages, as the browser tells (Fetch Metadata; RFC 6454 §7 for Origin).

import type { EdgeRequest } from '../edge.ts';
import { ConsoleError } from './replies.ts';

/**
 * For requests that do something. A program that is no browser sends neither header and is let through: it has no cookie
 * that another site could make use of.
 * @throws {ConsoleError}
 */
export function requireSameOrigin({ headers }: EdgeRequest): void {
  const site = headers.only('sec-fetch-site');
  const siteIsOther = headers.has('sec-fetch-site') && site !== 'same-origin';
  const originIsOther = headers.has('origin') && hostOf(headers.only('origin')) !== headers.only('host')?.toLowerCase();
  if (siteIsOther || originIsOther) {
    throw new ConsoleError(403, 'ForeignOrigin', 'This request was made by a page of another site.');
  }
}

/** The scheme is not compared: behind a proxy that ends TLS it is not ours. */
function hostOf(origin: string | undefined): string | undefined {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : undefined;
}
