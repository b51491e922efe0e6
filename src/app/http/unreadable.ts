// Refusals of what nobody is asked about: what cannot be read as HTTP, and what HTTP has a server refuse.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { endAfterSender, lingerMillis } from './end-after-sender.ts';
import { type Flaw, unservedVersion } from './flaw.ts';
import { hasOwnTime } from './streaming.ts';
import type { UnansweredRequests } from './unanswered.ts';

/** Of node:http; `reason` is the parser's. */
export interface Unreadable extends NodeJS.ErrnoException {
  readonly reason?: string;
}

const notHttp: Flaw = { status: 400, code: 'InvalidParameter', message: 'The request is not readable as HTTP.' };

/**
 * What cannot even be read as HTTP has no RequestId to give; it gets the shape of an error and is cut off, once what came before
 * it is answered (RFC 9112 §9.3.2). Nothing can be said to who did not get through the handshake of TLS.
 */
export function refuseUnreadable(error: Unreadable, socket: Socket, requests: UnansweredRequests): void {
  // Said once of each request; who reads its body sees to its time.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && hasOwnTime(socket)) return;
  // RFC 9112 §9.6: what comes after the last request of a connection is not read, and nothing is said to it.
  if (error.code === 'HPE_CLOSED_CONNECTION') return;
  if (!socket.writable || !/^(?:HPE|ERR_HTTP)_/.test(error.code ?? '')) socket.destroy();
  else requests.afterAnswers(socket, () => refuseAndEnd(socket, flawIn(error)));
}

/** For a connection that node:http does not write to. */
export function refuseAndEnd(socket: Socket, flaw: Flaw): void {
  if (!socket.writable) return;
  const { headers, body } = refusal(flaw);
  let head = `HTTP/1.1 ${flaw.status} ${STATUS_CODES[flaw.status]}\r\n`;
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  socket.end(`${head}\r\n${body}`);
  // RFC 9112 §9.6: who is still sending has time to read it. Nobody else watches over this connection any more.
  setTimeout(() => socket.destroy(), lingerMillis).unref();
}

export function refuse(message: IncomingMessage, response: ServerResponse, flaw: Flaw): void {
  const { headers, body } = refusal(flaw);
  response.writeHead(flaw.status, headers);
  if (message.complete || message.method === 'HEAD') response.end(body);
  else endAfterSender(message, response, body);
}

function refusal({ code, message }: Flaw): {
  readonly headers: Record<string, string | number>;
  readonly body: string;
} {
  const requestId = crypto.randomUUID().toUpperCase();
  const body = JSON.stringify({ RequestId: requestId, HostId: '', Code: code, Message: message });
  const headers = {
    'content-type': 'application/json;charset=utf-8',
    'x-acs-request-id': requestId,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  return { headers, body };
}

function flawIn({ code, reason }: Unreadable): Flaw {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        code: 'RequestTooLarge',
        message:
          'The request line and headers are larger than 64 KiB, or there are more than 200 headers; send parameters in a POST body.',
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'RequestTimeout', message: 'The request did not arrive within 15 seconds.' };
    case 'HPE_INVALID_VERSION':
      // The others of this code are no versions.
      return reason === 'Invalid HTTP version' ? unservedVersion : notHttp;
    default:
      return notHttp;
  }
}
