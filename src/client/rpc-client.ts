// Calls the signed API of a running service, signature V3, with the platform's own fetch.

import { bytesToHex, type RandomBytes, sha256Hex } from '../base/bytes.ts';
import { type Clock, formatUtc, toSeconds } from '../base/time.ts';
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
  const response = await send(signedHeaders(operation, body, connection), body, connection.endpoint);
  const answer = await readAnswer(response, connection.endpoint);
  if (!response.ok) throw new CallRefused(answer, response.status, response.headers.get('x-acs-retry-after'));
  return answer;
}

function signedHeaders(
  operation: { readonly name: string; readonly version: string },
  body: string,
  { endpoint, accessKeyId, accessKeySecret, securityToken, clock, random }: Connection,
): Record<string, string> {
  const bodyHash = sha256Hex(body);
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
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
    query: new Map(),
    headers: new Map(Object.entries(headers)),
    bodyHash,
  });
  const signature = bytesToHex(signV3(new TextEncoder().encode(accessKeySecret), stringToSign));
  const names = Object.keys(headers).sort().join(';');
  headers['authorization'] =
    `${signatureV3Algorithm} Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  return headers;
}

async function send(headers: Record<string, string>, body: string, endpoint: URL): Promise<Response> {
  try {
    return await fetch(endpoint, { method: 'POST', headers, body, redirect: 'error' });
  } catch (cause) {
    const reason = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message;
    throw new ServiceUnreachable(`${endpoint.origin} does not answer: ${reason}`, { cause });
  }
}

async function readAnswer(response: Response, endpoint: URL): Promise<Record<string, unknown>> {
  const text = await response.text();
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new ServiceUnreachable(`${endpoint.origin} answers HTTP ${response.status}, but not as this API does`);
}
