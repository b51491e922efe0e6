// The HTTP server, plain and over TLS: turns what arrives into our request record and our reply record into an answer.
// Knows nothing of what is asked.

import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Handler } from '../../protocols/edge.ts';
import type { ServedTls } from '../tls/served.ts';
import { inBursts } from './bursts.ts';
import type { Patience } from './direct-connection.ts';
import { type DirectConnections, directConnections } from './direct-connections.ts';
import { originForm } from './edge-request.ts';
import { bodyLimit, type Exchange, respond, toEdgeRequest } from './exchange.ts';
import { flawOf, noTunnels, unmetExpectation } from './flaw.ts';
import { type StreamHandler, stream } from './streaming.ts';
import { UnansweredRequests } from './unanswered.ts';
import { refuse, refuseAndEnd, refuseUnreadable } from './unreadable.ts';
import { nothing } from './whole-request.ts';

export interface Served {
  readonly answer: Handler;
  /** What has to be done before replies are written: once for all that go out together. */
  readonly beforeReplies: () => void;
  /** For a path whose bodies are too long to be read before they are answered. */
  readonly streamed?: { readonly path: string; readonly answer: StreamHandler; readonly usualMillis?: number };
  /** Requests whose source nobody looks at: it is not asked for. None where left out. */
  readonly isForAnybody?: (target: string) => boolean;
  /** How long connections are kept on which nothing happens; ten seconds and 25 where left out. */
  readonly patience?: Patience;
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

/** The vendor's V3 clients put lists into the URL, POST or not: 1,000 serial numbers of 20 octets are 43 kB there. */
const headerLimit = 64 * 1024;
// Slow senders are cut off: a socket that sends its request by the drop must not hold one for long.
const usualPatience: Patience = { first: 10, next: 25 };
const serverOptions: ServerOptions = {
  maxHeaderSize: headerLimit,
  headersTimeout: usualPatience.first * 1000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1000,
  // Looked for with all that has to be refused.
  requireHostHeader: false,
  keepAliveTimeout: usualPatience.next * 1000,
};
const lastOption = /(?:^|[,\s])(?:close|upgrade)(?:[,\s]|$)/i;
const handshakeMillis = 10_000;
const idleCheckMillis = 50;
/** Node makes it from the command line, which threads differ in: none would take tickets of another. */
const sessionIdContext = 'certitude';

/** @throws the system's error when the address cannot be listened on. */
export async function listen(address: Address, served: Served): Promise<HttpServer> {
  return await serve(createServer(serverOptions), address, served, 'connection');
}

/** The same over TLS. @throws as {@link listen} does. */
export async function listenTls(address: Address, served: Served, tls: ServedTls): Promise<HttpsServer> {
  const options = ({ context, ticketKeys }: ServedTls) => ({ ...context, ticketKeys, sessionIdContext });
  const server = createTlsServer({ ...serverOptions, ...options(tls), handshakeTimeout: handshakeMillis });
  const listening = await serve(server, address, served, 'secureConnection');
  return { ...listening, use: (other) => server.setSecureContext(options(other)) };
}

async function serve(
  server: Server,
  address: Address,
  { answer, beforeReplies, streamed, isForAnybody = () => false, patience = usualPatience }: Served,
  connected: 'connection' | 'secureConnection',
): Promise<HttpServer> {
  const bursts = inBursts(beforeReplies);
  const unansweredRequests = new UnansweredRequests();
  const isStopping = (): boolean => !server.listening;
  // Almost no address has it anywhere, and to look is less than to take the address apart.
  const mayStream = (target: string): boolean => streamed !== undefined && target.includes(streamed.path);
  const take = (exchange: Exchange): void => {
    const { message, response } = exchange;
    const { url = '/', socket } = message;
    if (unansweredRequests.hasEnded(socket)) return;
    const unanswered = unansweredRequests.add(socket, exchange);
    if (unanswered === undefined) {
      socket.destroy();
      return;
    }
    const onAnswered = (): void => unansweredRequests.remove(socket);
    // RFC 9112 §9.3. Of what comes behind the wish for another protocol the parser loses a part.
    if (lastOption.test(message.headers.connection ?? '')) {
      response.shouldKeepAlive = false;
      unansweredRequests.end(socket, 'last');
    }
    const flaw = exchange.expects === 'something else' ? unmetExpectation : flawOf(message);
    if (flaw) {
      unansweredRequests.end(socket, 'refused');
      refuse(message, response, flaw);
      onAnswered();
    } else if (streamed && mayStream(url) && originForm(url).split('?', 1)[0] === streamed.path)
      void stream(exchange, toEdgeRequest(message, nothing), { ...streamed, beforeReplies }, server).finally(
        onAnswered,
      );
    else respond(exchange, { answer, bursts, isStopping, onAnswered, unanswered });
  };
  server.on('request', (message, response) => take({ message, response, expects: 'nothing' }));
  server.on('checkContinue', (message, response) => take({ message, response, expects: 'to be asked' }));
  server.on('checkExpectation', (message, response) => take({ message, response, expects: 'something else' }));
  server.on('connect', (_message, socket: Socket) => {
    // node:http has nothing to do with it any more.
    socket.on('error', () => {});
    unansweredRequests.afterAnswers(socket, () => refuseAndEnd(socket, noTunnels));
  });
  server.maxHeadersCount = 200;
  // Who has said all that he has to say still waits for what he asked.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error, socket: Socket) => refuseUnreadable(error, socket, unansweredRequests));
  const direct = directConnections(server, connected, {
    ...{ answer, bursts, isStopping, isForNode: mayStream, isForAnybody },
    limits: { head: headerLimit - 1024, headerLines: 100, body: bodyLimit },
    patience,
  });
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
    close: (graceMillis) => closeServer(server, direct, graceMillis),
  };
}

async function closeServer(server: Server, direct: DirectConnections, graceMillis: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const closeIdle = (): void => {
    server.closeIdleConnections();
    direct.closeIdle();
  };
  closeIdle();
  // Those that were being answered were told to stay open, and are idle a little later.
  const idle = setInterval(closeIdle, idleCheckMillis);
  const cutOff = setTimeout(() => {
    server.closeAllConnections();
    direct.closeAll();
  }, graceMillis);
  await closed;
  direct.stop();
  clearInterval(idle);
  clearTimeout(cutOff);
}
