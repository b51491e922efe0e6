// Collects what the caller sent: query and form body make one set of parameters, each name once.

import type { EdgeRequest } from '../edge.ts';
import { gatewayError, invalid, RpcError } from './errors.ts';
import { formDecode } from './percent-encoding.ts';

export type Parameters = ReadonlyMap<string, string>;

/** The largest documented call has about 300 (100 tags, 100 key usages); more is an attack on the sorting. */
const maxParameters = 1000;

export interface Collected {
  /** The body as received; V3 signs its hash. Who leaves it unread has to hold it against the hash himself. */
  readonly body: Uint8Array | 'unread';
  /** Query and body together: what operations read and V1 signs. */
  readonly all: Parameters;
  /** The query alone: what V3 signs by name; it signs the body by its hash. */
  readonly query: Parameters;
}

/** @throws {RpcError} for a broken encoding, a name sent twice, too many parameters, or a body that is no form. */
export function collectParameters(request: EdgeRequest): Collected {
  const query = new Map<string, string>();
  addPairs(request.query, query);
  const { body } = request;
  if (body === 'too-large') throw gatewayError('RequestTooLarge');
  if (body.length === 0) return { all: query, query, body };
  assertForm(request);
  const all = new Map(query);
  addPairs(decodeBody(body), all);
  return { all, query, body };
}

function addPairs(text: string, into: Map<string, string>): void {
  if (text === '') return;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : formDecode(pair.slice(equals + 1));
    if (name === undefined || name === '') throw badlyEncoded('A parameter name is empty or badly percent-encoded.');
    if (value === undefined) throw invalid(name, 'is badly percent-encoded (RFC 3986, UTF-8)');
    // Which of the two would count is for an attacker to know; so neither does.
    if (into.has(name)) throw invalid(name, 'is given more than once');
    into.set(name, value);
    if (into.size > maxParameters) throw badlyEncoded(`There are more than ${maxParameters} parameters.`);
  }
}

function assertForm(request: EdgeRequest): void {
  const type = request.headers.only('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw badlyEncoded('The body must be application/x-www-form-urlencoded, and Content-Type must say so.');
  }
}

function decodeBody(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw badlyEncoded('The body is not UTF-8.');
  }
}

function badlyEncoded(message: string): RpcError {
  return new RpcError('InvalidParameter', 400, message);
}
