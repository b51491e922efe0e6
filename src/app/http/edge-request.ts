// What front ends are given of a request.

import type { EdgeRequest } from '../../protocols/edge.ts';
import type { HeaderLines } from './header-lines.ts';

export interface Arrived<Body> {
  readonly method: string;
  /** Of the request line, in origin form. */
  readonly target: string;
  readonly headers: HeaderLines;
  readonly body: Body;
  readonly sourceAddress: EdgeRequest['sourceAddress'];
  readonly secure: boolean;
}

export function edgeRequest(arrived: Arrived<EdgeRequest['body']>): EdgeRequest {
  const { method, target, headers, body, sourceAddress, secure } = arrived;
  const questionMark = target.indexOf('?');
  return {
    method,
    path: questionMark < 0 ? target : target.slice(0, questionMark),
    query: questionMark < 0 ? '' : target.slice(questionMark + 1),
    headers,
    body,
    sourceAddress,
    secure,
  };
}

/** Callers over IPv4 have the form of IPv4, also where the socket takes both (RFC 4291 §2.5.5.2). */
export function addressOf(socket: { readonly remoteAddress?: string | undefined }): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** RFC 9112 §3.2.2: a server takes the absolute form as well, as proxies send it; its host is the caller’s to look at. */
export function originForm(target: string): string {
  const rest = /^https?:\/\/[^/?]*(.*)$/is.exec(target)?.[1];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
