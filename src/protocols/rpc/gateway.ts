// The way of a signed call, from the request to the reply. `answer` below is the whole order of checks.

import { InvalidName } from '../../access/administration/command.ts';
import { arnOf } from '../../access/principal.ts';
import type { RandomBytes } from '../../base/bytes.ts';
import { Refused } from '../../base/refusal.ts';
import type { Clock, MonotonicMillis } from '../../base/time.ts';
import { EncodingError } from '../../pki/der-writer.ts';
import { SignerBusy } from '../../registry/signer.ts';
import { StoreUnavailable } from '../../registry/store.ts';
import type { EdgeReply, EdgeRequest, Services } from '../edge.ts';
import type { Authenticate, Authenticated, Caller } from './authentication.ts';
import { createCallIds } from './call-ids.ts';
import type { Catalog } from './catalog.ts';
import { gatewayError, ParameterError, RpcError } from './errors.ts';
import type { Operation } from './operation.ts';
import { type Collected, collectParameters } from './parameters.ts';
import { conditionContext, judge, requireAllowed } from './permission.ts';
import { contentTypeOf, type Format, parseFormat, render } from './render.ts';
import type { Throttle } from './throttle.ts';
import { parameterError, wordingOf } from './wording.ts';

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
  readonly request: EdgeRequest;
  readonly requestId: string;
  readonly traceId: string;
  readonly began: MonotonicMillis;
  format: Format;
  caller: Caller | undefined;
  operation: Operation | undefined;
}

export type Gateway = (request: EdgeRequest) => EdgeReply | Promise<EdgeReply>;

export function createGateway(gateway: GatewayServices): Gateway {
  const ids = createCallIds(gateway.random);
  return (request) => {
    const progress: Progress = {
      request,
      requestId: ids.requestId(),
      traceId: ids.traceId(),
      began: gateway.clock.monotonic(),
      format: 'JSON',
      caller: undefined,
      operation: undefined,
    };
    try {
      const answered = answer(progress, gateway);
      // What needs no waiting is answered in the same turn.
      if (!(answered instanceof Promise)) return answerReply(answered, progress, gateway);
      return answered.then(
        (body) => answerReply(body, progress, gateway),
        (thrown) => refusalReply(thrown, progress, gateway),
      );
    } catch (thrown) {
      return refusalReply(thrown, progress, gateway);
    }
  };
}

function answer(progress: Progress, gateway: GatewayServices): object | Promise<object> {
  const { request, requestId } = progress;
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
  const asked = { operation, caller, request, parameters: parameters.all };
  requireAllowed(judge(asked, gateway.services), { ...asked, requestId }, gateway.services);
  const actor = { principal: arnOf(caller.principal), requestId, sourceAddress: request.sourceAddress };
  const context = () => conditionContext(asked, gateway.clock);
  const call = { account: caller.account, principal: caller.principal, actor, context };
  return operation.perform(parameters.all, call, gateway.services);
}

function answerReply(answered: object, progress: Progress, gateway: GatewayServices): EdgeReply {
  const body = { ...answered, RequestId: progress.requestId };
  observe(progress, { status: 200, code: undefined, cause: undefined }, gateway);
  return {
    status: 200,
    headers: replyHeaders(progress),
    body: render(progress.format, `${progress.operation?.name}Response`, body),
  };
}

function refusalReply(thrown: unknown, progress: Progress, gateway: GatewayServices): EdgeReply {
  const error = toRpcError(thrown, progress.operation);
  const { status, code, retryAfterMillis } = error;
  observe(progress, { status, code, cause: status >= 500 ? thrown : undefined }, gateway);
  const headers = replyHeaders(progress);
  if (retryAfterMillis !== undefined) headers['x-acs-retry-after'] = String(retryAfterMillis);
  return { status, headers, body: render(progress.format, 'Error', errorBody(error, progress)) };
}

function replyHeaders({ format, requestId, traceId }: Progress): Record<string, string> {
  return {
    'content-type': contentTypeOf(format),
    'x-acs-request-id': requestId,
    'x-acs-trace-id': traceId,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': '*',
  };
}

function observe(
  { request, requestId, traceId, began, caller, operation }: Progress,
  ending: Pick<CallOutcome, 'status' | 'code' | 'cause'>,
  { clock, observe: report }: GatewayServices,
): void {
  const outcome = { requestId, traceId, sourceAddress: request.sourceAddress, operation, caller, ...ending };
  report(outcome, clock.monotonic() - began);
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
function toRpcError(thrown: unknown, operation: Operation | undefined): RpcError {
  if (thrown instanceof RpcError) return thrown;
  if (thrown instanceof ParameterError) return parameterError(operation?.product, thrown);
  if (thrown instanceof Refused) {
    const { code, http, message } = wordingOf(operation?.product).refusal(thrown.refusal, operation?.name ?? '');
    return new RpcError(code, http, message);
  }
  if (thrown instanceof InvalidName) return new RpcError('InvalidParameter', 400, `${thrown.message}.`);
  if (thrown instanceof EncodingError) return new RpcError('InvalidParameter', 400, `${thrown.message}.`);
  if (thrown instanceof StoreUnavailable) return gatewayError('ServiceUnavailable');
  if (thrown instanceof SignerBusy) {
    return gatewayError('ServiceUnavailable', 'Too many keys are being made here; try again in a few seconds.');
  }
  return gatewayError('InternalError');
}

function errorBody(error: RpcError, { request, requestId, operation }: Progress): object {
  const product = operation?.product.code ?? 'cas';
  const query = new URLSearchParams({ q: error.code, product, requestId });
  return {
    RequestId: requestId,
    HostId: request.headers.only('host') ?? '',
    Code: error.code,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?${query}`,
    ...(error.accessDenied && { AccessDeniedDetail: error.accessDenied }),
  };
}
