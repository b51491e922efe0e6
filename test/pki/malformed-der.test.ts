import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodingError, type DecodingProblem, DerReader } from '../../src/pki/der-reader.ts';
import { hex } from './hex.ts';

type Read = (reader: DerReader) => unknown;

/** Each of the encodings is refused with the problem at the offset. */
function refused(read: Read, cases: readonly (readonly [encoding: string, problem: DecodingProblem, at: number])[]) {
  for (const [encoding, problem, at] of cases) {
    assert.throws(
      () => {
        const reader = new DerReader(hex(encoding));
        read(reader);
        reader.end();
      },
      (error) => {
        assert.ok(error instanceof DecodingError, String(error));
        assert.deepEqual({ encoding, problem: error.problem, at: error.at }, { encoding, problem, at });
        return true;
      },
    );
  }
}

function accepted(read: Read, encodings: readonly string[]) {
  for (const encoding of encodings) {
    const reader = new DerReader(hex(encoding));
    read(reader);
    reader.end();
  }
}

const any: Read = (reader) => reader.any();
const octets = (count: number) => '00'.repeat(count);

test('an element ends within what contains it', () => {
  refused(any, [
    ['', 'missing-element', 0],
    ['04', 'truncated', 1],
    ['04 01', 'truncated', 2],
    ['04 02 00', 'truncated', 2],
    ['04 81', 'truncated', 2],
    ['04 82 01', 'truncated', 2],
    ['30 03 04 02 00', 'truncated', 4],
    ['30 01 04', 'truncated', 3],
  ]);
});

test('nothing follows the last element', () => {
  refused(any, [
    ['05 00 00', 'trailing-bytes', 2],
    ['05 00 05 00', 'trailing-bytes', 2],
  ]);
});

test('the indefinite form and its end-of-contents are refused (X.690 §10.1)', () => {
  refused(any, [
    ['30 80 05 00 00 00', 'indefinite-length', 1],
    ['24 80 04 01 00 00 00', 'wrong-form', 0],
    ['a0 80 00 00', 'indefinite-length', 1],
    ['00 00', 'wrong-form', 0],
  ]);
});

test('a length in more octets than it needs is refused (X.690 §10.1)', () => {
  refused(any, [
    [`04 81 00`, 'length-not-minimal', 1],
    [`04 81 7f ${octets(127)}`, 'length-not-minimal', 1],
    [`04 82 00 80 ${octets(128)}`, 'length-not-minimal', 1],
    [`04 82 00 ff ${octets(255)}`, 'length-not-minimal', 1],
    [`04 83 00 01 00 ${octets(256)}`, 'length-not-minimal', 1],
    [`04 84 00 00 00 01 00`, 'length-not-minimal', 1],
  ]);
  accepted(any, [
    `04 7f ${octets(127)}`,
    `04 81 80 ${octets(128)}`,
    `04 81 81 ${octets(129)}`,
    `04 81 ff ${octets(255)}`,
    `04 82 01 00 ${octets(256)}`,
  ]);
});

test('lengths that no input has, and the reserved FF, are refused (X.690 §8.1.3.5)', () => {
  refused(any, [
    ['04 84 ff ff ff ff', 'truncated', 6],
    ['04 84 7f ff ff ff 00', 'truncated', 6],
    ['04 85 01 00 00 00 00', 'length-too-large', 1],
    ['04 88 ff ff ff ff ff ff ff ff', 'length-too-large', 1],
    ['04 ff', 'length-too-large', 1],
  ]);
});

test('tag numbers above 30 are refused, minimal or not', () => {
  refused(any, [
    ['9f 1f 00', 'high-tag-number', 0],
    ['bf 1f 00', 'high-tag-number', 0],
    ['9f 80 01 00', 'high-tag-number', 0],
    ['1f 1f 00', 'high-tag-number', 0],
  ]);
});

test('strings are not cut into pieces, and SEQUENCE and SET are not primitive (X.690 §10.2)', () => {
  refused(any, [
    ['24 04 04 02 00 00', 'wrong-form', 0],
    ['23 04 03 02 00 00', 'wrong-form', 0],
    ['2c 03 0c 01 61', 'wrong-form', 0],
    ['21 03 01 01 ff', 'wrong-form', 0],
    ['10 00', 'wrong-form', 0],
    ['11 00', 'wrong-form', 0],
    ['08 00', 'wrong-form', 0],
    ['0b 00', 'wrong-form', 0],
  ]);
});

