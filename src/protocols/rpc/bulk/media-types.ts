// In which form a bulk call asks, and in which it wants its answer (RFC 9110 §8.3, §12.5.1).

import type { EdgeHeaders, StatusRules } from '../../edge.ts';
import { RpcError } from '../errors.ts';
import { serialLines } from './serial-lines.ts';
import type { Collecting, SerialReader } from './serial-reader.ts';
import { serialRecords } from './serial-records.ts';
import { packedStatuses, type StatusWriter, statusLines } from './status-writer.ts';

export const packedSerialsType = 'application/vnd.certitude.serial-numbers';
export const packedStatusesType = 'application/vnd.certitude.statuses';
const linesTypes = ['application/jsonl', 'application/x-ndjson'];

export interface Forms {
  readonly read: (collecting: Collecting) => SerialReader;
  readonly answer: { readonly contentType: string; readonly writer: StatusWriter };
}

/** @throws {RpcError} for a form there is not. */
export function formsOf(headers: EdgeHeaders, rules: Pick<StatusRules, 'revokeTimeUnit'>): Forms {
  const encoding = headers.only('content-encoding');
  if (headers.has('content-encoding') && encoding?.toLowerCase() !== 'identity') {
    throw new RpcError('InvalidContentEncoding', 415, 'The body must be sent as it is, without Content-Encoding.');
  }
  const type = nameOf(headers.only('content-type') ?? '');
  const isLines = linesTypes.includes(type);
  if (!isLines && type !== packedSerialsType) {
    throw new RpcError(
      'InvalidContentType',
      415,
      `Content-Type must be ${linesTypes.join(', ')} or ${packedSerialsType}.`,
    );
  }
  return { read: isLines ? serialLines : serialRecords, answer: answerForm(headers, isLines ? type : '', rules) };
}

/** What is not asked for otherwise is answered in the form of the question. Weights do not count, but the order does. */
function answerForm(headers: EdgeHeaders, asked: string, rules: Pick<StatusRules, 'revokeTimeUnit'>): Forms['answer'] {
  const lines = (contentType: string) => ({ contentType, writer: statusLines(rules) });
  const packed = { contentType: packedStatusesType, writer: packedStatuses };
  const accepted = headers.all('accept').flatMap((value) => value.split(',').map(nameOf));
  for (const type of accepted.length === 0 ? ['*/*'] : accepted) {
    if (type === '*/*' || type === 'application/*') return asked === '' ? packed : lines(asked);
    if (type === packedStatusesType) return packed;
    if (linesTypes.includes(type)) return lines(type);
  }
  throw new RpcError('InvalidAccept', 406, `Accept must allow ${linesTypes.join(', ')} or ${packedStatusesType}.`);
}

/** Without parameters. */
function nameOf(type: string): string {
  return (type.split(';', 1)[0] ?? '').trim().toLowerCase();
}
