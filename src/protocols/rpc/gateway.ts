// The way of a signed call, from the request to the reply. `answer` below is the whole order of checks.

import { bytesToHex, type RandomBytes } from '../../base/bytes.ts';
import { Refused } from '../../base/refusal.ts';
import type { Clock } from '../../base/time.ts';
import { EncodingError } from '../../pki/der-writer.ts';
import { SignerBusy } from '../../registry/signer.ts';
import { StoreUnavailable } from '../../registry/store.ts';
import { type EdgeReply, type EdgeRequest, onlyHeader, type Services } from '../edge.ts';
import type { Authenticate, Authenticated, Caller } from './authentication.ts';
import type { Catalog } from './catalog.ts';
import { gatewayError, RpcError, wireRefusal } from './errors.ts';
import type { Operation } from './operation.ts';
import { type Collected, collectParameters } from './parameters.ts';
import { authorize, conditionContext } from './permission.ts';
import { contentTypeOf, type Format, parseFormat, render } from './render.ts';
import type { Throttle } from './throttle.ts';

export interface GatewayServices {
  readonly catalog: Catalog;
  readonly authenticate: Authenticate;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly services: Services;
  readonly observe: (outcome: CallOutcome, durationMillis: number) => void;
}

/** What a call came to, for log and metrics. */
export interface CallOutcome {
  readonly requestId: string;
  readonly traceId: string;
  readonly sourceAddress: string;
  /** Only from the catalogue: what a caller invents must not become a metric's label. */
  readonly operation: Operation | undefined;
  readonly caller: Caller | undefined;
  readonly status: number;
  readonly code: string | undefined;
  /** The cause of an internal error, for the log alone. */
  readonly cause: unknown;
}

/** What is known of a call so far: filled in on the way, read when it ends, however it ends. */
interface Progress {
  readonly requestId: string;
  format: Format;
  caller?: Caller;
  operation?: Operation;
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
    const outcome = {
      requestId: progress.requestId,
      traceId,
      sourceAddress: request.sourceAddress,
      operation: progress.operation,
      caller: progress.caller,
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
  progress.format = chooseFormat(parameters);
  const authenticated = gateway.authenticate(request, parameters);
  const { caller } = authenticated;
  progress.caller = caller;
  const operation = chooseOperation(authenticated, gateway.catalog);
  progress.operation = operation;
  admit(operation, caller, gateway.throttle);
  const { requestId } = progress;
  const asked = { operation, caller, parameters: parameters.all };
  const context = conditionContext({ ...asked, request }, gateway.clock);
  authorize({ ...asked, context, requestId }, gateway.services);
  const actor = { principal: context.principalArn, requestId, sourceAddress: request.sourceAddress };
  const call = { account: caller.account, principal: caller.principal, actor, context };
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

function admit(operation: Operation, { account }: Caller, throttle: Throttle): void {
  const retryAfterMillis = throttle.admit(account, operation.name);
  if (retryAfterMillis > 0) throw gatewayError('Throttling.User', undefined, { retryAfterMillis });
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
