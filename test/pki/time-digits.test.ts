import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatUtc, parseUtc, type UnixSeconds, unixSeconds } from '../../src/base/time.ts';
import { generalizedTimeOctets, isWritableTime, readTimeDigits, writeTimeDigits } from '../../src/pki/time-digits.ts';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

function written(moment: UnixSeconds, octets: 13 | 15): string {
  const bytes = new Uint8Array(octets);
  writeTimeDigits(bytes, 0, moment, octets);
  return Buffer.from(bytes).toString('latin1');
}

const expected = (moment: UnixSeconds) => formatUtc(moment).replace(/[-:T]/g, '');

test('digits are those of the calendar, and read back, from the year 0 to 9999', (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const moments = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }).map(unixSeconds);
  fc.assert(
    fc.property(moments, (moment) => {
      assert.equal(written(moment, 15), expected(moment));
      assert.equal(readTimeDigits(latin1(expected(moment)), 0, 15), moment);
    }),
    { seed, numRuns: 2000 },
  );
});

test('every day of four centuries', () => {
  for (let moment = Date.UTC(1900, 0, 1) / 1000; moment < Date.UTC(2301, 0, 1) / 1000; moment += 86_400) {
    const digits = expected(moment as UnixSeconds);
    if (written(moment as UnixSeconds, 15) !== digits) assert.fail(digits);
    if (readTimeDigits(latin1(digits), 0, 15) !== moment) assert.fail(digits);
  }
});

test('two digits of a year mean 1950 to 2049 (RFC 5280 §4.1.2.5.1)', () => {
  for (const [digits, utc] of [
    ['500101000000Z', '1950-01-01T00:00:00Z'],
    ['991231235959Z', '1999-12-31T23:59:59Z'],
    ['000229120000Z', '2000-02-29T12:00:00Z'],
    ['491231235959Z', '2049-12-31T23:59:59Z'],
  ] as const) {
    const moment = parseUtc(utc);
    assert.equal(readTimeDigits(latin1(digits), 0, 13), moment);
    assert.equal(written(moment as UnixSeconds, 13), digits);
  }
});

test('what is no moment is not read', () => {
  for (const digits of [
    '20260230000000Z',
    '21000229000000Z',
    '20261301000000Z',
    '20260001000000Z',
    '20260100000000Z',
    '20260132000000Z',
    '20260431000000Z',
    '20260101240000Z',
    '20260101006000Z',
    '20260101000060Z',
    '2026010100000 Z',
    '2026010100000/Z',
    '2026010100000:Z',
    '202601010000000',
    '2026010100000Z',
    '20260101000000.0Z',
  ]) {
    assert.equal(readTimeDigits(latin1(digits), 0, digits.length), undefined, digits);
  }
});

test('four digits of a year are 0000 to 9999', () => {
  for (const [moment, writable] of [
    [-62_167_219_201, false],
    [-62_167_219_200, true],
    [253_402_300_799, true],
    [253_402_300_800, false],
    [Number.NaN, false],
  ] as const) {
    assert.equal(isWritableTime(moment), writable);
    if (writable) assert.equal(written(unixSeconds(moment), generalizedTimeOctets), expected(unixSeconds(moment)));
  }
});
