// What RFC 9112 has a server refuse and node:http lets through.

import type { IncomingMessage } from 'node:http';
import { HeaderLines } from './header-lines.ts';
import { isHost } from './host.ts';

/** Of a request that is refused before anybody is asked. Its connection ends with the answer: where it ends is not certain. */
export interface Flaw {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export const unservedVersion: Flaw = {
  status: 505,
  code: 'InvalidParameter',
  message: 'HTTP/1.1 and HTTP/1.0 are served here.',
};

export const noTunnels: Flaw = {
  status: 501,
  code: 'UnsupportedHTTPMethod',
  message: 'CONNECT is not for this service.',
};

export const unmetExpectation: Flaw = {
  status: 417,
  code: 'InvalidParameter',
  message: 'Expect can only be 100-continue.',
};

/** @returns `undefined` for what has none. */
export function flawOf(message: IncomingMessage): Flaw | undefined {
  const { httpVersion, method, url = '' } = message;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return unservedVersion;
  const fields = new HeaderLines(message.rawHeaders);
  return flawOfHost(fields, httpVersion) ?? flawOfTarget(method, url) ?? flawOfCodings(fields, httpVersion);
}

/** RFC 9112 §3.2: exactly one, and a host; HTTP/1.0 may leave it out. */
function flawOfHost(fields: HeaderLines, version: string): Flaw | undefined {
  if (version === '1.0' && !fields.has('host')) return undefined;
  const host = fields.only('host');
  return host !== undefined && isHost(host) ? undefined : unreadable('It must have one Host field, with a host.');
}

/** RFC 9112 §3.2: no fragment, and the asterisk is for OPTIONS. RFC 9110 §4.2.1, §4.2.4: a host, and no name of a user. */
function flawOfTarget(method: string | undefined, target: string): Flaw | undefined {
  if (target.includes('#')) return unreadable('Its target has a fragment.');
  if (target === '*' && method !== 'OPTIONS') return unreadable('Its target must be a path.');
  if (target.startsWith('/') || target === '*') return undefined;
  const authority = authorityOf(target);
  if (authority === undefined) return unreadable('Its target must be a path, or an address of http or https.');
  return isHost(authority) && !/^(?::|$)/.test(authority) ? undefined : unreadable('Its target has no readable host.');
}

/**
 * RFC 9112 §6.1, §6.3: of transfer codings only chunked is known, which has to be the last, and HTTP/1.0 has none at all. node:http
 * takes the chunks off whatever else was done to the body.
 */
function flawOfCodings(fields: HeaderLines, version: string): Flaw | undefined {
  if (!fields.has('transfer-encoding')) return undefined;
  if (version === '1.0') return unreadable('HTTP/1.0 has no Transfer-Encoding.');
  const codings = fields.all('transfer-encoding').join(',').split(',');
  const named = codings.map((coding) => coding.trim().toLowerCase()).filter((coding) => coding !== '');
  if (named.at(-1) !== 'chunked') return unreadable('Where its body ends is not told.');
  if (named.length === 1) return undefined;
  return { status: 501, code: 'InvalidParameter', message: 'Transfer-Encoding can only be chunked.' };
}

function unreadable(why: string): Flaw {
  return { status: 400, code: 'InvalidParameter', message: `The request is not readable as HTTP. ${why}` };
}

/** Of a target in absolute form (RFC 9112 §3.2.2). */
export function authorityOf(target: string): string | undefined {
  return /^https?:\/\/([^/?]*)/i.exec(target)?.[1];
}
