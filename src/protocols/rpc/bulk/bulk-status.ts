// POST /v1/status: how up to a million serial numbers stand, in one call. Ours, not the vendor's.
//
// Signature V3 signs the hash of the body in a header, so that who calls is settled before the body is read. The body is read to its
// end, hashed and kept as words before the first answer goes out: nothing is said to a body that is not the one signed.

import { createHash, type Hash } from 'node:crypto';
import { Turns } from '../../../base/in-turns.ts';
import type { AccountId } from '../../../base/journal-entry.ts';
import { keysPerPage, SerialKeys } from '../../../registry/serial-keys.ts';
import { BodyLost, type EdgeReply, type EdgeRequest, type StreamedReply } from '../../edge.ts';
import { createCallIds } from '../call-ids.ts';
import { gatewayError, RpcError } from '../errors.ts';
import { admit, beginCall, type GatewayServices, observe, type Progress, refusalReply } from '../gateway.ts';
import type { Operation } from '../operation.ts';
import { DescribeClientCertificateStatusForSerialNumber } from '../operations/cas/DescribeClientCertificateStatusForSerialNumber.ts';
import { ParameterList } from '../parameter-list.ts';
import { judge, refusal } from '../permission.ts';
import { formsOf } from './media-types.ts';
import { longestLine } from './serial-lines.ts';
import { invalidSerialNumber, tooMany } from './serial-reader.ts';
import type { StatusWriter } from './status-writer.ts';

export const bulkStatusPath = '/v1/status';

/** What permission, quota, logs and metrics know the call as. */
const operation: Operation = DescribeClientCertificateStatusForSerialNumber;

export interface BulkRules {
  /** Most serial numbers of one call. */
  readonly maxSerials: number;
  /** How many serial numbers count as one call against the account's limit; 0: any number of them. */
  readonly serialsPerCall: number;
  /** Of the last entry that the status index has taken over. */
  readonly journalPosition: () => number;
}

/** @param chunks  the body as it comes, read only once the call is admitted. @throws {BodyLost} from within `chunks`. */
export type BulkStatus = (
  request: Omit<EdgeRequest, 'body'>,
  chunks: AsyncIterable<Uint8Array>,
) => Promise<EdgeReply | StreamedReply>;

/** Of the page that is worked on: from the question to the index to the writing of the answer nothing waits. */
const moments = new Float64Array(keysPerPage);

/** A call keeps 20 octets a serial number until it is answered: so many at a time, and of one account. */
const mostAtATime = 8;
const mostOfAccount = 2;

/** A serial number with its quotes, colons and what else a line may have, on average. */
const octetsPerSerial = 128;

export function createBulkStatus(gateway: GatewayServices, rules: BulkRules): BulkStatus {
  const ids = createCallIds(gateway.random);
  const turns = new Turns();
  const places = new Places();
  return async (head, chunks) => {
    const request = { ...head, body: new Uint8Array() };
    const progress = beginCall(request, ids, gateway.clock);
    let leave: (() => void) | undefined;
    try {
      const account = await authorise(progress, gateway);
      const forms = formsOf(request.headers, gateway.services.statusRules);
      leave = places.enter(account);
      const keys = new SerialKeys();
      const reader = forms.read({ keys, most: rules.maxSerials });
      await readBody(chunks, { request, reader, turns, most: rules.maxSerials });
      if (keys.size === 0) throw invalidSerialNumber('The body', 'has no serial number');
      progress.size = keys.size;
      if (rules.serialsPerCall > 0) {
        gateway.throttle.charge(account, operation, Math.ceil(keys.size / rules.serialsPerCall) - 1);
      }
      return answer({ keys, account, turns, form: forms.answer, leave }, progress, gateway, rules);
    } catch (thrown) {
      leave?.();
      return refusalReply(thrown instanceof BodyLost ? lost(thrown) : thrown, progress, gateway);
    }
  };
}

