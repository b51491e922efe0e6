// How `certitude status` asks: long lists by /v1/status, others, and all where the service has no such endpoint, by the operation
// of the API, in calls of some each.

import { setTimeout as sleep } from 'node:timers/promises';
import { askInBulk } from '../client/bulk-status.ts';
import { CallRefused, type Connection, callOperation } from '../client/rpc-client.ts';
import { cas } from '../protocols/rpc/product.ts';
import { printNote } from './terminal.ts';

export interface StatusAnswer {
  readonly SerialNumber: string;
  readonly Status: 'good' | 'revoked' | 'unknown';
  readonly RevokeTime: number;
}

export interface Asking {
  readonly connection: Connection;
  /** Serial numbers in one call of the operation; absent: as many as usual, and long lists by /v1/status. */
  readonly batch: number | undefined;
  /** Told how many are answered. */
  readonly onProgress: (answered: number) => void;
}

const operation = { name: 'DescribeClientCertificateStatusForSerialNumber', version: cas.version };
/** What services allow unless their operators have set otherwise. */
export const usualBatch = 1000;
/** One call of the quota, unless the operator has set otherwise (CERTITUDE_STATUS_WEIGHT). */
const bulkBatch = 100_000;

/** One answer for each, in their order. @throws {CallRefused} {ServiceUnreachable} */
export async function askStatus(serials: readonly string[], asking: Asking): Promise<StatusAnswer[]> {
  const { batch } = asking;
  if (batch === undefined && serials.length > usualBatch) {
    const answers = await askLong(serials, asking);
    if (answers) return answers;
    printNote(`This service has no /v1/status; asking in calls of ${usualBatch}.`);
  }
  return await askInParts(serials, asking, batch ?? usualBatch);
}

/** `undefined` where there is no such endpoint. */
async function askLong(
  serials: readonly string[],
  { connection, onProgress }: Asking,
): Promise<StatusAnswer[] | undefined> {
  const answers: StatusAnswer[] = [];
  for (let from = 0; from < serials.length; from += bulkBatch) {
    const part = serials.slice(from, from + bulkBatch);
    const answered = await patiently(() => askInBulk(part, connection, (count) => onProgress(from + count)));
    if (answered === undefined) return undefined;
    for (const [index, { status, revokedAt }] of answered.entries()) {
      answers.push({ SerialNumber: part[index] ?? '', Status: status, RevokeTime: revokedAt });
    }
  }
  return answers;
}

async function askInParts(
  serials: readonly string[],
  { connection, onProgress }: Asking,
  batch: number,
): Promise<StatusAnswer[]> {
  const answers: StatusAnswer[] = [];
  for (let from = 0; from < serials.length; from += batch) {
    const parameters = new Map([['SerialNumber', serials.slice(from, from + batch).join(',')]]);
    const answer = await patiently(() => callOperation(operation, parameters, connection));
    answers.push(...(answer['CertificateStatus'] as StatusAnswer[]));
    onProgress(answers.length);
  }
  return answers;
}

/** Long lists take many calls; a service that asks to wait, or can do no more just now, is waited for. */
async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let patience = 20; ; patience--) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CallRefused) || patience === 0) throw error;
      const wait = error.code === 'ServiceUnavailable' ? 1000 : error.retryAfterMillis;
      if (wait === undefined) throw error;
      await sleep(wait);
    }
  }
}
