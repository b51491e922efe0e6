// Calls the signed API of a running service, signature V3, with the platform's own fetch.

import { bytesToHex, type RandomBytes, sha256Hex } from '../base/bytes.ts';
import { type Clock, formatUtc, toSeconds } from '../base/time.ts';
import { ParameterList } from '../protocols/rpc/parameter-list.ts';
import { percentEncode } from '../protocols/rpc/percent-encoding.ts';
import { signatureV3Algorithm, signV3, stringToSignV3 } from '../protocols/rpc/signature-v3.ts';

export interface Connection {
  /** `http://host:port`, without a path. */
  readonly endpoint: URL;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** With a temporary key. */
  readonly securityToken?: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** The service said no. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly code: string;
  readonly status: number;
  readonly requestId: string;
  /** Set when the service said how long to wait. */
  readonly retryAfterMillis: number | undefined;

  constructor(
    answer: { Code?: unknown; Message?: unknown; RequestId?: unknown },
    status: number,
    retryAfter: string | null,
  ) {
    super(typeof answer.Message === 'string' ? answer.Message : 'The service gave no reason.');
    this.code = typeof answer.Code === 'string' ? answer.Code : 'Unknown';
    this.status = status;
    this.requestId = typeof answer.RequestId === 'string' ? answer.RequestId : '';
    this.retryAfterMillis = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  }
}

/** No answer came, or none that is one. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';
}

/**
 * @param parameters wire parameters; sent in a form body, where long lists have room.
 * @returns the answer as the service gave it, RequestId included.
 * @throws {CallRefused} {ServiceUnreachable}
 */
export async function callOperation(
  operation: { readonly name: string; readonly version: string },
  parameters: ReadonlyMap<string, string>,
  connection: Connection,
): Promise<Record<string, unknown>> {
  const body = [...parameters].map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
  const response = await send(operation, { path: '/', type: 'application/x-www-form-urlencoded', body }, connection);
  return await readAnswer(response, connection.endpoint);
}

export interface SentBody {
  readonly path: string;
  /** Content-Type. */
  readonly type: string;
  /** Of the answer; whatever the service gives by itself where absent. */
  readonly accept?: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Signs and posts it. @returns the answer to it, whatever that is. @throws {ServiceUnreachable} */
export async function send(
  operation: { readonly name: string; readonly version: string },
  sent: SentBody,
  connection: Connection,
): Promise<Response> {
  const { endpoint } = connection;
  const { path, body, accept } = sent;
  const headers = { ...signedHeaders(operation, sent, connection), ...(accept !== undefined && { accept }) };
  try {
    return await fetch(new URL(path, endpoint), { method: 'POST', headers, body, redirect: 'error' });
  } catch (cause) {
    throw unreachable(endpoint, cause);
  }
}

export function unreachable(endpoint: URL, cause: unknown): ServiceUnreachable {
  const reason = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message;
  return new ServiceUnreachable(`${endpoint.origin} does not answer: ${reason}`, { cause });
}

export function signedHeaders(
  operation: { readonly name: string; readonly version: string },
  { path, type, body }: SentBody,
  { endpoint, accessKeyId, accessKeySecret, securityToken, clock, random }: Connection,
): Record<string, string> {
  const bodyHash = sha256Hex(body);
  const headers: Record<string, string> = {
    'content-type': type,
    host: endpoint.host,
    'x-acs-action': operation.name,
    'x-acs-content-sha256': bodyHash,
    'x-acs-date': formatUtc(toSeconds(clock.now())),
    'x-acs-signature-nonce': bytesToHex(random(16)),
    'x-acs-version': operation.version,
    ...(securityToken !== undefined && {
      'x-acs-accesskey-id': accessKeyId,
      'x-acs-security-token': securityToken,
    }),
  };
  const stringToSign = stringToSignV3({
    method: 'POST',
    path,
    query: new ParameterList(),
    headers: new Map(Object.entries(headers)),
    bodyHash,
  });
  const signature = signV3(new TextEncoder().encode(accessKeySecret), stringToSign);
  const names = Object.keys(headers).sort().join(';');
  headers['authorization'] =
    `${signatureV3Algorithm} Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  return headers;
}

/** @throws {CallRefused} {ServiceUnreachable} */
export async function readAnswer(response: Response, endpoint: URL): Promise<Record<string, unknown>> {
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // told below
  }
  if (typeof answer !== 'object' || answer === null) {
    throw new ServiceUnreachable(`${endpoint.origin} answers HTTP ${response.status}, but not as this API does`);
  }
  if (!response.ok) throw new CallRefused(answer, response.status, response.headers.get('x-acs-retry-after'));
  return answer as Record<string, unknown>;
}
