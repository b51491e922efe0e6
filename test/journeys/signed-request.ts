// Signs requests by hand, so that a test can send what no client would.

import { randomUUID } from 'node:crypto';
import { formatUtc, toSeconds, type UnixMillis } from '../../src/base/time.ts';
import { ParameterList } from '../../src/protocols/rpc/parameter-list.ts';
import { percentEncode } from '../../src/protocols/rpc/percent-encoding.ts';
import { cas, type Product } from '../../src/protocols/rpc/product.ts';
import { type SignatureV1Method, signV1, stringToSignV1 } from '../../src/protocols/rpc/signature-v1.ts';
import { rootKey } from './running-service.ts';
import type { AccessKey, Answer } from './vendor-clients.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Answer;
}

export interface Signing {
  readonly method?: 'GET' | 'POST';
  readonly key?: AccessKey;
  /** Whose API is called; the certificates' where absent. */
  readonly product?: Product;
  /** Common parameters to replace; `undefined` leaves one out. */
  readonly common?: Record<string, string | undefined>;
}

/** All parameters of a V1 call, Signature included. */
export function signedParameters(
  action: string,
  parameters: Record<string, string>,
  signing: Signing = {},
): Map<string, string> {
  const { method = 'GET', product = cas, common = {} } = signing;
  const key: AccessKey = signing.key ?? rootKey;
  const all = new Map<string, string>();
  const usual = {
    Action: action,
    Version: product.version,
    Format: 'JSON',
    AccessKeyId: key.accessKeyId,
    SecurityToken: key.securityToken,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: formatUtc(toSeconds(Date.now() as UnixMillis)),
  };
  for (const [name, value] of Object.entries({ ...usual, ...parameters, ...common }))
    if (value !== undefined) all.set(name, value);
  if (all.has('Signature')) return all;
  const algorithm = (all.get('SignatureMethod') ?? 'HMAC-SHA1') as SignatureV1Method;
  const secret = new TextEncoder().encode(key.accessKeySecret);
  const stringToSign = stringToSignV1(method, ParameterList.of(all));
  try {
    all.set('Signature', signV1(secret, algorithm, stringToSign));
  } catch {
    all.set('Signature', 'none'); // a method there is not
  }
  return all;
}

export function encodeForm(parameters: Iterable<readonly [string, string]>): string {
  return Array.from(parameters, ([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}

export async function call(
  url: string,
  action: string,
  parameters: Record<string, string> = {},
  signing: Signing = {},
): Promise<Reply> {
  const form = encodeForm(signedParameters(action, parameters, signing));
  return signing.method === 'POST' ? send(`${url}/`, formBody(form)) : send(`${url}/?${form}`);
}

export function formBody(form: string): RequestInit {
  return { method: 'POST', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}

export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : {},
  };
}
