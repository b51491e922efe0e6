import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  generateSerialNumber,
  parseSerialNumber,
  type SerialNumber,
  serialNumberFromBytes,
  serialNumberToInteger,
} from '../../src/pki/serial-number.ts';
import { hex, toHex } from './hex.ts';

const octets = (count: number) => 'ab'.repeat(count);

test('case, leading zeros, an odd number of digits and colons do not matter', () => {
  for (const text of ['ab', 'AB', 'aB', '00ab', '0ab', '0000AB', '00:ab', '00:00:AB']) {
    assert.equal(parseSerialNumber(text), 'ab', text);
  }
  for (const text of ['abc', '0abc', 'ABC', '0A:BC', '00:0a:bc']) assert.equal(parseSerialNumber(text), '0abc', text);
});

test('a serial has 20 octets at most, leading zeros not counted (RFC 5280 §4.1.2.2)', () => {
  assert.equal(parseSerialNumber(octets(19)), octets(19));
  assert.equal(parseSerialNumber(octets(20)), octets(20));
  assert.equal(parseSerialNumber(octets(21)), undefined);
  assert.equal(parseSerialNumber(`a${octets(19)}`), `0a${octets(19)}`);
  assert.equal(parseSerialNumber(`a${octets(20)}`), undefined);
  assert.equal(parseSerialNumber(`0${octets(20)}`), octets(20));
  assert.equal(parseSerialNumber(`00${octets(20)}`), octets(20));
  const withColons = (count: number) => Array(count).fill('ab').join(':');
  assert.equal(parseSerialNumber(withColons(20)), octets(20));
  assert.equal(parseSerialNumber(withColons(21)), undefined);
});

test('the text is bounded before it is looked at, leading zeros or not', () => {
  assert.equal(parseSerialNumber(`${'0'.repeat(125)}ab`), 'ab');
  assert.equal(parseSerialNumber(`${'0'.repeat(126)}ab`), 'ab');
  assert.equal(parseSerialNumber(`${'0'.repeat(127)}ab`), undefined);
});

test('text that is not hexadecimal is no serial', () => {
  const refused = ['', ' ', ' ab', 'ab ', 'ab\n', 'xyz', '0xab', '-ab', '+1', 'a.b', 'ab,cd', 'ａｂ', '1e400n', 'ab\0'];
  for (const text of refused) assert.equal(parseSerialNumber(text), undefined, JSON.stringify(text));
});

test('colons stand between all octets or none', () => {
  for (const text of [':', ':ab', 'ab:', 'ab::cd', 'a:bc', 'ab:c', 'abcd:ef', 'ab:cdef', 'abc:de']) {
    assert.equal(parseSerialNumber(text), undefined, text);
  }
});

test('zero is a number, and none that is issued', () => {
  for (const text of ['0', '00', '000', '00:00']) assert.equal(parseSerialNumber(text), '00', text);
});

test('the INTEGER has a sign octet exactly where the top bit is set (X.690 §8.3.3)', () => {
  const content = (text: string) => toHex(serialNumberToInteger(text as SerialNumber));
  assert.equal(content('7f'), '7f');
  assert.equal(content('80'), '0080');
  assert.equal(content('81'), '0081');
  assert.equal(content('ff'), '00ff');
  assert.equal(content('a0'), '00a0');
  assert.equal(content('0abc'), '0abc');
  assert.equal(content('00'), '00');
});

test('content octets give the serial without the sign octet', () => {
  assert.equal(serialNumberFromBytes(hex('00 80')), '80');
  assert.equal(serialNumberFromBytes(hex('7f')), '7f');
  assert.equal(serialNumberFromBytes(hex('00')), '00');
  assert.equal(serialNumberFromBytes(hex(`00 ${octets(20)}`)), octets(20));
  assert.throws(() => serialNumberFromBytes(hex(octets(21))), RangeError);
  assert.throws(() => serialNumberFromBytes(hex('')), RangeError);
});

test('content octets are found where a view begins, not where its buffer does', () => {
  assert.equal(serialNumberFromBytes(hex('ff 00 12 34 ff').subarray(1, 4)), '1234');
});

test('sixteen octets are drawn, leading zeros dropped, and zero drawn again', () => {
  const draws = [hex('00'.repeat(16)), hex(`0000${'c1'.repeat(14)}`)];
  const asked: number[] = [];
  const random = (length: number) => {
    asked.push(length);
    return draws.shift() ?? assert.fail('drawn once too often');
  };
  assert.equal(generateSerialNumber(random), 'c1'.repeat(14));
  assert.deepEqual(asked, [16, 16]);
});

test('every drawn bit is kept: the top bit is not cleared, and no octet is fixed', () => {
  assert.equal(
    generateSerialNumber(() => hex('ff'.repeat(16))),
    'ff'.repeat(16),
  );
  assert.equal(
    generateSerialNumber(() => hex(`${'00'.repeat(15)}01`)),
    '01',
  );
});

const magnitudes = fc.bigInt({ min: 0n, max: 2n ** 160n - 1n });

test('every way to write a number gives the same serial, and different numbers different ones', () => {
  fc.assert(
    fc.property(magnitudes, magnitudes, fc.nat(20), fc.boolean(), (value, other, zeros, upper) => {
      const plain = value.toString(16);
      const written = '0'.repeat(zeros) + (upper ? plain.toUpperCase() : plain);
      const serial = parseSerialNumber(written);
      assert.ok(serial !== undefined);
      assert.equal(BigInt(`0x${serial}`), value);
      assert.equal(parseSerialNumber(serial), serial);
      assert.equal(parseSerialNumber((serial.match(/../g) ?? []).join(':')), serial);
      assert.equal(parseSerialNumber(other.toString(16)) === serial, other === value);
    }),
  );
});

test('a serial comes back from its INTEGER', () => {
  fc.assert(
    fc.property(magnitudes, (value) => {
      const serial = parseSerialNumber(value.toString(16)) ?? assert.fail('refused');
      const content = serialNumberToInteger(serial);
      assert.equal(serialNumberFromBytes(content), serial);
      assert.ok((content[0] ?? 0xff) < 0x80, 'never negative');
    }),
  );
});

test('any text gives a serial in the one form, or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const serial = parseSerialNumber(text);
      assert.ok(serial === undefined || serial === '00' || /^(?!00)([0-9a-f]{2}){1,20}$/.test(serial));
    }),
  );
});