/** The same checks as of other calls, in the same order (docs/life-of-a-request.md). */
async function authorise(progress: Progress, gateway: GatewayServices): Promise<AccountId> {
  const { request } = progress;
  if (request.method !== 'POST') throw gatewayError('UnsupportedHTTPMethod', `Use POST for ${bulkStatusPath}.`);
  if (request.query !== '') throw new RpcError('InvalidParameter', 400, `${bulkStatusPath} takes no parameters.`);
  if (!request.headers.has('authorization')) {
    throw gatewayError(
      'IncompleteSignature',
      'The call must be signed in the Authorization header (ACS3-HMAC-SHA256).',
    );
  }
  const none = new ParameterList();
  const { caller, action, version } = gateway.authenticate(request, { body: 'unread', all: none, query: none });
  progress.caller = caller;
  if (version !== operation.product.version) {
    throw gatewayError('InvalidVersion', `x-acs-version must be ${operation.product.version} for ${bulkStatusPath}.`);
  }
  if (action !== operation.name) {
    throw gatewayError('InvalidAction.NotFound', `x-acs-action must be ${operation.name} for ${bulkStatusPath}.`);
  }
  progress.operation = operation;
  if (!request.secure && gateway.requiresTls(operation)) throw gatewayError('InvalidProtocol.NeedSsl');
  admit(operation, caller, gateway.throttle);
  const call = { operation, caller, request, parameters: none };
  const judgement = await judge(call, gateway.services);
  progress.judgement = judgement;
  const { decision } = judgement;
  if (!decision.allowed) {
    throw refusal({ ...judgement, decision }, { ...call, requestId: progress.requestId }, gateway.services);
  }
  return caller.account;
}

interface Reading {
  readonly request: EdgeRequest;
  readonly reader: { readonly take: (chunk: Uint8Array) => void; readonly end: () => void };
  readonly turns: Turns;
  readonly most: number;
}

/** @throws {RpcError} for a body that is not the one signed, is too large, or has something else than serial numbers in it. */
async function readBody(chunks: AsyncIterable<Uint8Array>, { request, reader, turns, most }: Reading): Promise<void> {
  const mostOctets = longestLine + octetsPerSerial * most;
  if (Number(request.headers.only('content-length') ?? 0) > mostOctets) throw tooMany(most);
  const hash = createHash('sha256');
  let octets = 0;
  for await (const chunk of chunks) {
    await turns.next();
    octets += chunk.length;
    if (octets > mostOctets) throw tooMany(most);
    hash.update(chunk);
    reader.take(chunk);
  }
  assertSigned(hash, request);
  reader.end();
}

function assertSigned(hash: Hash, { headers }: EdgeRequest): void {
  if (headers.only('x-acs-content-sha256')?.toLowerCase() === hash.digest('hex')) return;
  throw gatewayError('SignatureDoesNotMatch', 'x-acs-content-sha256 is not the SHA-256 of the body received.');
}

interface Answering {
  readonly keys: SerialKeys;
  readonly account: AccountId;
  readonly turns: Turns;
  readonly form: { readonly contentType: string; readonly writer: StatusWriter };
  readonly leave: () => void;
}

function answer(
  { keys, account, turns, form, leave }: Answering,
  progress: Progress,
  gateway: GatewayServices,
  { journalPosition }: BulkRules,
): StreamedReply {
  const { requestId, traceId } = progress;
  const { contentType, writer } = form;
  const { statusIndex } = gateway.services;
  async function* body(): AsyncGenerator<Uint8Array, void, void> {
    for (const page of keys.pages()) {
      await turns.next();
      statusIndex.lookupPage(account, page, moments);
      yield writer.page(page, moments);
    }
    yield writer.end(keys.size, requestId);
  }
  const length = writer.lengthOf(keys.size);
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      ...(length !== undefined && { 'content-length': String(length) }),
      'cache-control': 'no-store',
      'x-acs-request-id': requestId,
      'x-acs-trace-id': traceId,
      'x-certitude-journal-position': String(journalPosition()),
    },
    body: body(),
    ended: (isWhole) => {
      leave();
      observe(progress, { status: 200, code: isWhole ? undefined : 'AnswerNotRead', cause: undefined }, gateway);
    },
  };
}

function lost({ reason }: BodyLost): RpcError {
  return reason === 'timeout'
    ? new RpcError('RequestTimeout', 408, 'The body did not arrive in the time that one of its size is given.')
    : new RpcError('RequestAborted', 400, 'The body broke off.');
}

/** How many calls are under way. */
class Places {
  readonly #ofAccount = new Map<AccountId, number>();
  #all = 0;

  /** @returns what gives the place back, once. @throws {RpcError} where there is none. */
  enter(account: AccountId): () => void {
    const own = this.#ofAccount.get(account) ?? 0;
    if (own >= mostOfAccount || this.#all >= mostAtATime) {
      const whose = own >= mostOfAccount ? 'of this account' : 'of all accounts';
      const count = own >= mostOfAccount ? own : this.#all;
      throw gatewayError('ServiceUnavailable', `${count} bulk calls ${whose} are being answered; try again after one.`);
    }
    this.#all++;
    this.#ofAccount.set(account, own + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#all--;
      const left = (this.#ofAccount.get(account) ?? 0) - 1;
      if (left > 0) this.#ofAccount.set(account, left);
      else this.#ofAccount.delete(account);
    };
  }
}
