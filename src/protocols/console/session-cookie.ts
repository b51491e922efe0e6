// The cookie that holds a session's id (RFC 6265).

import type { EdgeRequest } from '../edge.ts';

const name = 'certitude-session';
const attributes = 'Path=/console; HttpOnly; SameSite=Strict';

/** The prefix makes browsers refuse the cookie from anywhere that is not encrypted (RFC 6265bis §4.1.3). */
function nameFor({ secure }: EdgeRequest): string {
  return secure ? `__Secure-${name}` : name;
}

/** `undefined` without the cookie, and with two of it: one of them is somebody else's doing. */
export function readCookie(request: EdgeRequest): string | undefined {
  const prefix = `${nameFor(request)}=`;
  const values = request.headers
    .all('cookie')
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[0-9a-f]{64}$/.test(value) ? value : undefined;
}

export function setCookie(request: EdgeRequest, id: string, maxAgeSeconds: number): string {
  return `${nameFor(request)}=${id}; ${attributes}; Max-Age=${maxAgeSeconds}${request.secure ? '; Secure' : ''}`;
}

export function clearCookie(request: EdgeRequest): string {
  return setCookie(request, '', 0);
}
