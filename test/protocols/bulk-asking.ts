// Asks POST /v1/status over the socket, as no client would where a test wants that.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { sha256Hex } from '../../src/base/bytes.ts';
import { formatUtc, toSeconds, type UnixMillis } from '../../src/base/time.ts';
import { ParameterList } from '../../src/protocols/rpc/parameter-list.ts';
import { signV3, stringToSignV3 } from '../../src/protocols/rpc/signature-v3.ts';
import { rootKey } from '../journeys/running-service.ts';
import type { StatusEntry } from '../journeys/small-pki.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';

export const action = 'DescribeClientCertificateStatusForSerialNumber';
export const linesType = 'application/jsonl';
export const serialsType = 'application/vnd.certitude.serial-numbers';
export const statusesType = 'application/vnd.certitude.statuses';

export interface BulkCall {
  readonly body?: string | Uint8Array;
  readonly key?: AccessKey;
  readonly method?: string;
  readonly path?: string;
  /** Added to those sent and signed, or put in their place; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly agent?: Agent;
}

export interface BulkReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly code: string | undefined;
  readonly message: string;
}

/** All headers of such a call, the signature included. */
export function bulkHeaders(
  url: string,
  { body = '', key = rootKey, method = 'POST', ...call }: BulkCall,
): Record<string, string> {
  const headers = new Map<string, string>();
  const usual = {
    host: new URL(url).host,
    'content-type': linesType,
    'x-acs-action': action,
    'x-acs-version': '2020-06-30',
    'x-acs-date': formatUtc(toSeconds(Date.now() as UnixMillis)),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': sha256Hex(body),
    ...call.headers,
  };
  for (const [name, value] of Object.entries(usual)) if (value !== undefined) headers.set(name, value);
  const bodyHash = headers.get('x-acs-content-sha256') ?? '';
  const [path = '', search = ''] = (call.path ?? '/v1/status').split('?');
  const query = ParameterList.of(new URLSearchParams(search));
  const secret = new TextEncoder().encode(key.accessKeySecret);
  const signature = signV3(secret, stringToSignV3({ method, path, query, headers, bodyHash }));
  const names = [...headers.keys()].sort().join(';');
  const authorization = `ACS3-HMAC-SHA256 Credential=${key.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  return { authorization, ...Object.fromEntries(headers) };
}

/** Sends the headers; the body is for the caller to write. */
export function beginBulk(url: string, call: BulkCall): ClientRequest {
  const { method = 'POST', path = '/v1/status', agent = false } = call;
  return request(new URL(path, url), { method, agent, headers: bulkHeaders(url, call) });
}

export async function replyTo(asking: ClientRequest): Promise<BulkReply> {
  const message = await responseTo(asking);
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const isError = message.statusCode !== 200 && body.length > 0;
  const { Code, Message } = isError ? JSON.parse(body.toString()) : {};
  return { status: message.statusCode ?? 0, headers: message.headers, body, code: Code, message: Message ?? '' };
}

export function responseTo(asking: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => asking.once('response', resolve).once('error', reject));
}

export async function askBulk(url: string, call: BulkCall): Promise<BulkReply> {
  const asking = beginBulk(url, call);
  asking.end(call.body ?? '');
  return await replyTo(asking);
}

export function linesOf(serials: readonly string[]): string {
  return serials.map((serial) => `${JSON.stringify(serial)}\n`).join('');
}

export function recordsOf(serials: readonly string[]): Buffer {
  return Buffer.concat(
    serials.map((serial) => {
      const octets = Buffer.from(serial, 'hex');
      return Buffer.concat([Uint8Array.of(octets.length), octets]);
    }),
  );
}

/** The entries of a whole answer in lines. */
export function entriesOf({ status, body, headers }: BulkReply): StatusEntry[] {
  assert.equal(status, 200, body.toString());
  const lines = body.toString().split('\n');
  assert.equal(lines.pop(), '', 'the last line ends');
  const { Count, RequestId } = JSON.parse(lines.pop() ?? '');
  assert.equal(Count, lines.length);
  assert.equal(RequestId, headers['x-acs-request-id']);
  return lines.map((line) => JSON.parse(line));
}

/** The same of a packed one. */
export function packedEntriesOf({ status, body }: BulkReply, serials: readonly string[]): StatusEntry[] {
  assert.equal(status, 200, body.toString());
  assert.equal(body.length, 8 * (serials.length + 1));
  assert.equal(body.readBigUInt64BE(8 * serials.length), (0xffn << 56n) | BigInt(serials.length));
  return serials.map((SerialNumber, index) => {
    const record = body.readBigUInt64BE(8 * index);
    const Status = ['good', 'revoked', 'unknown'][Number(record >> 56n)] ?? 'none';
    return { SerialNumber, Status, RevokeTime: Number(record & ((1n << 56n) - 1n)) };
  });
}
