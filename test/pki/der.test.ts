import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unixSeconds } from '../../src/base/time.ts';
import { DerReader, maximumDepth } from '../../src/pki/der-reader.ts';
import * as der from '../../src/pki/der-writer.ts';
import { isObjectIdentifier } from '../../src/pki/object-identifier.ts';
import { oidDer, oidName, oids } from '../../src/pki/oid.ts';
import { hex, toHex } from './hex.ts';

const utc = (text: string) => unixSeconds(Date.parse(text) / 1000);

test('lengths are written in the fewest octets (X.690 §10.1)', () => {
  const header = (length: number) => toHex(der.octetString(new Uint8Array(length)).subarray(0, -length || undefined));
  const expected: [number, string][] = [
    [0, '0400'],
    [1, '0401'],
    [127, '047f'],
    [128, '048180'],
    [129, '048181'],
    [255, '0481ff'],
    [256, '04820100'],
    [257, '04820101'],
    [65_535, '0482ffff'],
    [65_536, '0483010000'],
    [65_537, '0483010001'],
  ];
  for (const [length, header_] of expected) assert.equal(header(length), header_);
});

test('strings are written the same on both sides of 128 octets and of ASCII', () => {
  for (const text of ['a'.repeat(127), 'a'.repeat(128), 'a'.repeat(129), 'é'.repeat(63), 'é'.repeat(64), '证书']) {
    assert.deepEqual(der.utf8String(text), der.element(0x0c, new TextEncoder().encode(text)));
  }
});

test('counts are shortest two’s complement (X.690 §8.3)', () => {
  const expected: [number, string][] = [
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [255, '020200ff'],
    [256, '02020100'],
    [32_767, '02027fff'],
    [32_768, '0203008000'],
    [2 ** 40, '0206010000000000'],
  ];
  for (const [value, bytes] of expected) {
    assert.equal(toHex(der.integerOf(value)), bytes);
    assert.equal(new DerReader(hex(bytes)).count(), value);
  }
  for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) assert.throws(() => der.integerOf(value), TypeError);
});

test('an INTEGER whose content is not the shortest is not written', () => {
  for (const content of ['', '00 7f', 'ff 80']) assert.throws(() => der.integer(hex(content)), TypeError);
  for (const content of ['00', '00 80', 'ff 7f', '7f']) assert.equal(der.integer(hex(content))[0], 0x02);
});

test('TRUE is FF (X.690 §11.1), NULL is empty, ENUMERATED has its tag', () => {
  assert.equal(toHex(der.boolean(true)), '0101ff');
  assert.equal(toHex(der.boolean(false)), '010100');
  assert.equal(toHex(der.nullValue), '0500');
  assert.equal(toHex(der.enumerated(10)), '0a010a');
});

test('named bits lose their trailing zeros (X.690 §11.2.2)', () => {
  assert.equal(toHex(der.namedBits([])), '030100');
  assert.equal(toHex(der.namedBits([0])), '03020780');
  assert.equal(toHex(der.namedBits([5, 6])), '03020106');
  assert.equal(toHex(der.namedBits([7])), '03020001');
  assert.equal(toHex(der.namedBits([0, 8])), '0303078080');
  assert.equal(toHex(der.bitString(hex('00'))), '03020000');
});

test('object identifiers as in X.690 §8.19 and RFC 5280', () => {
  const expected: [string, string][] = [
    ['2.999.3', '0603883703'],
    ['1.2.840.113549', '06062a864886f70d'],
    ['2.5.4.3', '0603550403'],
    ['0.39', '060127'],
    ['1.0', '060128'],
    ['2.0', '060150'],
    ['2.47', '06017f'],
    ['2.48', '06028100'],
  ];
  for (const [dotted, bytes] of expected) {
    assert.equal(toHex(der.objectIdentifier(dotted)), bytes);
    assert.equal(new DerReader(hex(bytes)).objectIdentifier(), dotted);
  }
});

test('text that is no object identifier is not written', () => {
  const huge = `2.${'1'.repeat(70)}`;
  for (const text of ['', '1', '3.1', '1.40', '1.2.', '.1.2', '1..2', '01.2', '1.02', '1.2.a', '1.2 ', huge]) {
    assert.equal(isObjectIdentifier(text), false, text);
    assert.throws(() => der.objectIdentifier(text), TypeError, text);
  }
});

test('each named identifier is found by its number and by its name', () => {
  for (const [name, dotted] of Object.entries(oids)) {
    const found = oidName(dotted) ?? assert.fail(dotted);
    assert.equal(found, name);
    assert.equal(new DerReader(oidDer(found)).objectIdentifier(), dotted);
  }
  assert.equal(oidName('1.2.3'), undefined);
});

test('SET OF is ordered by encoding (X.690 §11.6)', () => {
  const elements = [hex('0c0162'), hex('0c0161'), hex('020105'), hex('0c026161')];
  assert.equal(toHex(der.setOf(elements)), '310d0201050c01610c01620c026161');
});

test('a SEQUENCE OF takes more elements than a function takes arguments', () => {
  const elements = Array(300_000).fill(der.nullValue);
  assert.equal(der.sequenceOf(elements).length, 5 + 600_000);
  assert.equal(der.setOf(elements).length, 5 + 600_000);
});

