// What the main thread and the threads that serve beside it say to each other. All of it is plain data that can be posted.

import type { KeyObject } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { MessagePort } from 'node:worker_threads';
import type { Range } from '../../access/ip-range.ts';
import type { AccessEntry, LastUse } from '../../access/principals.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import type { EdgeReply, EdgeRequest, StatusRules } from '../../protocols/edge.ts';
import type { SharedNonces } from '../../protocols/rpc/replay.ts';
import type { OcspAnswer } from '../../registry/ocsp-answer.ts';
import type { SharedStandings } from '../../registry/standings.ts';
import type { Durations } from '../call-metrics.ts';
import { HeaderLines } from '../http/header-lines.ts';
import type { ListenAddress } from '../setting.ts';
import type { ServedTls } from '../tls/served.ts';
import type { PostedStream } from './streams.ts';

/** Which of the two addresses a request came to. */
export type Listener = 'plain' | 'secure';

/** What a thread is begun with. */
export interface ThreadOptions {
  /** From 1: the main thread, which serves as well, has none. */
  readonly thread: number;
  readonly logLevel: string;
  readonly addresses: Readonly<Record<Listener, ListenAddress | undefined>>;
  /** Whether the API is to be had at the plain address. */
  readonly plainServesAll: boolean;
  readonly statusIndex: SharedStandings;
  /** One word: the number of the last journal entry about access that counts, in its lowest 32 bits. */
  readonly accessSequence: SharedArrayBuffer;
  readonly nonces: SharedNonces;
  readonly nonceFolder: string;
  readonly masterKey: KeyObject;
  readonly statusRules: StatusRules;
  readonly ocspMaxAgeSeconds: number;
  /** Of each operation that the threads answer themselves, by name. */
  readonly operations: ReadonlyMap<string, OperationRules>;
  readonly trustedProxies: readonly Range[];
  readonly keepsAccessLog: boolean;
}

export interface OperationRules {
  readonly requiresTls: boolean;
  /** Calls a second; 0 for no limit. */
  readonly qps: number;
  readonly apiQps: number;
}

/** From the main thread. */
export type ToThread =
  | { readonly type: 'access'; readonly entries: readonly AccessEntry[] }
  /** What https is served with from now on; the first comes before `serve`. */
  | { readonly type: 'tls'; readonly tls: PostedTls }
  | { readonly type: 'serve' }
  | { readonly type: 'replies'; readonly replies: readonly PostedReply[] }
  | { readonly type: 'ocsp'; readonly answers: readonly PostedOcspAnswer[] }
  | { readonly type: 'stream-reply'; readonly listener: Listener; readonly reply: PostedStreamReply }
  | { readonly type: 'report-taken' }
  | { readonly type: 'stop'; readonly graceMillis: number };

/** From a thread beside it. */
export type FromThread =
  | { readonly type: 'serving' }
  | { readonly type: 'requests'; readonly requests: readonly PostedRequest[] }
  | { readonly type: 'ocsp'; readonly requests: readonly PostedOcspRequest[] }
  | { readonly type: 'stream'; readonly stream: PostedStream }
  | { readonly type: 'report'; readonly report: Report };

/** Without what cannot be posted, which it never has. */
export interface PostedTls {
  readonly context: Pick<
    SecureContextOptions,
    'cert' | 'key' | 'passphrase' | 'minVersion' | 'maxVersion' | 'ciphers' | 'honorCipherOrder' | 'secureOptions'
  >;
  readonly ticketKeys: Uint8Array;
}

export interface PostedRequest extends Omit<EdgeRequest, 'headers' | 'sourceAddress'> {
  readonly sourceAddress: string;
  readonly id: number;
  readonly listener: Listener;
  readonly headerLines: readonly string[];
}

export interface PostedReply {
  readonly id: number;
  /** Absent where there is none, and the connection is to be cut off. */
  readonly reply: EdgeReply | undefined;
}

export interface PostedOcspRequest {
  readonly id: number;
  readonly der: Uint8Array;
  /** What the responder knows it by when it comes again. */
  readonly received: string;
}

export interface PostedOcspAnswer {
  readonly id: number;
  readonly answer: OcspAnswer;
}

/** To a request whose body came over a port; the reply's body comes over one too where it is long. */
export interface PostedStreamReply extends PostedReply {
  readonly body?: MessagePort;
}

/** What a thread has done since the last one. */
export interface Report {
  /** Of the access log, each with its end: one text is posted in a fraction of the time of many. */
  readonly lines: string;
  readonly lineCount: number;
  /** Lines there was no room for. */
  readonly lostLines: number;
  /** By operation, account and code, each in the thread's own words. */
  readonly calls: ReadonlyMap<string, ReportedCalls>;
  /** How many OCSP requests, by method and outcome with a blank between. */
  readonly ocsp: ReadonlyMap<string, number>;
  /** By subject. */
  readonly lastUses: ReadonlyMap<string, LastUse>;
  /** Requests it answered itself, and those it had answered by the main thread. */
  readonly ownReplies: number;
  readonly passedOn: number;
}

/** Calls that ended alike. */
export interface ReportedCalls {
  /** Of the operation; absent where a call came to none. */
  readonly operation: { readonly version: string; readonly name: string } | undefined;
  readonly code: string | undefined;
  readonly account: AccountId | undefined;
  readonly status: number;
  readonly durations: Durations;
}

export function postedRequest(
  { headers, body, sourceAddress, ...rest }: EdgeRequest,
  about: Pick<PostedRequest, 'id' | 'listener'>,
): PostedRequest {
  const headerLines = headers instanceof HeaderLines ? headers.lines : [];
  return {
    ...rest,
    ...about,
    sourceAddress: sourceAddress(),
    headerLines,
    body: typeof body === 'string' ? body : alone(body),
  };
}

export function receivedRequest(posted: PostedRequest): EdgeRequest {
  const { method, path, query, body, sourceAddress, secure } = posted;
  const headers = new HeaderLines(posted.headerLines);
  return { method, path, query, headers, body, sourceAddress: () => sourceAddress, secure };
}

export function postedReply(id: number, reply: EdgeReply | undefined): PostedReply {
  if (reply === undefined || typeof reply.body === 'string') return { id, reply };
  return { id, reply: { ...reply, body: alone(reply.body) } };
}

export function postedOcspRequest(id: number, der: Uint8Array, received: string): PostedOcspRequest {
  return { id, der: alone(der), received };
}

export function postedOcspAnswer(id: number, answer: OcspAnswer): PostedOcspAnswer {
  return { id, answer: { ...answer, der: alone(answer.der) } };
}

export function postedTls({ context, ticketKeys }: ServedTls): PostedTls {
  return { context, ticketKeys: alone(ticketKeys) };
}

/** With a view, all of the memory that it is a part of would be posted. */
export function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

/** Passes on together, at its end, what is given in one turn of the event loop: to post something takes longer than to make it. */
export function together<Item>(pass: (items: readonly Item[]) => void): (item: Item) => void {
  let items: Item[] = [];
  const passAll = (): void => {
    const given = items;
    items = [];
    pass(given);
  };
  return (item) => {
    if (items.push(item) === 1) setImmediate(passAll);
  };
}
