// Signature V1 of RPC calls: HMAC over all parameters, sorted. Serves both sides, the gateway and our own client.

import { hmac } from '../../base/hmac.ts';
import { percentEncode, percentEncodeTwice } from './percent-encoding.ts';

export const signatureV1Methods = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' } as const;
export type SignatureV1Method = keyof typeof signatureV1Methods;

/**
 * `METHOD&%2F&` and the percent-encoded list of percent-encoded parameters.
 *
 * @param parameters every parameter of the call, empty ones included; `Signature` itself is left out here.
 */
export function stringToSignV1(method: string, parameters: ReadonlyMap<string, string>): string {
  let text = '';
  for (const name of sortedNames(parameters)) {
    if (name === 'Signature') continue;
    const pair = `${percentEncodeTwice(name)}%3D${percentEncodeTwice(parameters.get(name) ?? '')}`;
    text = text === '' ? pair : `${text}%26${pair}`;
  }
  return `${method}&%2F&${text}`;
}

/** The signature as it is on the wire: Base64. */
export function signV1(secret: Uint8Array, method: SignatureV1Method, stringToSign: string): string {
  const key = new Uint8Array(secret.length + 1);
  key.set(secret);
  key[secret.length] = 0x26; // "&", as the scheme has it
  return hmac(signatureV1Methods[method], key, stringToSign, 'base64');
}

/** `name=value&…`, percent-encoded and sorted. */
export function canonicalQuery(parameters: ReadonlyMap<string, string>): string {
  let text = '';
  for (const name of sortedNames(parameters)) {
    const pair = `${percentEncode(name)}=${percentEncode(parameters.get(name) ?? '')}`;
    text = text === '' ? pair : `${text}&${pair}`;
  }
  return text;
}

/** In the order of code units, which for the ASCII names of parameters and headers is that of bytes. */
export function sortedNames(named: ReadonlyMap<string, string>): string[] {
  return [...named.keys()].sort();
}
