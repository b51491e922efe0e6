// What forms are decoded by, held against the platform's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formDecode } from '../../src/protocols/rpc/percent-encoding.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';

const seed = newSeed('PERCENT_SEED');

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

test(`long and short texts are decoded by one rule, whatever is escaped in them (PERCENT_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  const lists = ['0a1b', 'ff', ',', '%2C', '%2C'];
  const others = ['%2c', '+', '%2B', '%20', '%252C', '%25', '%E4%B8%AD', 'ü', '&', '中'];
  const broken = ['%', '%2', '%%2C', '%2%2C', '%E4%2C', '%FF', '%C3%2C', '%zz'];
  const counts = { decoded: 0, refused: 0 };
  for (let round = 0; round < 2000; round++) {
    const pieces = random.pick([lists, [...lists, ...others], [...lists, ...others]]);
    const parts = Array.from({ length: random.below(800) }, () => random.pick(pieces));
    if (random.below(3) === 0) parts.splice(random.below(parts.length + 1), 0, random.pick(broken));
    const text = parts.join('');
    const expected = decoded(text);
    assert.equal(formDecode(text), expected, text);
    counts[expected === undefined ? 'refused' : 'decoded']++;
  }
  assert.ok(counts.decoded > 500 && counts.refused > 200, JSON.stringify(counts));
});