test('an element of another tag is refused', () => {
  refused(
    (reader) => reader.octetString(),
    [
      ['03 01 00', 'unexpected-tag', 0],
      ['24 00', 'unexpected-tag', 0],
      ['84 00', 'unexpected-tag', 0],
    ],
  );
  refused((reader) => reader.sequence().octetString(), [['30 02 05 00', 'unexpected-tag', 2]]);
  refused((reader) => reader.sequence().octetString(), [['30 00', 'missing-element', 2]]);
});

const booleans: Read = (reader) => reader.boolean();

test('a BOOLEAN is one octet, 00 or FF (X.690 §11.1)', () => {
  for (const read of [booleans, any]) {
    refused(read, [
      ['01 00', 'boolean-not-canonical', 2],
      ['01 01 01', 'boolean-not-canonical', 2],
      ['01 01 fe', 'boolean-not-canonical', 2],
      ['01 02 00 ff', 'boolean-not-canonical', 2],
    ]);
    accepted(read, ['01 01 00', '01 01 ff']);
  }
});

test('a DEFAULT is left out (X.690 §11.5)', () => {
  refused((reader) => reader.booleanDefaultFalse(), [['01 01 00', 'default-encoded', 0]]);
  accepted((reader) => reader.booleanDefaultFalse(), ['01 01 ff', '']);
});

test('an INTEGER has no octet too many (X.690 §8.3.2)', () => {
  for (const read of [any, (reader: DerReader) => reader.integer()]) {
    refused(read, [
      ['02 00', 'integer-not-minimal', 2],
      ['02 02 00 00', 'integer-not-minimal', 2],
      ['02 02 00 7f', 'integer-not-minimal', 2],
      ['02 02 ff 80', 'integer-not-minimal', 2],
      ['02 02 ff ff', 'integer-not-minimal', 2],
    ]);
    accepted(read, ['02 01 00', '02 01 ff', '02 02 00 80', '02 02 ff 7f']);
  }
  refused(any, [['0a 02 00 01', 'integer-not-minimal', 2]]);
});

test('a magnitude is not negative and within its bound', () => {
  const three: Read = (reader) => reader.unsignedInteger(3);
  refused(three, [
    ['02 01 80', 'integer-negative', 2],
    ['02 01 ff', 'integer-negative', 2],
    ['02 04 01 00 00 00', 'integer-too-large', 2],
    ['02 05 00 80 00 00 00', 'integer-too-large', 2],
  ]);
  accepted(three, ['02 01 00', '02 02 7f ff', '02 03 7f ff ff', '02 04 00 ff ff ff']);
  refused((reader) => reader.count(), [['02 07 01 00 00 00 00 00 00', 'integer-too-large', 2]]);
});

test('NULL is empty (X.690 §8.8.2)', () => {
  for (const read of [any, (reader: DerReader) => reader.null()]) refused(read, [['05 01 00', 'null-not-empty', 2]]);
});

test('the unused bits of a BIT STRING are zero and fewer than eight (X.690 §8.6.2, §11.2.1)', () => {
  refused(any, [
    ['03 00', 'bit-string-malformed', 2],
    ['03 01 01', 'bit-string-malformed', 2],
    ['03 02 08 00', 'bit-string-malformed', 2],
    ['03 02 01 01', 'bit-string-malformed', 2],
    ['03 02 07 40', 'bit-string-malformed', 2],
  ]);
  accepted(any, ['03 01 00', '03 02 00 01', '03 02 01 02', '03 02 07 80', '03 02 07 00']);
  refused((reader) => reader.bitString(), [['03 02 01 02', 'bit-string-malformed', 2]]);
});

test('named bits have no zeros at the end (X.690 §11.2.2)', () => {
  refused(
    (reader) => reader.namedBits(),
    [
      ['03 02 00 00', 'named-bits-not-minimal', 2],
      ['03 02 07 00', 'named-bits-not-minimal', 2],
      ['03 02 00 06', 'named-bits-not-minimal', 2],
      ['03 03 00 06 00', 'named-bits-not-minimal', 2],
    ],
  );
  accepted((reader) => reader.namedBits(), ['03 01 00', '03 02 01 06']);
});

