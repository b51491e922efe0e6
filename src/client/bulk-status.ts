// Asks a running service how many serial numbers stand, in one call of POST /v1/status: packed both ways (docs/bulk-status.md).

import { packedSerialsType, packedStatusesType } from '../protocols/rpc/bulk/media-types.ts';
import { packSerialNumbers } from '../protocols/rpc/bulk/serial-records.ts';
import { cas } from '../protocols/rpc/product.ts';
import { CallRefused, type Connection, readAnswer, ServiceUnreachable, send, unreachable } from './rpc-client.ts';

export interface BulkAnswer {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Seconds since 1970; 0 unless revoked. */
  readonly revokedAt: number;
}

const operation = { name: 'DescribeClientCertificateStatusForSerialNumber', version: cas.version };
const recordOctets = 8;
const statuses = ['good', 'revoked', 'unknown'] as const;
const endRecord = 255;

/**
 * @param serials  each of them one, in any way they are written.
 * @param onProgress  told how many are answered so far.
 * @returns one for each, in their order; `undefined` where the service has no such endpoint.
 * @throws {CallRefused} {ServiceUnreachable}
 */
export async function askInBulk(
  serials: readonly string[],
  connection: Connection,
  onProgress: (answered: number) => void,
): Promise<BulkAnswer[] | undefined> {
  const { endpoint } = connection;
  const sent = {
    path: '/v1/status',
    type: packedSerialsType,
    accept: packedStatusesType,
    body: packSerialNumbers(serials),
  };
  const response = await send(operation, sent, connection);
  if (response.ok && response.headers.get('content-type') === packedStatusesType) {
    return await readStatuses(response, serials.length, endpoint, onProgress);
  }
  try {
    await readAnswer(response, endpoint);
  } catch (error) {
    if (response.status === 404 && isUnknownPath(error)) return undefined;
    throw error;
  }
  throw new ServiceUnreachable(`${endpoint.origin} answers /v1/status, but not as this API does`);
}

/** Whatever else serves there would say it in its own way. */
function isUnknownPath(error: unknown): boolean {
  if (error instanceof CallRefused) return /^Invalid(Api|Action)\.NotFound$/.test(error.code);
  return error instanceof ServiceUnreachable;
}

async function readStatuses(
  response: Response,
  count: number,
  endpoint: URL,
  onProgress: (answered: number) => void,
): Promise<BulkAnswer[]> {
  const answers: BulkAnswer[] = [];
  let end: number | undefined;
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of response.body ?? []) {
      const octets = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      const whole = octets.length - (octets.length % recordOctets);
      for (let at = 0; at < whole; at += recordOctets) {
        const value = octets.readUIntBE(at + 2, 6);
        const status = statuses[octets[at] ?? endRecord];
        if (status) answers.push({ status, revokedAt: value });
        else end = octets[at] === endRecord ? value : undefined;
      }
      rest = octets.subarray(whole);
      onProgress(answers.length);
    }
  } catch (cause) {
    throw unreachable(endpoint, cause);
  }
  if (end !== count || answers.length !== count || rest.length > 0) {
    throw new ServiceUnreachable(
      `${endpoint.origin} answered ${answers.length} of ${count} serial numbers and no more`,
    );
  }
  return answers;
}
