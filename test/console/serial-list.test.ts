// Lists of serial numbers and identifiers as people paste them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readList } from '../../console/pages/certificates/serial-list.ts';

const read = (text: string) => readList(text).entries.map(({ digits }) => digits);

test('a list has one serial number a line, however it is written, and each once', () => {
  assert.deepEqual(read('0A:0B\n0a0b\n\n  00ff ff '), ['0a0b', '00ff']);
});

test('a list may be separated by commas, semicolons and blanks', () => {
  assert.deepEqual(read('01, 02;03 04'), ['01', '02', '03', '04']);
});

test('what is neither serial number nor identifier is counted', () => {
  const { entries, passedOver } = readList('01\nhello\nworld');
  assert.equal(entries.length, 1);
  assert.equal(passedOver, 2);
});

test('of a CSV file only the column that its head names is read', () => {
  assert.deepEqual(read('name,Serial Number,note\r\n"cafe, north",0a0b,beef\r\nbad,"0c",01\r\n'), ['0a0b', '0c']);
});

test('the identifier wins over the serial number, and an apostrophe against formulas is no part of it', () => {
  assert.deepEqual(read("serial,identifier\n'01,'02\n"), ['02']);
});

test('nothing is an empty list', () => {
  assert.deepEqual(readList(' \n'), { entries: [], passedOver: 0 });
});