test('an OBJECT IDENTIFIER has arcs, all of them finished, padded and large ones refused (X.690 §8.19.2)', () => {
  for (const read of [any, (reader: DerReader) => reader.objectIdentifier()]) {
    refused(read, [
      ['06 00', 'oid-malformed', 2],
      ['06 01 80', 'oid-malformed', 2],
      ['06 03 55 04 83', 'oid-malformed', 2],
      ['06 04 55 80 04 03', 'oid-malformed', 2],
      ['06 04 80 55 04 03', 'oid-malformed', 2],
      [`06 09 2a ${'ff'.repeat(7)} 7f`, 'oid-too-large', 2],
      [`06 41 ${'2a'.repeat(65)}`, 'oid-too-large', 2],
    ]);
    accepted(read, [`06 08 2a ${'ff'.repeat(6)} 7f`, `06 40 ${'2a'.repeat(64)}`]);
  }
});

const ascii = (tag: string, text: string) =>
  `${tag} ${text.length.toString(16).padStart(2, '0')} ${Buffer.from(text, 'latin1').toString('hex')}`;

test('a UTCTime is YYMMDDHHMMSSZ, a moment that exists (RFC 5280 §4.1.2.5.1)', () => {
  const time: Read = (reader) => reader.time();
  const wrong = [
    '',
    '2601010000Z', // no seconds
    '260101000000', // no zone
    '260101000000+0000',
    '260101000000.5Z',
    '260230000000Z',
    '261301000000Z',
    '260001000000Z',
    '260100000000Z',
    '250229000000Z',
    '260101240000Z',
    '260101006000Z',
    '260101000060Z',
    '2601010000 0Z',
    '26010100000aZ',
    '20260101000000Z', // that is a GeneralizedTime
  ];
  refused(
    time,
    wrong.map((text) => [ascii('17', text), 'time-malformed', 2] as const),
  );
  accepted(time, [ascii('17', '240229235959Z'), ascii('17', '491231235959Z')]);
  refused(time, [[`17 0d ${'b2'.repeat(13)}`, 'string-malformed', 2]]);
});

test('a GeneralizedTime is YYYYMMDDHHMMSSZ without fraction, and not for years UTCTime has (RFC 5280 §4.1.2.5)', () => {
  const time: Read = (reader) => reader.time();
  refused(time, [
    [ascii('18', '20491231235959Z'), 'time-in-wrong-form', 0],
    [ascii('18', '19491231235959Z'), 'time-in-wrong-form', 0],
    [ascii('18', '20500101000000.0Z'), 'time-malformed', 2],
    [ascii('18', '205001010000Z'), 'time-malformed', 2],
    [ascii('18', '20500101000000'), 'time-malformed', 2],
    [ascii('18', '20500101000000-0100'), 'time-malformed', 2],
    [ascii('18', '20510229000000Z'), 'time-malformed', 2],
    [ascii('04', '20510228000000Z'), 'unexpected-tag', 0],
  ]);
  accepted(time, [ascii('18', '20500101000000Z'), ascii('18', '99991231235959Z')]);
  accepted((reader) => reader.generalizedTime(), [ascii('18', '20260101000000Z')]);
});

test('an IA5String is ASCII without control characters', () => {
  refused(
    (reader) => reader.ia5String(),
    [
      ['16 01 80', 'string-malformed', 2],
      ['16 02 61 00', 'string-malformed', 2],
      ['16 01 7f', 'string-malformed', 2],
      ['16 01 0a', 'string-malformed', 2],
    ],
  );
});

test('a SET OF stands in order (X.690 §11.6), equal elements allowed', () => {
  const setOfAny: Read = (reader) => reader.setOf((elements) => elements.any());
  refused(setOfAny, [
    ['31 06 02 01 02 02 01 01', 'set-not-ordered', 5],
    ['31 07 0c 02 61 61 0c 01 61', 'set-not-ordered', 6],
  ]);
  accepted(setOfAny, ['31 00', '31 06 02 01 01 02 01 02', '31 06 02 01 01 02 01 01', '31 07 0c 01 61 0c 02 61 61']);
});

test('offsets inside a wrapped string are those of the whole', () => {
  refused((reader) => reader.sequence().enter(0x04).boolean(), [['30 05 04 03 01 01 01', 'boolean-not-canonical', 6]]);
});

test('deep nesting ends in an error, not in a full stack', () => {
  const bytes = new Uint8Array(60_000);
  let length = bytes.length;
  let at = 0;
  while (length > 4) {
    const long = length - 4 >= 256;
    if (!long) break;
    length -= 4;
    bytes.set([0x30, 0x82, length >> 8, length & 0xff], at);
    at += 4;
  }
  assert.throws(() => new DerReader(bytes).any(), { problem: 'too-deep' });
});
