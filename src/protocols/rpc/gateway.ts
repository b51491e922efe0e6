// The way of a signed call, from the request to the reply. `answer` below is the whole order of checks.

import { arnOf } from '../../access/principal.ts';
import { bytesToHex, type RandomBytes } from '../../base/bytes.ts';
import { Refused } from '../../base/refusal.ts';
import { EncodingError } from '../../pki/der-writer.ts';
import { SignerBusy } from '../../registry/signer.ts';
import { StoreUnavailable } from '../../registry/store.ts';
import { type EdgeReply, type EdgeRequest, onlyHeader, type Services } from '../edge.ts';
import { type Asked, readAsked } from './asked.ts';
import type { Authenticate, Authenticated, Caller } from './authentication.ts';
import type { Catalog } from './catalog.ts';
import { gatewayError, RpcError, wireRefusal } from './errors.ts';
import type { Operation } from './operation.ts';
import { type Collected, collectParameters } from './parameters.ts';
import { type Judgement, judge, type PermissionServices, requireAllowed } from './permission.ts';
import { contentTypeOf, type Format, parseFormat, render } from './render.ts';
import type { Throttle } from './throttle.ts';

export interface GatewayServices extends PermissionServices {
  readonly catalog: Catalog;
  readonly authenticate: Authenticate;
  readonly throttle: Throttle<Operation>;
  readonly random: RandomBytes;
  readonly services: Services;
  readonly observe: (outcome: CallOutcome, durationMillis: number) => void;
}

/** What a call came to, for log and metrics. */
export interface CallOutcome {
  readonly requestId: string;
  readonly traceId: string;
  readonly sourceAddress: string;
  readonly userAgent: string | undefined;
  /** Whether the call came over TLS. */
  readonly secure: boolean;
  /** As the caller put it; only where `caller` or `operation` is missing, which tell it otherwise. */
  readonly asked: Asked | undefined;
  /** Only from the catalogue: what a caller invents must not become a metric's label. */
  readonly operation: Operation | undefined;
  readonly caller: Caller | undefined;
  /** What his policies said; absent where it did not come to that. */
  readonly judgement: Judgement | undefined;
  /** How many certificates were asked about, where it may be many. */
  readonly size: number | undefined;
  readonly status: number;
  readonly code: string | undefined;
  /** The cause of an internal error, for the log alone. */
  readonly cause: unknown;
}

/** What is known of a call so far: filled in on the way, read when it ends, however it ends. */
interface Progress {
  readonly requestId: string;
  format: Format;
  collected?: Collected;
  caller?: Caller;
  operation?: Operation;
  judgement?: Judgement;
}

export type Gateway = (request: EdgeRequest) => Promise<EdgeReply>;

export function createGateway(gateway: GatewayServices): Gateway {
  return async (request) => {
    const progress: Progress = { requestId: newRequestId(gateway.random), format: 'JSON' };
    const traceId = bytesToHex(gateway.random(16));
    const began = gateway.clock.monotonic();
    let status = 200;
    let code: string | undefined;
    let cause: unknown;
    let body: object;
    let root: string;
    let retryAfterMillis: number | undefined;
    try {
      const answered = await answer(request, progress, gateway);
      body = { ...answered.body, RequestId: progress.requestId };
      root = `${answered.operation.name}Response`;
    } catch (thrown) {
      const error = toRpcError(thrown);
      if (error.status >= 500) cause = thrown;
      ({ status, code, retryAfterMillis } = error);
      body = errorBody(error, request, progress);
      root = 'Error';
    }
    const { operation, caller, collected, judgement } = progress;
    const outcome = {
      requestId: progress.requestId,
      traceId,
      sourceAddress: request.sourceAddress,
      userAgent: onlyHeader(request, 'user-agent'),
      secure: request.secure,
      asked: operation && caller ? undefined : readAsked(request, collected),
      operation,
      caller,
      judgement,
      size: collected && operation?.sizeOf?.(collected.all),
      status,
      code,
      cause,
    };
    gateway.observe(outcome, gateway.clock.monotonic() - began);
    return {
      status,
      headers: {
        'content-type': contentTypeOf(progress.format),
        'x-acs-request-id': progress.requestId,
        'x-acs-trace-id': traceId,
        'access-control-allow-origin': '*',
        'access-control-expose-headers': '*',
        ...(retryAfterMillis !== undefined && { 'x-acs-retry-after': String(retryAfterMillis) }),
      },
      body: render(progress.format, root, body),
    };
  };
}

