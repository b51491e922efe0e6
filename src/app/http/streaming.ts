// Requests and replies that are long, over HTTP: the body is handed on as it comes, the reply goes out as it is made. Neither is
// taken faster than the other side works, and both have to be done in a time that fits their size.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { BodyLost, type EdgeReply, type EdgeRequest, type StreamedReply } from '../../protocols/edge.ts';
import { endAfterSender } from './end-after-sender.ts';
import type { Exchange } from './exchange.ts';

/** For a path whose bodies are long. The body is asked for (RFC 9110 §10.1.1) when it is first read. */
export type StreamHandler = (
  request: Omit<EdgeRequest, 'body'>,
  chunks: AsyncIterable<Uint8Array>,
) => Promise<EdgeReply | StreamedReply>;

export interface Streaming {
  readonly answer: StreamHandler;
  /** How long a body may take to come, and an answer to be read, beside what their size adds; 15 seconds where left out. */
  readonly usualMillis?: number;
  /** As `Served` in listen.ts has it. */
  readonly beforeReplies: () => void;
  /** As `Responding` in exchange.ts has it. */
  readonly endConnection: () => void;
}

const fifteenSeconds = 15_000;
/** A second for every 256 KiB beside the usual time: mobile networks can do that. */
const octetsPerMilli = 262;

/** Whose bodies have times of their own: the server's common limit is not for them. */
const ownTimes = new WeakSet<object>();

export function hasOwnTime(socket: object): boolean {
  return ownTimes.has(socket);
}

/** Answers one request. Never rejects. */
export async function stream(
  exchange: Exchange,
  request: Omit<EdgeRequest, 'body'>,
  { answer, beforeReplies, endConnection, usualMillis = fifteenSeconds }: Streaming,
  server: Server,
): Promise<void> {
  const { message, response } = exchange;
  const { socket } = message;
  ownTimes.add(socket);
  try {
    const reply = await answer(request, chunksOf(exchange, usualMillis));
    beforeReplies();
    // What is left of the body is thrown away, and what comes behind it is no request any more (RFC 9112 §9.6).
    if (!message.complete) endConnection();
    if ('ended' in reply) await sendStream(response, reply, server, usualMillis);
    else sendWhole(exchange, reply, server);
  } catch {
    response.destroy();
  } finally {
    // One that was answered before its body was read is closed; until then its time is still its own.
    if (message.complete) ownTimes.delete(socket);
  }
}

/** @throws {BodyLost} */
async function* chunksOf(
  { message, response, expects }: Exchange,
  usualMillis: number,
): AsyncGenerator<Uint8Array, void, void> {
  if (expects === 'to be asked') response.writeContinue();
  let octets = 0;
  const began = performance.now();
  const length = Number(message.headers['content-length'] ?? 0);
  // Of a body whose length is not told, what has come so far is counted.
  const timeLeft = () => usualMillis + Math.max(length, octets) / octetsPerMilli - (performance.now() - began);
  let giveUp: ((late: BodyLost) => void) | undefined;
  const look = (): void => {
    const left = timeLeft();
    if (left > 0) timer = setTimeout(look, left);
    else giveUp?.(new BodyLost('timeout'));
  };
  let timer = setTimeout(look, timeLeft());
  // Whoever stops reading has an answer to send.
  const parts: AsyncIterator<Uint8Array, undefined> = message.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      // The time may have run out while what came before was worked on, when there was nobody to tell.
      if (timeLeft() <= 0) throw new BodyLost('timeout');
      const { value } = await new Promise<IteratorResult<Uint8Array, undefined>>((resolve, reject) => {
        giveUp = reject;
        parts.next().then(resolve, () => reject(new BodyLost('broken')));
      });
      if (value === undefined) return;
      octets += value.length;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    // What is left of the body can then be thrown away. Not awaited: after a timeout it is still waiting for the next part.
    parts.return?.().catch(() => {});
  }
}

function sendWhole(
  { message, response }: { readonly message: IncomingMessage; readonly response: ServerResponse },
  { status, headers, body }: EdgeReply,
  server: Server,
): void {
  if (response.destroyed) return;
  const isUnread = !message.complete;
  response.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(body),
    ...((isUnread || !server.listening) && { connection: 'close' }),
  });
  if (message.method === 'HEAD') response.end();
  else if (isUnread) endAfterSender(message, response, body);
  else response.end(body);
}

async function sendStream(
  response: ServerResponse,
  reply: StreamedReply,
  server: Server,
  usualMillis: number,
): Promise<void> {
  let isWhole = false;
  let octets = 0;
  const began = performance.now();
  const timeLeft = () => usualMillis + octets / octetsPerMilli - (performance.now() - began);
  try {
    if (response.destroyed) return;
    response.writeHead(reply.status, { ...reply.headers, ...(!server.listening && { connection: 'close' }) });
    for await (const chunk of reply.body) {
      octets += chunk.length;
      if (!response.write(chunk) && !(await comes(response, 'drain', timeLeft()))) return;
      if (response.destroyed) return;
    }
    response.end();
    isWhole = response.writableFinished || (await comes(response, 'finish', timeLeft()));
  } finally {
    reply.ended(isWhole);
    if (!isWhole) response.destroy();
  }
}

/** @returns false when the connection closed before, or nobody read in time. */
function comes(response: ServerResponse, event: 'drain' | 'finish', millis: number): Promise<boolean> {
  // Closed while the next piece was made: no event comes any more.
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (hasCome: boolean): void => {
      clearTimeout(timer);
      response.off(event, onCome);
      response.off('close', onClose);
      resolve(hasCome);
    };
    const onCome = (): void => settle(true);
    const onClose = (): void => settle(false);
    const timer = setTimeout(onClose, millis);
    response.once(event, onCome);
    response.once('close', onClose);
  });
}
