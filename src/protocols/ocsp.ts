// OCSP over HTTP: POST, and GET with the request in the path (RFC 6960 Appendix A, RFC 9919 §5 and §6).

import { bytesToLatin1 } from '../base/bytes.ts';
import type { Clock } from '../base/time.ts';
import { toSeconds } from '../base/time.ts';
import { ocspErrorResponse } from '../pki/ocsp-response.ts';
import type { CacheableAnswer, OcspAnswer } from '../registry/ocsp-answer.ts';
import type { OcspResponder } from '../registry/ocsp-responder.ts';
import { type EdgeReply, type EdgeRequest, hasAlready } from './edge.ts';

export interface OcspEdge {
  readonly responder: Pick<OcspResponder, 'again' | 'answer'>;
  readonly clock: Clock;
  /** How long HTTP caches may keep an answer without asking again; never past its nextUpdate. */
  readonly maxAgeSeconds: number;
  readonly onError: (error: unknown) => void;
  readonly observe: (method: string, outcome: OcspAnswer['outcome']) => void;
}

export const ocspPath = '/ocsp';

const responseType = 'application/ocsp-response';

export function isOcsp(path: string): boolean {
  return path === ocspPath || path.startsWith(`${ocspPath}/`);
}

/** Serves `/ocsp` and what is below it; at once where the answer is kept. */
export function answerOcsp(request: EdgeRequest, edge: OcspEdge): EdgeReply | Promise<EdgeReply> {
  const { responder, onError } = edge;
  const { path } = request;
  const isGet = reads(request);
  const again = isGet ? responder.again(path) : undefined;
  if (again) return replyWith(again, request, edge);
  const der = requestOf(request);
  if (typeof der === 'number') return refusal(der, edge);
  // A path begins with a slash and DER with 30 (hex), so that none is taken for the other.
  const received = isGet ? path : bytesToLatin1(der);
  const answer = (isGet ? undefined : responder.again(received)) ?? responder.answer(der, received, onError);
  return 'then' in answer ? answer.then((later) => replyWith(later, request, edge)) : replyWith(answer, request, edge);
}

function replyWith(answer: OcspAnswer, request: EdgeRequest, edge: OcspEdge): EdgeReply {
  const { der, outcome, cacheable } = answer;
  edge.observe(request.method, outcome);
  if (!cacheable) return { status: 200, headers: { 'content-type': responseType, ...uncached(answer) }, body: der };
  const headers = cacheHeaders(cacheable, edge);
  if (reads(request) && hasAlready(request, headers.etag)) {
    const { 'content-type': _, ...unchanged } = headers;
    return { status: 304, headers: unchanged, body: '' };
  }
  return { status: 200, headers, body: der };
}

/** RFC 9110 §9.3.2: HEAD is answered as GET, without the content. */
function reads({ method }: EdgeRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The request's DER, or the HTTP status that refuses what carries none. */
function requestOf(request: EdgeRequest): Uint8Array | number {
  const { method, path, headers, body } = request;
  if (method === 'POST') {
    if (path !== ocspPath && path !== `${ocspPath}/`) return 404;
    if (body === 'too-large') return 413;
    const type = headers.all('content-type')[0]?.split(';')[0]?.trim().toLowerCase();
    return type === 'application/ocsp-request' ? body : 415;
  }
  if (!reads(request)) return 405;
  const encoded = path.slice(ocspPath.length + 1);
  return decodePath(encoded) ?? new Uint8Array();
}

/** Base64, percent-encoded or not: clients differ in whether they escape `+`, `/` and `=` (RFC 6960 Appendix A.1). */
function decodePath(encoded: string): Uint8Array | undefined {
  let text: string;
  try {
    text = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  // Some join the responder's address and the request with a slash too many.
  const base64 = text.replace(/^\/+/, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

/** RFC 9919 §6 and §7.2. Written once for an answer that is given many times, until its end is near. */
function cacheHeaders(answer: CacheableAnswer, { clock, maxAgeSeconds }: OcspEdge): CacheHeaders {
  const { thisUpdate, nextUpdate, etag } = answer;
  const left = nextUpdate - toSeconds(clock.now());
  const written = left >= maxAgeSeconds ? headersOf.get(answer) : undefined;
  if (written) return written;
  const maxAge = Math.max(0, Math.min(maxAgeSeconds, left));
  const headers = {
    'content-type': responseType,
    'cache-control': `max-age=${maxAge}, public, no-transform, must-revalidate`,
    'last-modified': new Date(thisUpdate * 1000).toUTCString(),
    expires: new Date(nextUpdate * 1000).toUTCString(),
    etag: `"${etag}"`,
  };
  if (left >= maxAgeSeconds) headersOf.set(answer, headers);
  return headers;
}

type CacheHeaders = Readonly<Record<'content-type' | 'cache-control' | 'last-modified' | 'expires' | 'etag', string>>;

const headersOf = new WeakMap<CacheableAnswer, CacheHeaders>();

/**
 * An answer to one asker alone, or one that may be another a moment later. RFC 9919 §7.2 has no-cache and no-store for those
 * that are not authoritative, and for no others: what one asker may rely on is merely not for others.
 */
function uncached({ outcome, isAuthoritative }: OcspAnswer): Record<string, string> {
  if (outcome !== 'answered') return { 'cache-control': 'no-store' };
  return { 'cache-control': isAuthoritative ? 'private, max-age=0, must-revalidate' : 'private, no-cache' };
}

function refusal(status: number, { observe }: OcspEdge): EdgeReply {
  observe('none', 'malformedRequest');
  // malformedRequest, so that a client which reads only the body is told too.
  const body = ocspErrorResponse('malformedRequest');
  const headers = { 'content-type': responseType, 'cache-control': 'no-store' };
  return { status, headers: status === 405 ? { ...headers, allow: 'GET, HEAD, POST' } : headers, body };
}
