// CRLs and authorities' certificates over plain HTTP (RFC 5280 §4.2.1.13, §4.2.2.1; media types of RFC 2585 §4).

import type { Clock, UnixSeconds } from '../base/time.ts';
import { toSeconds } from '../base/time.ts';
import type { AuthorityDirectory } from '../registry/authority-directory.ts';
import type { CrlPublisher } from '../registry/crl-publisher.ts';
import { type EdgeReply, type EdgeRequest, hasAlready } from './edge.ts';

export interface PublicationEdge {
  readonly crls: CrlPublisher;
  readonly authorities: AuthorityDirectory;
  readonly clock: Clock;
}

export const crlPath = '/crl/';
export const issuerPath = '/issuer/';

/** A revocation is published within seconds; a cache that holds on to the list before would undo that. */
export const crlMaxAgeSeconds = 60;
/** An authority's certificate never changes. */
const issuerMaxAgeSeconds = 86_400;

/** Serves `/crl/<authority>.crl` and its like. */
export function answerCrl(request: EdgeRequest, { crls, clock }: PublicationEdge): EdgeReply {
  // A name is looked up, never taken for a path.
  const name = request.path.slice(crlPath.length);
  const crl = crls.served(name);
  if (!crl) return notFound('There is no such CRL; a new CA has one a moment after it was made.');
  const left = Math.max(0, crl.nextUpdate - toSeconds(clock.now()));
  return file(request, {
    type: 'application/pkix-crl',
    body: crl.der,
    // The number alone would come again after a restore from a backup.
    etag: `"${crl.number}-${crl.thisUpdate}"`,
    lastModified: crl.thisUpdate,
    expires: crl.nextUpdate,
    maxAgeSeconds: Math.min(crlMaxAgeSeconds, left),
  });
}

/** Serves `/issuer/<authority>.cer`. */
export function answerIssuer(request: EdgeRequest, { authorities, clock }: PublicationEdge): EdgeReply {
  const name = request.path.slice(issuerPath.length);
  const authority = name.endsWith('.cer') ? authorities.byIdentifier(name.slice(0, -'.cer'.length)) : undefined;
  if (!authority) return notFound('There is no such CA certificate.');
  const { der, notBefore } = authority.certificate;
  return file(request, {
    type: 'application/pkix-cert',
    body: der,
    etag: `"${authority.record.identifier}"`,
    lastModified: notBefore,
    expires: (toSeconds(clock.now()) + issuerMaxAgeSeconds) as UnixSeconds,
    maxAgeSeconds: issuerMaxAgeSeconds,
  });
}

interface PublishedFile {
  readonly type: string;
  readonly body: Uint8Array;
  readonly etag: string;
  readonly lastModified: UnixSeconds;
  readonly expires: UnixSeconds;
  readonly maxAgeSeconds: number;
}

function file(request: EdgeRequest, published: PublishedFile): EdgeReply {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return {
      ...plain(405, 'Use GET or HEAD.'),
      headers: { 'content-type': 'text/plain;charset=utf-8', allow: 'GET, HEAD' },
    };
  }
  const { type, body, etag, lastModified, expires, maxAgeSeconds } = published;
  const headers = {
    etag,
    'last-modified': new Date(lastModified * 1000).toUTCString(),
    expires: new Date(expires * 1000).toUTCString(),
    'cache-control': `max-age=${maxAgeSeconds}, public, no-transform, must-revalidate`,
  };
  return isUnchanged(request, etag, lastModified)
    ? { status: 304, headers, body: '' }
    : { status: 200, headers: { 'content-type': type, ...headers }, body };
}

/** RFC 9110 §13.1.3: a date counts only where no entity tag is sent. */
function isUnchanged(request: EdgeRequest, etag: string, lastModified: UnixSeconds): boolean {
  if (request.headers.has('if-none-match')) return hasAlready(request, etag);
  const since = request.headers.only('if-modified-since');
  return since !== undefined && Date.parse(since) >= lastModified * 1000;
}

function notFound(message: string): EdgeReply {
  return plain(404, message);
}

function plain(status: number, text: string): EdgeReply {
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=utf-8', 'cache-control': 'no-store' },
    body: `${text}\n`,
  };
}
