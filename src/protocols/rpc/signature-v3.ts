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
  const fields = new Map<string, string>();
  for (const part of text.slice(signatureV3Algorithm.length + 1).split(',')) {
    const equals = part.indexOf('=');
    if (equals < 0) return undefined;
    const name = part.slice(0, equals).trim();
    if (fields.has(name)) return undefined;
    fields.set(name, part.slice(equals + 1).trim());
  }
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!credential || !signedHeaders || !signature || fields.size !== 3) return undefined;
  const names = signedHeaders.toLowerCase().split(';');
  if (new Set(names).size !== names.length || !/^[0-9a-fA-F]{64}$/.test(signature)) return undefined;
  return { credential, signedHeaders: names, signature };
}

export interface CanonicalRequestV3 {
  readonly method: string;
  /** As in the request line. */
  readonly path: string;
  readonly query: ParameterList;
  /** Signed headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Lower-case hexadecimal SHA-256 of the raw body. */
  readonly bodyHash: string;
}

export function stringToSignV3({ method, path, query, headers, bodyHash }: CanonicalRequestV3): string {
  const names = [...headers.keys()].sort();
  const lines = names.map((name) => `${name}:${headers.get(name)?.trim()}\n`).join('');
  // The headers' own end of line is followed by another: an empty line.
  const canonical = `${method}\n${path}\n${canonicalQuery(query)}\n${lines}\n${names.join(';')}\n${bodyHash}`;
  return `${signatureV3Algorithm}\n${sha256Hex(canonical)}`;
}

/** The signature as it is on the wire: lower-case hexadecimal. */
export function signV3(secret: Uint8Array, stringToSign: string): string {
  return hmac('sha256', secret, stringToSign, 'hex');
}
