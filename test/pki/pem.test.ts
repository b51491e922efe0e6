import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodePem, decodePemBlocks, encodePem } from '../../src/pki/pem.ts';

const block = (label: string, ...lines: string[]) =>
  `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')}\n`;
const abc = new TextEncoder().encode('abc');

test('a block has lines of 64 characters and ends with a line feed (RFC 7468 §2)', () => {
  const lengths = (octets: number) =>
    encodePem('CERTIFICATE', new Uint8Array(octets))
      .split('\n')
      .slice(1, -2)
      .map((line) => line.length);
  assert.deepEqual(lengths(47), [64]);
  assert.deepEqual(lengths(48), [64]);
  assert.deepEqual(lengths(49), [64, 4]);
  assert.equal(encodePem('X509 CRL', abc), block('X509 CRL', 'YWJj'));
});

test('a label is upper-case words', () => {
  for (const label of ['', 'certificate', 'A-B', ' A', 'A\nB']) assert.throws(() => encodePem(label, abc), TypeError);
});

test('blocks are found in order, and the text between them is not looked at (RFC 7468 §2)', () => {
  const text = `subject=CN\n${block('CERTIFICATE', 'YWJj')}issuer=-----\n${block('X509 CRL', 'YWI=')}end`;
  assert.deepEqual(decodePemBlocks(text), [
    { label: 'CERTIFICATE', der: abc },
    { label: 'X509 CRL', der: new TextEncoder().encode('ab') },
  ]);
  assert.deepEqual(decodePemBlocks('nothing here'), []);
});

test('carriage returns, blanks at the ends of lines and a missing last line end are allowed', () => {
  const text = block('CERTIFICATE', 'YW', 'Jj');
  for (const variant of [text.replaceAll('\n', '\r\n'), text.replaceAll('\n', ' \t\n'), text.trimEnd()]) {
    assert.deepEqual(decodePem(variant), abc);
  }
});

test('what is not base64 in its one form is refused', () => {
  const contents = [['YWJ'], ['YWJj='], ['YW=Jj'], ['YWI'], ['YWJ='], ['Y WJj'], ['YWJj', '', 'YWJj'], [], ['=']];
  const headers = ['Proc-Type: 4,ENCRYPTED', '', 'YWJj'];
  for (const lines of [...contents, headers, ['YW-_']]) {
    assert.throws(() => decodePem(block('CERTIFICATE', ...lines)), { problem: 'pem-malformed' }, lines.join('|'));
  }
});

test('a block that does not end as it began is refused', () => {
  const wrong = [
    '-----BEGIN CERTIFICATE-----\nYWJj\n',
    '-----BEGIN CERTIFICATE-----\nYWJj\n-----END X509 CRL-----\n',
    '-----END CERTIFICATE-----\n',
    `-----BEGIN CERTIFICATE-----\n${block('CERTIFICATE', 'YWJj')}`,
    '-----BEGIN CERTIFICATE-----YWJj-----END CERTIFICATE-----',
    '',
  ];
  for (const text of wrong) assert.throws(() => decodePem(text), { problem: 'pem-malformed' }, text);
});

test('the offset of an error counts characters', () => {
  assert.throws(() => decodePem(`text\n${block('CERTIFICATE', 'YWJj', '?')}`), { at: 5 + 28 + 5 });
});

test('one block of the label asked for', () => {
  const text = block('CERTIFICATE', 'YWJj');
  assert.deepEqual(decodePem(text, 'CERTIFICATE'), abc);
  assert.throws(() => decodePem(text, 'X509 CRL'), { problem: 'pem-label-differs' });
  assert.throws(() => decodePem(text + text, 'CERTIFICATE'), { problem: 'too-many' });
  assert.deepEqual(decodePem(block('NEW CERTIFICATE REQUEST', 'YWJj'), 'CERTIFICATE REQUEST'), abc); // RFC 7468 §7
});

test('text is read to its limit of 1 MiB and no further', () => {
  const limit = 1024 * 1024;
  const padded = (length: number) => block('CERTIFICATE', 'YWJj').padEnd(length, ' ');
  for (const length of [limit - 1, limit]) assert.deepEqual(decodePem(padded(length)), abc);
  assert.throws(() => decodePem(padded(limit + 1)), { problem: 'input-too-long' });
});

test('bytes come back as they were written', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (der) => {
      assert.deepEqual(decodePem(encodePem('CERTIFICATE', der), 'CERTIFICATE'), der);
    }),
  );
});

test('any text gives blocks or a DecodingError', () => {
  const pieces = fc.constantFrom(
    '-----BEGIN A-----',
    '-----END A-----',
    '-----END B-----',
    'YWJj',
    '=',
    '\n',
    '\r',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
      try {
        decodePemBlocks(parts.join(''));
      } catch (error) {
        assert.equal((error as Error).name, 'DecodingError');
      }
    }),
  );
});
