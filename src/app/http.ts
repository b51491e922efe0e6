// The HTTP server, plain and over TLS: turns what arrives into our request record and our reply record into an answer.
// Knows nothing of what is asked.

import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { bytesToLatin1 } from '../base/bytes.ts';
import type { EdgeReply, EdgeRequest } from '../protocols/edge.ts';
import { endAfterSender } from './end-after-sender.ts';
import { HeaderLines } from './header-lines.ts';
import { hasOwnTime, type StreamHandler, stream } from './streaming.ts';
import type { ServedTls } from './tls/served.ts';

export type Handler = (request: EdgeRequest) => EdgeReply | Promise<EdgeReply>;

export interface Served {
  readonly answer: Handler;
  /** What has to be done before replies are written: once for all that go out together. */
  readonly beforeReplies: () => void;
  /** For a path whose bodies are too long to be read before they are answered. */
  readonly streamed?: { readonly path: string; readonly answer: StreamHandler };
}

export interface HttpServer {
  /** The port listened on; the one asked for, or the one the system chose for 0. */
  readonly port: number;
  /** Takes no new requests, lets those under way finish, then resolves; after `graceMillis` the rest are cut off. */
  readonly close: (graceMillis: number) => Promise<void>;
}

export interface HttpsServer extends HttpServer {
  /** Serves new connections with another certificate or other keys; those there are go on. */
  readonly use: (tls: ServedTls) => void;
}

interface Address {
  readonly host: string;
  readonly port: number;
  /** Others of this user may listen on it as well: the system spreads connections over them. */
  readonly reusePort?: boolean;
}

/** Form bodies: 10,000 serial numbers of 20 octets are 430 kB. */
const bodyLimit = 1024 * 1024;
/** The vendor's V3 clients put lists into the URL, POST or not: 1,000 serial numbers of 20 octets are 43 kB there. */
const headerLimit = 64 * 1024;
/** OCSP answers have some 1,000 octets, CRLs can have millions. */
const smallBody = 16 * 1024;

const serverOptions: ServerOptions = {
  maxHeaderSize: headerLimit,
  // Slow senders are cut off: a socket that sends its request by the drop must not hold one for long.
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 25_000,
  keepAlive: true,
};
const handshakeMillis = 10_000;
const idleCheckMillis = 50;
/** Node makes it from the command line, which threads differ in: none would take tickets of another. */
const sessionIdContext = 'certitude';

/** @throws the system's error when the address cannot be listened on. */
export async function listen(address: Address, served: Served): Promise<HttpServer> {
  return await serve(createServer(serverOptions), address, served);
}

/** The same over TLS. @throws as {@link listen} does. */
export async function listenTls(address: Address, served: Served, tls: ServedTls): Promise<HttpsServer> {
  const options = ({ context, ticketKeys }: ServedTls) => ({ ...context, ticketKeys, sessionIdContext });
  const server = createTlsServer({ ...serverOptions, ...options(tls), handshakeTimeout: handshakeMillis });
  const listening = await serve(server, address, served);
  return { ...listening, use: (other) => server.setSecureContext(options(other)) };
}

async function serve(
  server: Server,
  address: Address,
  { answer, beforeReplies, streamed }: Served,
): Promise<HttpServer> {
  const send = inBursts(server, beforeReplies);
  const receive = (message: IncomingMessage, response: ServerResponse, body: EdgeRequest['body'] | undefined): void => {
    if (body === undefined) return; // the sender is gone
    try {
      const answered = answer(toEdgeRequest(message, body));
      if (!(answered instanceof Promise)) send({ message, response, body, reply: answered });
      else
        answered.then(
          (reply) => send({ message, response, body, reply }),
          () => abandon(response),
        );
    } catch {
      abandon(response);
    }
  };
  const take = (message: IncomingMessage, response: ServerResponse, isExpecting: boolean): void => {
    const { url = '/' } = message;
    // Almost no address has it anywhere, and to look is less than to take the address apart.
    if (streamed && url.includes(streamed.path) && originForm(url).split('?', 1)[0] === streamed.path) {
      const exchange = { message, response, isExpecting };
      void stream(exchange, toEdgeRequest(message, empty), { answer: streamed.answer, beforeReplies }, server);
      return;
    }
    if (isExpecting) response.writeContinue();
    const body = readBody(message);
    if (body instanceof Promise) void body.then((read) => receive(message, response, read));
    else receive(message, response, body);
  };
  server.on('request', (message, response) => take(message, response, false));
  server.on('checkContinue', (message, response) => take(message, response, true));
  server.maxHeadersCount = 200;
  server.on('clientError', refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    close: (graceMillis) => closeServer(server, graceMillis),
  };
}

