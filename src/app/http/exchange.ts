// A request and its reply by node:http: of all forms that HTTP/1.1 has.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { bytesToLatin1 } from '../../base/bytes.ts';
import type { EdgeReply, EdgeRequest, Handler } from '../../protocols/edge.ts';
import type { Bursts, Outgoing } from './bursts.ts';
import { addressOf, edgeRequest, originForm } from './edge-request.ts';
import { endAfterSender } from './end-after-sender.ts';
import { authorityOf } from './flaw.ts';
import { HeaderLines } from './header-lines.ts';
import { smallBody } from './reply-message.ts';
import { nothing } from './whole-request.ts';

export interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** What the sender waits for before the body: to be asked for it (RFC 9110 §10.1.1), or what nobody knows. */
  readonly expects: 'nothing' | 'to be asked' | 'something else';
}

export interface Responding {
  readonly answer: Handler;
  readonly bursts: Bursts;
  readonly isStopping: () => boolean;
  /** Once the reply is written, or none can be. */
  readonly onAnswered: () => void;
  /** How many requests of the connection are not answered yet, this one included. */
  readonly unanswered: number;
}

/** Replies of one connection that wait for the end of a turn. What is written, node:http counts, and stops reading for. */
const repliesTogether = 64;

/** Form bodies: 10,000 serial numbers of 20 octets are 430 kB. */
export const bodyLimit = 1024 * 1024;

export function respond(exchange: Exchange, responding: Responding): void {
  const { message, response } = exchange;
  const { answer, bursts, isStopping, onAnswered, unanswered } = responding;
  const giveUp = (): void => {
    abandon(response);
    onAnswered();
  };
  const receive = (body: EdgeRequest['body'] | undefined): void => {
    if (body === undefined) return; // the sender is gone
    const outgoing = (reply: EdgeReply): Outgoing => ({
      send: () => {
        sendReply({ message, response, body, reply }, isStopping());
        onAnswered();
      },
      abandon: giveUp,
    });
    const request = toEdgeRequest(message, body);
    // The connection is gone. Nobody waits for the answer, and nobody could tell where a change came from.
    if (request.sourceAddress() === '') return;
    try {
      const answered = answer(request);
      if (answered instanceof Promise) answered.then((reply) => bursts.send(outgoing(reply)), giveUp);
      else {
        bursts.send(outgoing(answered));
        if (unanswered >= repliesTogether) bursts.flush();
      }
    } catch {
      giveUp();
    }
  };
  const body = readBody(exchange);
  if (body instanceof Promise) void body.then(receive);
  else receive(body);
}

export function toEdgeRequest(message: IncomingMessage, body: EdgeRequest['body']): EdgeRequest {
  const { url = '/', rawHeaders } = message;
  const address = addressOf(message.socket);
  return edgeRequest({
    method: message.method ?? '',
    target: originForm(url),
    headers: new HeaderLines(url.startsWith('/') ? rawHeaders : withHostOf(url, rawHeaders)),
    body,
    sourceAddress: () => address,
    secure: 'encrypted' in message.socket,
  });
}

/** RFC 9112 §3.2.2: where the target has a host, what the field says is ignored. */
function withHostOf(target: string, lines: readonly string[]): readonly string[] {
  const authority = authorityOf(target);
  if (authority === undefined) return lines;
  const others = lines.filter((_, at) => lines[at - (at % 2)]?.toLowerCase() !== 'host');
  return [...others, 'Host', authority];
}

/** `undefined` when the sender broke off. */
function readBody({
  message,
  response,
  expects,
}: Exchange): Promise<EdgeRequest['body'] | undefined> | EdgeRequest['body'] {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return nothing;
  if (Number(length) > bodyLimit) return 'too-large';
  if (expects === 'to be asked') response.writeContinue();
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    message.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > bodyLimit) {
        message.removeAllListeners('data');
        message.pause();
        resolve('too-large');
      } else {
        chunks.push(chunk);
      }
    });
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', () => resolve(undefined));
    message.on('close', () => resolve(undefined));
  });
}

interface Answered {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: EdgeRequest['body'];
  readonly reply: EdgeReply;
}

function sendReply({ message, response, body, reply }: Answered, isStopping: boolean): void {
  if (response.destroyed) return;
  const headers: Record<string, string | number> = { ...reply.headers };
  // After a body that was not read to its end the connection cannot be used again; a stopping server wants it back.
  if (body === 'too-large' || isStopping) headers['connection'] = 'close';
  // RFC 9110 §8.6: of a 304 it would be taken for the length of what was not sent.
  if (reply.status !== 304) headers['content-length'] = Buffer.byteLength(reply.body);
  response.writeHead(reply.status, headers);
  if (body === 'too-large') endAfterSender(message, response, reply.body);
  else if (message.method === 'HEAD') response.end();
  else if (typeof reply.body === 'string' || reply.body.length > smallBody) response.end(reply.body);
  // As text, octet for octet, it goes out with the headers in one piece; as octets it would be a second.
  else response.end(bytesToLatin1(reply.body), 'latin1');
}

/** The handler has an answer to everything; what still goes wrong must not end the process. */
function abandon(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(500);
  response.destroy();
}
