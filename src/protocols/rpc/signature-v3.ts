// Signature V3, ACS3-HMAC-SHA256: HMAC over a canonical request with the body's hash. Serves the gateway and our own client.

import { sha256Hex } from '../../base/bytes.ts';
import { hmac } from '../../base/hmac.ts';
import type { ParameterList } from './parameter-list.ts';
import { canonicalQuery } from './signature-v1.ts';

export const signatureV3Algorithm = 'ACS3-HMAC-SHA256';

/** Headers that decide what the call means: a signature that leaves one out protects nothing. */
export const requiredSignedHeaders = [
  'host',
  'x-acs-action',
  'x-acs-version',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-content-sha256',
] as const;

export interface AuthorizationV3 {
  readonly credential: string;
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  /** Hexadecimal. */
  readonly signature: string;
}

/** `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=…`, or `undefined` for anything else. */
export function parseAuthorizationV3(text: string): AuthorizationV3 | undefined {
  if (!text.startsWith(`${signatureV3Algorithm} `)) return undefined;
  const parts = text.slice(signatureV3Algorithm.length + 1).split(',');
  // Of three that are there, none is there twice, and no other.
  if (parts.length !== 3) return undefined;
  const credential = fieldOf(parts, 'Credential');
  const signedHeaders = fieldOf(parts, 'SignedHeaders');
  const signature = fieldOf(parts, 'Signature');
  if (!credential || !signedHeaders || !signature) return undefined;
  const names = signedHeaders.toLowerCase().split(';');
  if (!isAscending(names) && new Set(names).size !== names.length) return undefined;
  if (!/^[0-9a-fA-F]{64}$/.test(signature)) return undefined;
  return { credential, signedHeaders: names, signature };
}

function fieldOf(parts: readonly string[], name: string): string | undefined {
  for (const part of parts) {
    const equals = part.indexOf('=');
    if (equals >= 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/** Sorted, and none twice: as clients send them. */
function isAscending(names: readonly string[]): boolean {
  for (let at = 1; at < names.length; at++) if ((names[at - 1] ?? '') >= (names[at] ?? '')) return false;
  return true;
}

export interface CanonicalRequestV3 {
  readonly method: string;
  /** As in the request line. */
  readonly path: string;
  readonly query: ParameterList;
  /** The signed ones, each once, by lower-case name. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** Lower-case hexadecimal SHA-256 of the raw body. */
  readonly bodyHash: string;
}

export function stringToSignV3({ method, path, query, headers, bodyHash }: CanonicalRequestV3): string {
  let lines = '';
  let names = '';
  for (const [name, value] of sorted(headers)) {
    lines += `${name}:${value.trim()}\n`;
    names += names === '' ? name : `;${name}`;
  }
  // The headers' own end of line is followed by another: an empty line.
  const canonical = `${method}\n${path}\n${canonicalQuery(query)}\n${lines}\n${names}\n${bodyHash}`;
  return `${signatureV3Algorithm}\n${sha256Hex(canonical)}`;
}

type Header = readonly [name: string, value: string];

function sorted(headers: Iterable<Header>): readonly Header[] {
  const listed = [...headers];
  for (let at = 1; at < listed.length; at++) {
    if ((listed[at - 1]?.[0] ?? '') >= (listed[at]?.[0] ?? '')) return listed.sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return listed;
}

/** The signature as it is on the wire: lower-case hexadecimal. */
export function signV3(secret: Uint8Array, stringToSign: string): string {
  return hmac('sha256', secret, stringToSign, 'hex');
}
