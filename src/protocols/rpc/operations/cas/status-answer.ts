// The shape both status operations answer with, and how they read their list.

import { Type } from 'typebox';
import type { Status } from '../../../../registry/status-index.ts';
import type { StatusRules } from '../../../edge.ts';
import { invalid } from '../../errors.ts';
import { answerNumber, answerText, oneOf } from '../shapes.ts';

export const statusAnswer = Type.Object({
  CertificateStatus: Type.Array(
    Type.Object({
      SerialNumber: answerText('The serial number asked for.', '62b2b943a32d96883a6650e672ea0276'),
      Status: oneOf(
        ['good', 'revoked', 'unknown'],
        'good: issued by a CA of this account, and neither it nor a CA above it is revoked. revoked: it or a CA above it is. unknown: everything else.',
        'good',
      ),
      RevokeTime: answerNumber(
        'When it was revoked, in seconds since 1970 (in milliseconds where the operator has set that); 0 unless revoked.',
        0,
      ),
    }),
    { description: 'One entry for each element asked for, in the order asked.' },
  ),
});

export interface StatusEntry {
  readonly SerialNumber: string;
  readonly Status: Status['status'];
  readonly RevokeTime: number;
}

export function statusEntry(serialNumber: string, status: Status, { revokeTimeUnit }: StatusRules): StatusEntry {
  const scale = revokeTimeUnit === 'ms' ? 1000 : 1;
  return {
    SerialNumber: serialNumber,
    Status: status.status,
    RevokeTime: status.status === 'revoked' ? status.revokedAt * scale : 0,
  };
}

/** The elements of a comma-separated list, trimmed. @throws {ParameterError} for an empty element or more than are allowed. */
export function listElements(name: string, list: string, { maxBatch }: Pick<StatusRules, 'maxBatch'>): string[] {
  const elements = list.split(',', maxBatch + 1);
  if (elements.length > maxBatch) throw invalid(name, `lists more than ${maxBatch} elements; ask in several calls`);
  return elements.map((element, index) => {
    const trimmed = element.trim();
    if (trimmed === '') throw invalid(name, `is empty at element ${index + 1}`);
    return trimmed;
  });
}

/** As many elements as there are commas and one, without looking at them. */
export function listSize(list = ''): number {
  let size = 1;
  for (let comma = list.indexOf(','); comma >= 0; comma = list.indexOf(',', comma + 1)) size++;
  return size;
}
