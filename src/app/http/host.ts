// What a Host field may say (RFC 9112 §3.2, RFC 9110 §7.2).

import { isIPv6 } from 'node:net';

/** `uri-host [ ":" port ]` with a name or an IPv4 address (RFC 3986 §3.2.2). A name may be empty, where a target has none. */
const named = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(?::\d*)?$/;
/** The same with an address in brackets; what later versions of IP may have in them is none that anybody has. */
const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::\d*)?$/;

export function isHost(value: string): boolean {
  if (named.test(value)) return true;
  const address = bracketed.exec(value)?.[1];
  return address !== undefined && isIPv6(address);
}
