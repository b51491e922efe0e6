// Signature V1 of RPC calls: HMAC over all parameters, sorted. Serves both sides, the gateway and our own client.

import { hmac } from '../../base/hmac.ts';
import type { ParameterList } from './parameter-list.ts';
import { percentEncode, percentEncodeTwice } from './percent-encoding.ts';

export const signatureV1Methods = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' } as const;
export type SignatureV1Method = keyof typeof signatureV1Methods;

/**
 * `METHOD&%2F&` and the percent-encoded list of percent-encoded parameters.
 *
 * @param parameters every parameter of the call, empty ones included; `Signature` itself is left out here.
 */
export function stringToSignV1(method: string, parameters: ParameterList): string {
  let text = `${method}&%2F&`;
  let separator = '';
  for (const { name, value, isPlain } of parameters.sorted()) {
    if (name === 'Signature') continue;
    text += isPlain
      ? `${separator}${name}%3D${value}`
      : `${separator}${percentEncodeTwice(name)}%3D${name === 'Timestamp' ? timestampTwice(value) : percentEncodeTwice(value)}`;
    separator = '%26';
  }
  return text;
}

/** In most calls it is all that needs to be encoded, and calls of one second bear the same. */
function timestampTwice(text: string): string {
  if (text === timestamp.text) return timestamp.encoded;
  const encoded = percentEncodeTwice(text);
  if (text.length <= longestTimestamp) timestamp = { text, encoded };
  return encoded;
}
let timestamp = { text: '', encoded: '' };
const longestTimestamp = 32;

/** The signature as it is on the wire: Base64. */
export function signV1(secret: Uint8Array, method: SignatureV1Method, stringToSign: string): string {
  return hmac(signatureV1Methods[method], keyOf(secret), stringToSign, 'base64');
}

/** Put together once, and kept as long as the secret is. */
const keys = new WeakMap<Uint8Array, Uint8Array>();

function keyOf(secret: Uint8Array): Uint8Array {
  let key = keys.get(secret);
  if (key === undefined) {
    key = Uint8Array.of(...secret, 0x26); // "&", as the scheme has it
    keys.set(secret, key);
  }
  return key;
}

/** `name=value&…`, percent-encoded and sorted. */
export function canonicalQuery(parameters: ParameterList): string {
  let text = '';
  let separator = '';
  for (const { name, value, isPlain } of parameters.sorted()) {
    text += isPlain ? `${separator}${name}=${value}` : `${separator}${percentEncode(name)}=${percentEncode(value)}`;
    separator = '&';
  }
  return text;
}
