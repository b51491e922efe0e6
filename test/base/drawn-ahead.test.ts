// Random octets that are drawn ahead are those of the source, each given out once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawnAhead } from '../../src/base/drawn-ahead.ts';

/** Counts up, so that every octet tells which it was. */
function counting() {
  const asked: number[] = [];
  let next = 0;
  const random = (length: number) => {
    asked.push(length);
    return Uint8Array.from({ length }, () => next++ % 251);
  };
  return { random, asked };
}

test('no octet is given out twice, over many draws and lengths', () => {
  const { random, asked } = counting();
  const ahead = drawnAhead(random);
  const lengths = Array.from({ length: 2000 }, (_, index) => (index * 7) % 65);
  const copies = lengths.map((length) => Buffer.from(ahead(length)));
  // What is left of a draw and too short is passed over.
  let at = 0;
  for (const [index, given] of copies.entries()) {
    const length = lengths[index] ?? 0;
    if ((at % 2048) + length > 2048) at += 2048 - (at % 2048);
    assert.deepEqual(
      [...given],
      Array.from({ length }, (_, place) => (at + place) % 251),
    );
    at += length;
  }
  assert.ok(asked.length > 10 && asked.every((length) => length === 2048));
});

test('64 octets are drawn ahead, and 65 are asked for as they are', () => {
  const { random, asked } = counting();
  const ahead = drawnAhead(random);
  for (const length of [63, 64, 65]) assert.equal(ahead(length).length, length);
  assert.deepEqual(asked, [2048, 65]);
});

test('what was given out stays as it is', () => {
  const { random } = counting();
  const ahead = drawnAhead(random);
  const first = ahead(16);
  const copy = [...first];
  for (let time = 0; time < 1000; time++) ahead(16);
  assert.deepEqual([...first], copy);
});
