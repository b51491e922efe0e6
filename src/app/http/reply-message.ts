// A reply as the octets of HTTP/1.1, for connections that are written to directly.

import { STATUS_CODES } from 'node:http';
import type { Writable } from 'node:stream';
import { bytesToLatin1 } from '../../base/bytes.ts';
import type { EdgeReply } from '../../protocols/edge.ts';

export interface Sending {
  /** Only the head goes out (RFC 9110 §9.3.2). */
  readonly toHead: boolean;
  /** How long the connection is kept for the next request; `undefined` when this is the last. */
  readonly keptSeconds: number | undefined;
}

/** OCSP answers have some 1,000 octets, CRLs can have millions. */
export const smallBody = 16 * 1024;

/** @throws {TypeError} for a header that is not to be written: with the end of a line in it, it would be two. */
export function writeReply(to: Writable, { status, headers, body }: EdgeReply, sending: Sending): void {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
  for (const name in headers) head += `${name}: ${checked(headers[name] as string)}\r\n`;
  const { toHead, keptSeconds } = sending;
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  // RFC 9110 §8.6: of a 304 it would be taken for the length of what was not sent.
  if (status !== 304) head += `content-length: ${size}\r\n`;
  head += `Date: ${dateNow()}\r\n`;
  head +=
    keptSeconds === undefined
      ? 'Connection: close\r\n\r\n'
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${keptSeconds}\r\n\r\n`;
  if (toHead || status === 304 || size === 0) to.write(head, 'latin1');
  // In one piece where that costs less than a second: as text, octet for octet.
  else if (typeof body !== 'string' && size <= smallBody) to.write(head + bytesToLatin1(body), 'latin1');
  else if (size === body.length && typeof body === 'string') to.write(head + body, 'latin1');
  else {
    to.cork();
    to.write(head, 'latin1');
    to.write(body);
    to.uncork();
  }
}

function checked(value: string): string {
  if (/[^\t -~\x80-\xff]/.test(value)) throw new TypeError('a header cannot have this value');
  return value;
}

let second = 0;
let date = '';

/** RFC 9110 §6.6.1; made once a second. */
function dateNow(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    date = new Date(now * 1000).toUTCString();
  }
  return date;
}
