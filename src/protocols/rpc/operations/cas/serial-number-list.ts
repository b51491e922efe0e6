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

/** An element as it was sent, and the number it says. */
export interface AskedSerialNumber {
  readonly element: string;
  readonly serialNumber: SerialNumber;
}

/** @throws {ParameterError} naming the first element that says no number. */
export function parseSerialNumbers(list: string, rules: StatusRules): AskedSerialNumber[] {
  return listElements('SerialNumber', list, rules).map((element, index) => {
    const serialNumber = parseSerialNumber(element);
    if (serialNumber === undefined) {
      throw invalid(
        'SerialNumber',
        `must be hexadecimal of at most 20 octets; element ${index + 1} is ${JSON.stringify(element.slice(0, 64))}`,
      );
    }
    return { element, serialNumber };
  });
}
