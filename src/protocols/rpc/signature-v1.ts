// Signature V1 of RPC calls: HMAC over all parameters, sorted. Serves both sides, the gateway and our own client.

import { createHmac } from 'node:crypto';
import { percentEncode } from './percent-encoding.ts';

export const signatureV1Methods = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' } as const;
export type SignatureV1Method = keyof typeof signatureV1Methods;

/** @param parameters every parameter of the call, empty ones included; `Signature` itself is left out here. */
export function stringToSignV1(method: string, parameters: Iterable<readonly [string, string]>): string {
  const pairs: [string, string][] = [];
  for (const [name, value] of parameters) if (name !== 'Signature') pairs.push([name, value]);
  const canonical = sortByName(pairs)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
  return `${method}&%2F&${percentEncode(canonical)}`;
}

/** The signature's bytes; on the wire they are Base64. */
export function signV1(secret: Uint8Array, method: SignatureV1Method, stringToSign: string): Uint8Array {
  const key = new Uint8Array(secret.length + 1);
  key.set(secret);
  key[secret.length] = 0x26; // "&", as the scheme has it
  return createHmac(signatureV1Methods[method], key).update(stringToSign).digest();
}

/** By name, in the order of code units, which for the ASCII names of parameters is that of bytes. */
export function sortByName(pairs: [string, string][]): [string, string][] {
  return pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