test('times change form between 2049 and 2050 (RFC 5280 §4.1.2.5)', () => {
  const expected: [string, string][] = [
    ['1950-01-01T00:00:00Z', '500101000000Z'],
    ['1999-12-31T23:59:59Z', '991231235959Z'],
    ['2000-01-01T00:00:00Z', '000101000000Z'],
    ['2049-12-31T23:59:58Z', '491231235958Z'],
    ['2049-12-31T23:59:59Z', '491231235959Z'],
    ['2050-01-01T00:00:00Z', '20500101000000Z'],
    ['9999-12-31T23:59:59Z', '99991231235959Z'],
  ];
  for (const [text, digits] of expected) {
    const bytes = der.time(utc(text), 'notAfter');
    assert.equal(bytes[0], digits.length === 13 ? 0x17 : 0x18);
    assert.equal(Buffer.from(bytes.subarray(2)).toString(), digits);
    assert.equal(new DerReader(bytes).time(), utc(text));
  }
});

test('a time outside 1950 to 9999 is refused by the name of its field', () => {
  for (const moment of [utc('1950-01-01T00:00:00Z') - 1, utc('9999-12-31T23:59:59Z') + 1, Number.NaN]) {
    assert.throws(() => der.time(moment as never, 'notAfter'), { field: 'notAfter', problem: 'out-of-range' });
  }
});

test('GeneralizedTime is used for every year where a structure has no choice (RFC 6960 §4.2.2.1)', () => {
  const bytes = der.generalizedTime(utc('2026-02-23T12:46:24Z'), 'thisUpdate');
  assert.equal(Buffer.from(bytes).toString('latin1'), '\x18\x0f20260223124624Z');
  assert.equal(new DerReader(bytes).generalizedTime(), utc('2026-02-23T12:46:24Z'));
});

test('tag numbers above 30 are not written', () => {
  assert.equal(der.primitive(30, hex(''))[0], 0x9e);
  assert.throws(() => der.primitive(31, hex('')), TypeError);
  assert.throws(() => der.constructed(-1), TypeError);
});

test('nesting is followed to its limit and no further', () => {
  const nested = (depth: number) => {
    let bytes = hex('0500');
    for (let level = 0; level < depth; level++) bytes = der.sequence(bytes);
    return bytes;
  };
  for (const depth of [maximumDepth - 1, maximumDepth]) new DerReader(nested(depth)).any();
  assert.throws(() => new DerReader(nested(maximumDepth + 1)).any(), { problem: 'too-deep' });
});

test('input is read to its limit and no further', () => {
  const bytes = der.octetString(new Uint8Array(98));
  assert.equal(new DerReader(bytes, 101).octetString().length, 98);
  assert.equal(new DerReader(bytes, 100).octetString().length, 98);
  assert.throws(() => new DerReader(bytes, 99), { name: 'DecodingError', problem: 'input-too-long', at: 99 });
});

test('a reader finds its bytes where a view begins', () => {
  const view = hex('ff ff 30 03 02 01 05 ff').subarray(2, 7);
  const reader = new DerReader(view);
  assert.equal(reader.sequence().count(), 5);
  reader.end();
});

test('looking ahead does not move the reader, and reading moves it past the element', () => {
  const reader = new DerReader(hex('30 03 02 01 05 01 01 ff'));
  assert.equal(toHex(reader.upcoming()), '3003020105');
  assert.equal(reader.position, 0);
  assert.equal(toHex(reader.any()), '3003020105');
  assert.equal(reader.position, 5);
  assert.equal(toHex(reader.rest()), '0101ff');
  assert.equal(reader.booleanDefaultFalse(), true);
  assert.equal(reader.booleanDefaultFalse(), false);
  assert.ok(reader.atEnd());
});

const arcs = fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 2 ** 51 }));
const dottedIdentifiers = fc
  .tuple(fc.oneof(fc.tuple(fc.nat(1), fc.nat(39)), fc.tuple(fc.constant(2), arcs)), fc.array(arcs, { maxLength: 6 }))
  .map(([[first, second], rest]) => [first, second, ...rest].join('.'));

test('object identifiers come back as they were written', () => {
  fc.assert(
    fc.property(dottedIdentifiers, (dotted) => {
      assert.equal(new DerReader(der.objectIdentifier(dotted)).objectIdentifier(), dotted);
    }),
  );
});

test('named bits, counts and times come back as they were written', () => {
  const bits = fc.uniqueArray(fc.nat(20)).map((numbers) => numbers.toSorted((a, b) => a - b));
  const moments = fc.integer({ min: utc('1950-01-01T00:00:00Z'), max: utc('9999-12-31T23:59:59Z') });
  fc.assert(
    fc.property(bits, fc.nat({ max: 2 ** 48 - 1 }), moments, (numbers, count, moment) => {
      assert.deepEqual(new DerReader(der.namedBits(numbers)).namedBits(), numbers);
      assert.equal(new DerReader(der.integerOf(count)).count(), count);
      assert.equal(new DerReader(der.time(unixSeconds(moment), 'time')).time(), moment);
    }),
  );
});
