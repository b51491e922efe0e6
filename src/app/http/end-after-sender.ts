// The end of an answer to who is still sending.

import type { IncomingMessage, ServerResponse } from 'node:http';

export const lingerMillis = 2000;

/**
 * RFC 9112 §9.6: to close while the other side is still sending resets the connection, and the answer is lost with it. So
 * the answer goes out, and what still comes is thrown away until the sender has done or has had time to read it.
 */
export function endAfterSender(message: IncomingMessage, response: ServerResponse, answer: string | Uint8Array): void {
  response.write(answer);
  const patience = setTimeout(() => response.end(), lingerMillis);
  message.once('close', () => {
    clearTimeout(patience);
    response.end();
  });
  message.resume();
}