interface Answered {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: EdgeRequest['body'];
  readonly reply: EdgeReply;
}

/**
 * Sends the replies made in one turn of the event loop together at its end. A write wakes whoever waits for it, which takes
 * the system longer than to answer a call; in a burst, most of those written to are awake already.
 */
function inBursts(server: Server, beforeReplies: () => void): (answered: Answered) => void {
  let burst: Answered[] = [];
  const flush = (): void => {
    const made = burst;
    burst = [];
    beforeReplies();
    for (const answered of made) {
      try {
        send(answered, server);
      } catch {
        abandon(answered.response);
      }
    }
  };
  return (answered) => {
    if (burst.push(answered) === 1) setImmediate(flush);
  };
}

/** The handler has an answer to everything; what still goes wrong must not end the process. */
function abandon(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(500);
  response.destroy();
}

function send({ message, response, body, reply }: Answered, server: Server): void {
  if (response.destroyed) return;
  const headers: Record<string, string | number> = { ...reply.headers };
  // After a body that was not read to its end the connection cannot be used again; a stopping server wants it back.
  if (body === 'too-large' || !server.listening) headers['connection'] = 'close';
  // RFC 9110 §8.6: of a 304 it would be taken for the length of what was not sent.
  if (reply.status !== 304) headers['content-length'] = Buffer.byteLength(reply.body);
  response.writeHead(reply.status, headers);
  if (body === 'too-large') endAfterSender(message, response, reply.body);
  else if (message.method === 'HEAD') response.end();
  else if (typeof reply.body === 'string' || reply.body.length > smallBody) response.end(reply.body);
  // As text, octet for octet, it goes out with the headers in one piece; as octets it would be a second.
  else response.end(bytesToLatin1(reply.body), 'latin1');
}

function toEdgeRequest(message: IncomingMessage, body: EdgeRequest['body']): EdgeRequest {
  const target = originForm(message.url ?? '/');
  const questionMark = target.indexOf('?');
  return {
    method: message.method ?? '',
    path: questionMark < 0 ? target : target.slice(0, questionMark),
    query: questionMark < 0 ? '' : target.slice(questionMark + 1),
    headers: new HeaderLines(message.rawHeaders),
    body,
    sourceAddress: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    secure: 'encrypted' in message.socket,
  };
}

/** RFC 9112 §3.2.2: a server takes the absolute form as well, as proxies send it. The host in it is not looked at. */
function originForm(target: string): string {
  const rest = /^https?:\/\/[^/?]*(.*)$/is.exec(target)?.[1];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

const empty = new Uint8Array();

/** `undefined` when the sender broke off. */
function readBody(message: IncomingMessage): Promise<EdgeRequest['body'] | undefined> | EdgeRequest['body'] {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return empty;
  if (Number(length) > bodyLimit) return 'too-large';
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

/**
 * What cannot even be read as HTTP has no RequestId to give; it gets the shape of an error and is cut off. Nothing can be
 * said to who did not get through the handshake of TLS.
 */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  // Said once of each request; who reads its body sees to its time.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && hasOwnTime(socket)) return;
  if (!socket.writable || !/^(?:HPE|ERR_HTTP)_/.test(error.code ?? '')) {
    socket.destroy();
    return;
  }
  const [status, code, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          'RequestTooLarge',
          'The request line and headers are larger than 64 KiB, or there are more than 200 headers; send parameters in a POST body.',
        ]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'RequestTimeout', 'The request did not arrive within 15 seconds.']
        : ['400 Bad Request', 'InvalidParameter', 'The request is not readable as HTTP.'];
  const requestId = crypto.randomUUID().toUpperCase();
  const body = JSON.stringify({ RequestId: requestId, HostId: '', Code: code, Message: message });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json;charset=utf-8\r\nx-acs-request-id: ${requestId}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

async function closeServer(server: Server, graceMillis: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Those that were being answered were told to stay open, and are idle a little later.
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMillis);
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMillis);
  await closed;
  clearInterval(idle);
  clearTimeout(cutOff);
}
