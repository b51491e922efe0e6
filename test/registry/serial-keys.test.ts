// Serial numbers as words: whatever way they come in, the same number is the same words, and comes out as it is written here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSerialNumber } from '../../src/pki/serial-number.ts';
import { readDigitsKey, readOctetsKey, readSerialKey, writeSerialDigits } from '../../src/registry/serial-key.ts';
import { type KeyPage, keysPerPage, SerialKeys } from '../../src/registry/serial-keys.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';

const seed = newSeed('SERIAL_KEYS_SEED');

test(`digits, octets and text of a number give the same words, and these its text (SERIAL_KEYS_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  for (let round = 0; round < 5000; round++) {
    const digits = Array.from({ length: 1 + random.below(44) }, () => random.pick([...'0000123456789abcdefABCDEF']));
    const written = digits.join('');
    const serialNumber = parseSerialNumber(written);
    const ascii = Buffer.from(`<${written}>`);
    const fromDigits = new Int32Array(7).fill(-1);
    const isDigits = readDigitsKey(ascii, { start: 1, end: ascii.length - 1 }, fromDigits, 1);
    assert.equal(isDigits, serialNumber !== undefined, written);
    if (serialNumber === undefined) continue;
    const fromText = new Int32Array(5);
    readSerialKey(serialNumber, 0, serialNumber.length, fromText);
    assert.deepEqual([...fromDigits], [-1, ...fromText, -1], written);
    const octets = Buffer.concat([Buffer.alloc(random.below(3)), Buffer.from(serialNumber, 'hex')]);
    const fromOctets = new Int32Array(5);
    assert.ok(readOctetsKey(octets, { start: 0, end: octets.length }, fromOctets, 0));
    assert.deepEqual(fromOctets, fromText);
    const out = new Uint8Array(42);
    const end = writeSerialDigits(fromDigits, 1, new DataView(out.buffer), 2);
    assert.equal(Buffer.from(out.subarray(2, end)).toString(), serialNumber);
  }
});

test('20 octets after leading zeros are a serial number, 21 are not, and none at all are not', () => {
  const words = new Int32Array(5);
  for (const [octets, isNumber] of [
    [0, false],
    [1, true],
    [19, true],
    [20, true],
    [21, false],
  ] as const) {
    const bytes = new Uint8Array(octets).fill(0xff);
    assert.equal(readOctetsKey(bytes, { start: 0, end: octets }, words, 0), isNumber);
    assert.equal(
      readOctetsKey(Uint8Array.of(0, ...bytes), { start: 0, end: octets + 1 }, words, 0),
      isNumber || octets === 0,
    );
    const ascii = Buffer.from('f'.repeat(2 * octets));
    assert.equal(readDigitsKey(ascii, { start: 0, end: ascii.length }, words, 0), isNumber);
  }
});

test('what is no hexadecimal digit is seen wherever it is', () => {
  const words = new Int32Array(5);
  for (let at = 0; at < 40; at++) {
    for (const wrong of ['g', ':', ' ', '/', '@', '`', 'G', '\u0000', '\u00ff']) {
      const ascii = Buffer.from('7'.repeat(40), 'latin1');
      ascii.write(wrong, at, 'latin1');
      assert.equal(readDigitsKey(ascii, { start: 0, end: 40 }, words, 0), false, `${JSON.stringify(wrong)} at ${at}`);
    }
  }
});

test('pages of lists that were gone through serve others, and none serves two at a time', () => {
  const listOf = (size: number, mark: number) => {
    const keys = new SerialKeys();
    for (let index = 0; index < size; index++) keys.addOctets(Uint8Array.of(mark, index >>> 8, index & 255), 0, 3);
    return keys;
  };
  const check = ({ words, count }: KeyPage, from: number, mark: number) => {
    for (let index = 0; index < count; index++) {
      assert.deepEqual([...words.subarray(5 * index, 5 * index + 5)], [(mark << 16) | (from + index), 0, 0, 0, 0]);
    }
  };
  for (const size of [keysPerPage - 1, keysPerPage, keysPerPage + 1, 3 * keysPerPage]) {
    let from = 0;
    for (const page of listOf(size, 1).pages()) {
      // Made, and gone through in part, while another list's page is looked at.
      const others = listOf(size, 2).pages();
      const other = others.next().value;
      check(page, from, 1);
      if (other) check(other, 0, 2);
      from += page.count;
    }
    assert.equal(from, size);
  }
});
