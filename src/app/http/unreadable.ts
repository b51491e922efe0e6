// Refusals of what cannot even be read as HTTP.

import type { Socket } from 'node:net';
import { hasOwnTime } from './streaming.ts';

/**
 * What cannot even be read as HTTP has no RequestId to give; it gets the shape of an error and is cut off. Nothing can be
 * said to who did not get through the handshake of TLS.
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
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
