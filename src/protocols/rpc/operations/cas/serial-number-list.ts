// Lists of serial numbers, as two operations take them.

import { Type } from 'typebox';
import { parseSerialNumber, type SerialNumber } from '../../../../pki/serial-number.ts';
import type { StatusRules } from '../../../edge.ts';
import { invalid } from '../../errors.ts';
import { listElements } from './status-answer.ts';

export const serialNumberList = Type.String({
  description:
    'Hexadecimal serial numbers, separated by commas; 1,000 of them unless the operator set another limit. Long lists go into a POST form body.',
  examples: ['62b2b943a32d96883a6650e672ea0276,084bde9cd233f0ddae33adc438cfbbbd'],
});

/** @throws {ParameterError} naming the first element that says no number. */
export function parseSerialNumbers(list: string, rules: StatusRules): SerialNumber[] {
  return listElements('SerialNumber', list, rules).map(parseElement);
}

/** @param index  where it is in its list, from 0. @throws {ParameterError} naming it when it is no serial number. */
export function parseElement(element: string, index: number): SerialNumber {
  const serialNumber = parseSerialNumber(element);
  if (serialNumber !== undefined) return serialNumber;
  throw invalid(
    'SerialNumber',
    `must be hexadecimal of at most 20 octets; element ${index + 1} is ${JSON.stringify(element.slice(0, 64))}`,
  );
}
