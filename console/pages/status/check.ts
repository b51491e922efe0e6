// Asks for the status of many serial numbers, batch by batch, waiting where the service asks for that.

import type { SerialNumber } from '../../../src/pki/serial-number.ts';
import type { Statuses } from '../../../src/protocols/console/status.ts';
import { ApiError, send } from '../../base/api.ts';

export type Status = Statuses['statuses'][number];

export interface Answered {
  readonly serialNumber: SerialNumber;
  readonly status: Status;
}

export interface Answers {
  /** Grows while it is asked on; what is in it stays. */
  readonly list: readonly Answered[];
  readonly counts: Readonly<Record<Status['status'], number>>;
}

export const noAnswers: Answers = { list: [], counts: { good: 0, revoked: 0, unknown: 0 } };

/** As many as are looked at before the bar moves on. */
const smoothBatch = 1000;

/**
 * @param onAnswered called after each batch with all there is so far.
 * @returns once all are answered, or the signal stopped it.
 * @throws {ApiError} what was answered until then has been handed over.
 */
export async function checkAll(
  serialNumbers: readonly SerialNumber[],
  onAnswered: (answers: Answers) => void,
  signal: AbortSignal,
): Promise<void> {
  const { mostAtOnce } = await ask([], signal);
  const size = Math.min(mostAtOnce, smoothBatch);
  const list: Answered[] = [];
  const counts = { ...noAnswers.counts };
  for (let from = 0; from < serialNumbers.length && !signal.aborted; from += size) {
    const batch = serialNumbers.slice(from, from + size);
    const { statuses } = await ask(batch, signal);
    batch.forEach((serialNumber, index) => {
      const status = statuses[index] ?? { status: 'unknown' };
      list.push({ serialNumber, status });
      counts[status.status]++;
    });
    onAnswered({ list, counts: { ...counts } });
  }
}

/** A throttled batch is asked for again when it may be; how often is no question, since somebody can stop it. */
async function ask(batch: readonly SerialNumber[], signal: AbortSignal): Promise<Statuses> {
  for (;;) {
    try {
      return await send<Statuses>('POST', 'status', { parameters: { SerialNumber: batch.join(',') } });
    } catch (error) {
      const isThrottled = error instanceof ApiError && error.code.startsWith('Throttling') && !signal.aborted;
      if (!isThrottled) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.max(50, error.retryAfterMillis)));
    }
  }
}
