// Which path leads where: health, metrics, what relying parties fetch, and the API.

import type { EdgeReply, EdgeRequest, Handler } from '../protocols/edge.ts';
import type { Gateway } from '../protocols/rpc/gateway.ts';
import type { Metrics } from './metrics.ts';
import type { StartedPublication } from './publication.ts';

export interface Routed {
  readonly published: StartedPublication;
  readonly metrics: Metrics;
  /** `undefined` for what is none of the console's. */
  readonly console: (request: EdgeRequest) => EdgeReply | Promise<EdgeReply> | undefined;
  readonly gateway: Gateway;
  /** The first word of /readyz. */
  readonly state: () => 'starting' | 'ready' | 'stopping';
  /** Lines of /readyz for whoever has to do something; none when all is well. */
  readonly problems: () => readonly string[];
}

export function everything(routed: Routed): Handler {
  return (request) => {
    switch (request.path) {
      case '/healthz':
      case '/readyz':
        return health(request, routed);
      case '/metrics':
        return readOnly(request) ?? metricsReply(routed.metrics);
      default:
        return routed.published.answer(request) ?? routed.console(request) ?? routed.gateway(request);
    }
  };
}

/** For a plain listener beside https. Whoever calls the API there is told where it is, in the API's shape. */
export function publicationOnly(routed: Routed): Handler {
  return (request) => {
    if (request.path === '/healthz' || request.path === '/readyz') return health(request, routed);
    return routed.published.answer(request) ?? needsTls(request);
  };
}

function health(request: EdgeRequest, { state, problems }: Routed): EdgeReply {
  const refusal = readOnly(request);
  if (refusal) return refusal;
  if (request.path === '/healthz') return plain(200, 'alive');
  return plain(state() === 'ready' ? 200 : 503, [state(), ...problems()].join('\n'));
}

/** RFC 9110 §15.5.6: the refusal of a method that does anything, with those that are known. */
function readOnly({ method }: EdgeRequest): EdgeReply | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  const refusal = plain(405, 'Use GET or HEAD.');
  return { ...refusal, headers: { ...refusal.headers, allow: 'GET, HEAD' } };
}

async function metricsReply(metrics: Metrics): Promise<EdgeReply> {
  return { status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.text() };
}

function needsTls({ headers }: EdgeRequest): EdgeReply {
  const requestId = crypto.randomUUID().toUpperCase();
  return {
    status: 400,
    headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId },
    body: JSON.stringify({
      RequestId: requestId,
      HostId: headers.only('host') ?? '',
      Code: 'InvalidProtocol.NeedSsl',
      Message: 'Only /ocsp, /crl/ and /issuer/ are served over plain http here; call the API by its https address.',
    }),
  };
}

function plain(status: number, text: string): EdgeReply {
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=utf-8', 'cache-control': 'no-store' },
    body: `${text}\n`,
  };
}
