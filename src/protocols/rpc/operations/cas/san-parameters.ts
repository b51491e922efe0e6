// Subject alternative names as the operations for client certificates take them: one type, and values separated by commas.

import { Type } from 'typebox';
import { type GeneralName, type GeneralNameType, generalNameTypes } from '../../../../pki/general-name.ts';
import { parseSanValues } from '../../../../pki/san-values.ts';
import { invalid, missing } from '../../errors.ts';
import { text } from '../shapes.ts';

/** @param types numbers of GeneralName choices (RFC 5280 §4.2.1.6) */
export function sanParameters(types: readonly number[], description: string) {
  return {
    SanType: Type.Optional(Type.Integer({ enum: [...types], description, examples: [1] })),
    SanValue: Type.Optional(
      text(
        16_384,
        'Subject alternative names of this kind, up to 100, separated by commas; a comma within one is written \\, and a backslash \\\\.',
        'somebody@example.com',
      ),
    ),
  };
}

/** What `sansOf` misses. */
export const sansMissedWhen = {
  SanType: 'SanValue was sent without it.',
  SanValue: 'SanType was sent without it.',
};

/** `undefined` where none are given. @throws {ParameterError} `MissingSanType`, `MissingSanValue`, `InvalidSanValue` */
export function sansOf({
  SanType,
  SanValue,
}: {
  readonly SanType?: number;
  readonly SanValue?: string;
}): readonly GeneralName[] | undefined {
  if (SanType === undefined && SanValue === undefined) return undefined;
  if (SanValue === undefined) throw missing('SanValue');
  const type = SanType === undefined ? undefined : generalNameTypes[SanType];
  if (type === undefined) throw missing('SanType');
  const parsed = parseSanValues(type, SanValue);
  if ('names' in parsed) return parsed.names;
  if (parsed.problem === 'too-many') throw invalid('SanValue', 'has more than 100 elements');
  throw invalid('SanValue', `is not ${what[type]} at ${JSON.stringify(parsed.value.slice(0, 64))}`);
}

const what: Readonly<Record<GeneralNameType, string>> = {
  otherName: 'an otherName such as 1.2.3;UTF8:text',
  rfc822Name: 'an e-mail address',
  dNSName: 'a host name',
  x400Address: 'the hexadecimal DER of an ORAddress',
  directoryName: 'a distinguished name such as C=CN;O=Example;CN=a',
  ediPartyName: 'an ediPartyName such as assigner;name',
  uniformResourceIdentifier: 'an absolute URI',
  iPAddress: 'an IP address',
  registeredID: 'a dotted object identifier',
};