async function answer(request: EdgeRequest, progress: Progress, gateway: GatewayServices) {
  if (request.path !== '/') throw gatewayError('InvalidApi.NotFound');
  if (request.method !== 'GET' && request.method !== 'POST') throw gatewayError('UnsupportedHTTPMethod');
  const parameters = collectParameters(request);
  progress.collected = parameters;
  progress.format = chooseFormat(parameters);
  const authenticated = gateway.authenticate(request, parameters);
  const { caller } = authenticated;
  progress.caller = caller;
  const operation = chooseOperation(authenticated, gateway.catalog);
  progress.operation = operation;
  admit(operation, caller, gateway.throttle);
  progress.judgement = judge({ operation, caller, request, parameters: parameters.all }, gateway);
  requireAllowed(progress.judgement, caller, gateway);
  const { requestId } = progress;
  const actor = { principal: arnOf(caller.principal), requestId, sourceAddress: request.sourceAddress };
  const call = { account: caller.account, principal: caller.principal, actor };
  return { operation, body: await operation.perform(parameters.all, call, gateway.services) };
}

function chooseFormat({ all }: Collected): Format {
  const format = parseFormat(all.get('Format'));
  if (!format) throw gatewayError('InvalidParameter.Format');
  return format;
}

function chooseOperation({ action, version }: Authenticated, catalog: Catalog): Operation {
  const operations = catalog.get(version);
  if (!operations) {
    throw gatewayError(
      'InvalidVersion',
      `Version must be that of an API served here: ${[...catalog.keys()].join(', ')}.`,
    );
  }
  const operation = operations.get(action);
  if (!operation) throw gatewayError('InvalidAction.NotFound');
  return operation;
}

function admit(operation: Operation, { account }: Caller, throttle: Throttle<Operation>): void {
  const throttled = throttle.admit(account, operation);
  if (throttled === undefined) return;
  const { limit, retryAfterMillis } = throttled;
  throw gatewayError(limit === 'account' ? 'Throttling.User' : 'Throttling.Api', undefined, { retryAfterMillis });
}

/** Everything that has no words of its own becomes the bland internal error; its cause goes to the log alone. */
function toRpcError(thrown: unknown): RpcError {
  if (thrown instanceof RpcError) return thrown;
  if (thrown instanceof Refused) {
    const { code, http, message } = wireRefusal(thrown.refusal);
    return new RpcError(code, http, message);
  }
  if (thrown instanceof EncodingError) return new RpcError('InvalidParameter', 400, `${thrown.message}.`);
  if (thrown instanceof StoreUnavailable) return gatewayError('ServiceUnavailable');
  if (thrown instanceof SignerBusy) {
    return gatewayError('ServiceUnavailable', 'Too many keys are being made here; try again in a few seconds.');
  }
  return gatewayError('InternalError');
}

function errorBody(error: RpcError, request: EdgeRequest, { requestId, operation }: Progress): object {
  const product = operation?.product.code ?? 'cas';
  const query = new URLSearchParams({ q: error.code, product, requestId });
  return {
    RequestId: requestId,
    HostId: onlyHeader(request, 'host') ?? '',
    Code: error.code,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?${query}`,
    ...(error.accessDenied && { AccessDeniedDetail: error.accessDenied }),
  };
}

/** An upper-case UUID, as the vendor's. */
function newRequestId(random: RandomBytes): string {
  const bytes = random(16);
  // RFC 9562 §5.4: version 4, variant 10.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytesToHex(bytes).toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
