// Asks over https through a socket of its own each time, or through one that is kept.

import { type Agent, request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { encodeForm, signedParameters } from './signed-request.ts';
import type { Answer } from './vendor-clients.ts';

export interface SecureReply {
  readonly status: number;
  readonly body: string;
  readonly json: Answer;
}

export function ask(port: number, path: string, ca: string, agent: Agent | false = false): Promise<SecureReply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, ca, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, json: body.startsWith('{') ? JSON.parse(body) : {} }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

export function callSecurely(
  port: number,
  action: string,
  parameters: Record<string, string>,
  ca: string,
  agent: Agent | false = false,
): Promise<SecureReply> {
  return ask(port, `/?${encodeForm(signedParameters(action, parameters))}`, ca, agent);
}

/** Shakes hands and leaves. @returns the serial number of the certificate shown, and what was negotiated. */
export async function handshake(
  port: number,
  options: object,
): Promise<{ serialNumber: string; protocol: string | null; cipher: string }> {
  const socket = connect({ host: '127.0.0.1', port, ...options });
  try {
    await secured(socket);
    return {
      serialNumber: socket.getPeerCertificate().serialNumber,
      protocol: socket.getProtocol(),
      cipher: socket.getCipher().name,
    };
  } finally {
    socket.destroy();
  }
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
}
