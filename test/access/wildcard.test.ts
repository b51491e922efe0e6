// Patterns of the policy language against a naive reference that tries everything.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  canBeginWith,
  compilePattern,
  MAX_SEARCHED_RUN,
  matches,
  matchesEverything,
  type Pattern,
} from '../../src/access/wildcard.ts';

test('a star stands for any run of characters, none included, and ? for exactly one', () => {
  const cases: [pattern: string, text: string, expected: boolean][] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything:at/all', true],
    ['**', '', true],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'ba', true],
    ['*a', 'ab', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'aba', false],
    ['a?c*', 'abcd', true],
    ['*a?c*', 'xxaacbb', true],
    ['*a?c*', 'xxacbb', false],
    ['*?*', '', false],
    ['*??*', 'ab', true],
    ['.', 'a', false],
    ['[a-z]*', 'abc', false],
    ['A', 'a', false],
  ];
  for (const [pattern, text, expected] of cases) {
    assert.equal(matches(compile(pattern), text), expected, `${pattern} on ${text}`);
  }
});

test('a character is a UTF-16 code unit: one outside the basic plane takes two ?', () => {
  assert.equal(matches(compile('?'), '证'), true);
  assert.equal(matches(compile('?'), '😀'), false);
  assert.equal(matches(compile('??'), '😀'), true);
});

test('short patterns agree with the reference on short texts', () => {
  fc.assert(
    fc.property(textOf('ab?*', 10), textOf('ab', 12), (pattern, text) => {
      assert.equal(matches(compile(pattern), text), referenceMatches(pattern, text));
    }),
    { numRuns: 120_000 },
  );
});

test('patterns agree with the reference on texts made to fit them, but for one character', () => {
  const runs = fc.array(textOf('aab?', 80), { minLength: 1, maxLength: 4 });
  const fillings = fc.array(textOf('ab', 20), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(runs, fillings, fc.nat(), fc.constantFrom('a', 'b', ''), (run, filling, place, change) => {
      const pattern = run.join('*');
      const fitting = run.map(
        (part, index) => part.replaceAll('?', 'b') + (index < run.length - 1 ? filling[index] : ''),
      );
      const text = fitting.join('');
      assert.equal(matches(compile(pattern), text), true);
      const at = place % (text.length + 1);
      const changed = text.slice(0, at) + change + text.slice(at + 1);
      assert.equal(matches(compile(pattern), changed), referenceMatches(pattern, changed));
    }),
    { numRuns: 5_000 },
  );
});

test('a run with ? between two stars has at most 256 characters; others are not limited', () => {
  for (const [length, accepted] of [
    [255, true],
    [256, true],
    [257, false],
  ] as const) {
    assert.equal(MAX_SEARCHED_RUN, 256);
    const run = `?${'a'.repeat(length - 1)}`;
    assert.equal(compilePattern(`*${run}*`) !== undefined, accepted, `${length}`);
    assert.ok(compilePattern(`${run}*${run}`));
    assert.ok(compilePattern(`*${'a'.repeat(length)}*`));
    if (accepted) {
      assert.equal(matches(compile(`*${run}*`), `${'b'.repeat(300)}${'a'.repeat(length - 1)}`), true);
      assert.equal(matches(compile(`*${run}*`), `${'b'.repeat(300)}${'a'.repeat(length - 2)}`), false);
    }
  }
});

// With backtracking these take longer than the age of the universe; the runner's time limit is the assertion.
test('patterns of 4 KiB made to be slow on texts of 4 KiB give the answer of the reference', () => {
  const size = 4096;
  const text = 'a'.repeat(size);
  const searched = `${'a'.repeat(127)}?${'a'.repeat(126)}b`;
  const patterns = [
    `${'a*'.repeat(size / 2 - 1)}b`,
    `${'*a?'.repeat(1365)}b`,
    `${'a*?'.repeat(1364)}*b*`,
    `*${'a'.repeat(size / 2)}b${'a'.repeat(size / 2 - 3)}*`,
    `*${'a'.repeat(size / 4)}b${'a'.repeat(size / 4)}*`,
    `*b${'a'.repeat(size / 2)}*`,
    `*${`${searched}*`.repeat(15)}`,
    `*${`${'?'.repeat(255)}*`.repeat(15)}b`,
    `${'?'.repeat(size)}`,
  ];
  for (const pattern of patterns) {
    assert.ok(pattern.length <= size);
    assert.equal(matches(compile(pattern), text), referenceMatches(pattern, text), pattern.slice(0, 20));
  }
});

test('only patterns of nothing but stars match everything', () => {
  for (const pattern of ['*', '**']) assert.equal(matchesEverything(compile(pattern)), true, pattern);
  for (const pattern of ['', '?', '?*', '*?*', 'a*', '*a', '*a*'])
    assert.equal(matchesEverything(compile(pattern)), false, pattern);
});

test('a pattern can begin with a prefix exactly if it matches the prefix with something after it', () => {
  fc.assert(
    fc.property(textOf('ab?*', 6), textOf('ab', 4), (pattern, prefix) => {
      // Whatever must follow the last star can follow the prefix; a pattern of 6 needs at most 6 more characters.
      let expected = false;
      for (const rest of textsUpTo(6)) expected ||= referenceMatches(pattern, prefix + rest);
      assert.equal(canBeginWith(compile(pattern), prefix), expected);
    }),
    { numRuns: 2_000 },
  );
});

function compile(text: string): Pattern {
  const pattern = compilePattern(text);
  assert.ok(pattern);
  return pattern;
}

function textOf(alphabet: string, maxLength: number) {
  return fc.array(fc.constantFrom(...alphabet), { maxLength }).map((characters) => characters.join(''));
}

function textsUpTo(length: number): string[] {
  const texts = [''];
  for (const text of texts) if (text.length < length) texts.push(`${text}a`, `${text}b`);
  return texts;
}

/** The definition as a table: does this much of the pattern match this much of the text? */
function referenceMatches(pattern: string, text: string): boolean {
  let row = Array.from({ length: text.length + 1 }, (_, taken) => taken === 0);
  for (const character of pattern.split('')) {
    const next = [character === '*' && row[0] === true];
    for (let taken = 1; taken <= text.length; taken += 1) {
      next.push(
        character === '*'
          ? row[taken] === true || next[taken - 1] === true
          : row[taken - 1] === true && (character === '?' || character === text[taken - 1]),
      );
    }
    row = next;
  }
  return row[text.length] === true;
}
