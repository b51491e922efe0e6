// Collects what the caller sent: query and form body make one set of parameters, each name once.

import type { EdgeRequest } from '../edge.ts';
import { gatewayError, invalid, RpcError } from './errors.ts';
import { ParameterList } from './parameter-list.ts';
import { formDecode } from './percent-encoding.ts';

/** The largest documented call has about 300 (100 tags, 100 key usages); more is an attack on the sorting. */
const maxParameters = 1000;

export interface Collected {
  /** The body as received; V3 signs its hash. Who leaves it unread has to hold it against the hash himself. */
  readonly body: Uint8Array | 'unread';
  /** Query and body together: what operations read and V1 signs. */
  readonly all: ParameterList;
  /** The query alone: what V3 signs by name; it signs the body by its hash. */
  readonly query: ParameterList;
}

/** @throws {RpcError} for a broken encoding, a name sent twice, too many parameters, or a body that is no form. */
export function collectParameters(request: EdgeRequest): Collected {
  const query = new ParameterList();
  addPairs(request.query, query);
  const { body } = request;
  if (body === 'too-large') throw gatewayError('RequestTooLarge');
  if (body.length === 0) return { all: query, query, body };
  assertForm(request);
  const all = new ParameterList(query);
  addPairs(decodeBody(body), all);
  return { all, query, body };
}

function addPairs(text: string, into: ParameterList): void {
  let equals = placeOf(text, '=', 0);
  let reserved = placeOfReserved(text, 0);
  for (let at = 0; at < text.length; ) {
    const end = placeOf(text, '&', at);
    const valueAt = Math.min(equals + 1, end);
    const nameEnd = Math.min(equals, end);
    // An equals sign within the value belongs to it, and is not its own encoding.
    if (equals < end) equals = placeOf(text, '=', equals + 1);
    const isSpelledPlainly = reserved >= end;
    if (end > at) {
      const sentName = text.slice(at, nameEnd);
      const sentValue = text.slice(valueAt, end);
      const name = isSpelledPlainly ? sentName : formDecode(sentName);
      const value = isSpelledPlainly ? sentValue : formDecode(sentValue);
      if (name === undefined || name === '') throw badlyEncoded('A parameter name is empty or badly percent-encoded.');
      if (value === undefined) throw invalid(name, 'is badly percent-encoded (RFC 3986, UTF-8)');
      // Which of the two would count is for an attacker to know; so neither does.
      if (into.has(name)) throw invalid(name, 'is given more than once');
      into.add(name, value, isSpelledPlainly && equals >= end);
      if (into.size > maxParameters) throw badlyEncoded(`There are more than ${maxParameters} parameters.`);
    }
    if (equals < end) equals = placeOf(text, '=', end);
    if (reserved < end) reserved = placeOfReserved(text, end);
    at = end + 1;
  }
}

/** Where it stands from there on; the end of the text where it does not. */
function placeOf(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at < 0 ? text.length : at;
}

/** The same of any character that may mean another, or has an encoding of its own. */
function placeOfReserved(text: string, from: number): number {
  reservedCharacter.lastIndex = from;
  return reservedCharacter.test(text) ? reservedCharacter.lastIndex - 1 : text.length;
}
const reservedCharacter = /[^A-Za-z0-9\-._~&=]/g;

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
