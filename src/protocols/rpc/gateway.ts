// The way of a signed call, from the request to the reply. `answer` below is the whole order of checks.

import { InvalidName } from '../../access/administration/command.ts';
import { arnOf } from '../../access/principal.ts';
import { TooMuchWaiting } from '../../base/at-most.ts';
import type { RandomBytes } from '../../base/bytes.ts';
import { Refused } from '../../base/refusal.ts';
import type { Clock, MonotonicMillis } from '../../base/time.ts';
import { EncodingError } from '../../pki/der-writer.ts';
import { SignerBusy } from '../../registry/signer.ts';
import { StoreUnavailable } from '../../registry/store.ts';
import type { EdgeReply, EdgeRequest, Services } from '../edge.ts';
import { type Asked, readAsked } from './asked.ts';
import type { Authenticate, Authenticated, Caller } from './authentication.ts';
import { type CallIds, createCallIds } from './call-ids.ts';
import type { Catalog } from './catalog.ts';
import { AnsweredElsewhere } from './elsewhere.ts';
import { gatewayError, ParameterError, RpcError } from './errors.ts';
import type { Operation } from './operation.ts';
import { type Collected, collectParameters } from './parameters.ts';
import { conditionContext, type JudgedCall, type Judgement, judge, refusal } from './permission.ts';
import { contentTypeOf, type Format, isWritten, parseFormat, render } from './render.ts';
import type { Throttle } from './throttle.ts';
import { parameterError, wordingOf } from './wording.ts';

export interface GatewayServices {
  readonly catalog: Catalog;
  readonly authenticate: Authenticate;
  /** Whether a call of the operation is refused over plain http. */
  readonly requiresTls: (operation: Operation) => boolean;
  /** Sees to it that a crash does not forget the nonce of this call. @throws {StoreUnavailable} when it would. */
  readonly secureNonce: () => void;
  readonly throttle: Throttle<Operation>;
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
export interface Progress {
  readonly request: EdgeRequest;
  readonly requestId: string;
  readonly traceId: string;
  readonly began: MonotonicMillis;
  format: Format;
  collected: Collected | undefined;
  caller: Caller | undefined;
  operation: Operation | undefined;
  judgement: Judgement | undefined;
  /** How many certificates were asked about, where the operation cannot tell it from its parameters. */
  size: number | undefined;
}

export type Gateway = (request: EdgeRequest) => EdgeReply | Promise<EdgeReply>;

export function createGateway(gateway: GatewayServices): Gateway {
  const ids = createCallIds(gateway.random);
  return (request) => {
    const progress = beginCall(request, ids, gateway.clock);
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

export function beginCall(request: EdgeRequest, ids: CallIds, clock: Clock): Progress {
  return {
    request,
    requestId: ids.requestId(),
    traceId: ids.traceId(),
    began: clock.monotonic(),
    format: 'JSON',
    collected: undefined,
    caller: undefined,
    operation: undefined,
    judgement: undefined,
    size: undefined,
  };
}

function answer(progress: Progress, gateway: GatewayServices): object | Promise<object> {
  const { request } = progress;
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
  if (!request.secure && gateway.requiresTls(operation)) throw gatewayError('InvalidProtocol.NeedSsl');
  admit(operation, caller, gateway.throttle);
  const call = { operation, caller, request, parameters: parameters.all };
  const judged = judge(call, gateway.services);
  if (judged instanceof Promise) return judged.then((judgement) => carryOut(call, judgement, progress, gateway));
  return carryOut(call, judged, progress, gateway);
}

function carryOut(
  asked: JudgedCall,
  judgement: Judgement,
  progress: Progress,
  gateway: GatewayServices,
): object | Promise<object> {
  const { operation, caller, request, parameters } = asked;
  const { requestId } = progress;
  progress.judgement = judgement;
  const { decision } = judgement;
  if (!decision.allowed) throw refusal({ ...judgement, decision }, { ...asked, requestId }, gateway.services);
  if (operation.isOnRecord) gateway.secureNonce();
  const { account, principal } = caller;
  const actor = { principal: arnOf(principal), requestId, sourceAddress: request.sourceAddress() };
  const context = () => conditionContext(asked, gateway.clock);
  return operation.perform(parameters, { account, principal, actor, context }, gateway.services);
}

function answerReply(answered: object, progress: Progress, gateway: GatewayServices): EdgeReply {
  const { requestId, format, operation } = progress;
  const root = `${operation?.name}Response`;
  if (isWritten(answered)) progress.size = answered.size;
  observe(progress, { status: 200, code: undefined, cause: undefined }, gateway);
  return {
    status: 200,
    headers: replyHeaders(progress),
    body: isWritten(answered)
      ? answered.write(format, root, requestId)
      : render(format, root, { ...answered, RequestId: requestId }),
  };
}

export function refusalReply(thrown: unknown, progress: Progress, gateway: GatewayServices): EdgeReply {
  if (thrown instanceof AnsweredElsewhere) throw thrown;
  const error = toRpcError(thrown, progress.operation);
  const { status, code, retryAfterMillis, decision } = error;
  // A trust policy decides after the caller's own have allowed.
  if (decision && progress.judgement) progress.judgement = { ...progress.judgement, decision };
  const isFault = status >= 500 && thrown !== error && !isLoadLimit(thrown);
  observe(progress, { status, code, cause: isFault ? thrown : undefined }, gateway);
  const headers = replyHeaders(progress);
  if (retryAfterMillis !== undefined) headers['x-acs-retry-after'] = String(retryAfterMillis);
  return { status, headers, body: render(progress.format, 'Error', errorBody(error, progress)) };
}

/** Whoever asks decides how often these are reached, and nothing is broken. */
function isLoadLimit(thrown: unknown): boolean {
  return thrown instanceof SignerBusy || thrown instanceof TooMuchWaiting;
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

export function observe(
  { request, requestId, traceId, began, collected, caller, operation, judgement, size }: Progress,
  ending: Pick<CallOutcome, 'status' | 'code' | 'cause'>,
  { clock, observe: report }: GatewayServices,
): void {
  const { status, code, cause } = ending;
  const outcome = {
    requestId,
    traceId,
    sourceAddress: request.sourceAddress(),
    userAgent: request.headers.only('user-agent'),
    secure: request.secure,
    asked: operation && caller ? undefined : readAsked(request, collected),
    operation,
    caller,
    judgement,
    size: size ?? (collected && operation?.sizeOf?.(collected.all)),
    status,
    code,
    cause,
  };
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

export function admit(operation: Operation, { account }: Caller, throttle: Throttle<Operation>): void {
  const throttled = throttle.admit(account, operation);
  if (throttled === undefined) return;
  const { limit, retryAfterMillis } = throttled;
  throw gatewayError(limit === 'account' ? 'Throttling.User' : 'Throttling.Api', undefined, { retryAfterMillis });
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
  if (thrown instanceof TooMuchWaiting) {
    return gatewayError('ServiceUnavailable', 'Too much of this is under way here; try again in a few seconds.');
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
