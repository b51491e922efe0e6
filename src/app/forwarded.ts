// Where a request comes from when proxies stand in front: their X-Forwarded-For and X-Forwarded-Proto count, those of
// anybody else do not.

import { type Address, isWithin, parseAddress, type Range } from '../access/ip-range.ts';
import type { EdgeRequest } from '../protocols/edge.ts';

/** The word of RFC 7239 §6. It is no address, so no condition on one can hold for it. */
const unknownSource = 'unknown';

/** As many hops as are looked at; a header of 64 KiB could name ten thousand. */
const mostHops = 32;

/**
 * The request as it was made to the first of the trusted proxies. Each proxy appends who called it, so the list is read
 * from its end: the first address that is not a trusted proxy's is the caller; what stands before it he may have made up.
 *
 * An entry that is no address makes the source `unknown`, as does a list of more than 32 trusted hops: to take the
 * proxy's own address instead would let its callers into ranges that were meant for the proxy's network. A trusted peer
 * without the header calls for itself.
 */
export function throughProxies<Request extends Omit<EdgeRequest, 'body'>>(
  request: Request,
  trusted: readonly Range[],
): Request {
  if (trusted.length === 0) return request;
  const peer = parseAddress(request.sourceAddress());
  const hops = request.headers.all('x-forwarded-for');
  if (hops.length === 0 || peer === undefined || !isTrusted(peer, trusted)) return request;
  const caller = callerOf(hops, trusted);
  return {
    ...request,
    sourceAddress: () => caller,
    secure: cameSecurely(request.headers.all('x-forwarded-proto')),
  };
}

function callerOf(headers: readonly string[], trusted: readonly Range[]): string {
  // RFC 9110 §5.3: lines of the same name are one list.
  const hops = headers.join(',').split(',');
  for (let looked = 0; looked < mostHops; looked++) {
    const hop = parseHop(hops.pop() ?? '');
    if (hop === undefined) return unknownSource;
    if (hops.length === 0 || !isTrusted(hop, trusted)) return plainText(hop);
  }
  return unknownSource;
}

/** Every leg that the proxies tell of must have been TLS; what they do not tell was not. */
function cameSecurely(headers: readonly string[]): boolean {
  const schemes = headers.join(',').split(',');
  return schemes.every((scheme) => scheme.trim().toLowerCase() === 'https');
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`: the forms proxies write. */
function parseHop(text: string): Address | undefined {
  const trimmed = text.trim();
  const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([0-9.]+):\d{1,5})$/.exec(trimmed) ?? [];
  return parseAddress(bracketed ?? plain ?? trimmed);
}

function isTrusted(address: Address, trusted: readonly Range[]): boolean {
  return trusted.some((range) => isWithin(address, range));
}

/** IPv4 callers in the form of IPv4, also where a proxy wrote `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2). */
function plainText({ address }: Address): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}
