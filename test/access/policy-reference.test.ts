// Policies judged by the evaluator and by a naive reading of the rules: a million random cases, no difference. A hostile
// pattern costs little.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../src/access/policy.ts';
import { parsePolicy } from '../../src/access/policy-document.ts';
import type { UnixMillis } from '../../src/base/time.ts';
import { newSeed, type SeededRandom, seededRandom } from '../journeys/seeded-random.ts';

interface Drawn {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: readonly string[];
}

/** Words short enough that patterns meet them often. */
function word(random: SeededRandom, letters: string): string {
  return Array.from({ length: 1 + random.below(4) }, () => random.pick([...letters])).join('');
}

function statement(random: SeededRandom): Drawn {
  const actions = Array.from({ length: 1 + random.below(2) }, () =>
    random.below(8) === 0 ? '*' : `${word(random, 'p?*')}:${word(random, 'aB*?')}`,
  );
  const resources = Array.from({ length: 1 + random.below(2) }, () =>
    random.below(3) === 0 ? '*' : `acs:${word(random, 'p*')}:*:${word(random, '1*')}:${word(random, 'xy*?')}`,
  );
  return {
    Effect: random.below(3) === 0 ? 'Deny' : 'Allow',
    ...(random.below(4) === 0 ? { NotAction: actions } : { Action: actions }),
    Resource: resources,
  };
}

/** The pattern language by trying everything: `*` is any run of characters, `?` is one. */
function fits(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === '*') return fits(rest, text) || (text !== '' && fits(pattern, text.slice(1)));
  return text !== '' && (first === '?' || first === text[0]) && fits(rest, text.slice(1));
}

function naive(statements: readonly Drawn[], action: string, resource: string): string {
  const applies = ({ Action, NotAction, Resource }: Drawn): boolean => {
    const named = (Action ?? NotAction ?? []).some((each) => fits(each.toLowerCase(), action.toLowerCase()));
    return (Action ? named : !named) && Resource.some((each) => fits(each, resource));
  };
  const applied = statements.filter(applies);
  if (applied.some(({ Effect }) => Effect === 'Deny')) return 'ExplicitDeny';
  return applied.length > 0 ? 'allowed' : 'ImplicitDeny';
}

test('a million random questions are answered as by the rules read naively', () => {
  const seed = newSeed('POLICY_SEED');
  console.log(`seed ${seed} (POLICY_SEED)`);
  const random = seededRandom(seed);
  const context = {
    currentTime: 1_800_000_000_000 as UnixMillis,
    secureTransport: false,
    sourceIp: '127.0.0.1',
    mfaPresent: false,
    principalArn: 'acs:ram::1:user/a',
  };
  const answers = new Map<string, number>();
  for (let documents = 0; documents < 10_000; documents++) {
    const statements = Array.from({ length: 1 + random.below(4) }, () => statement(random));
    const policies = [{ name: 'p', policy: parsePolicy(JSON.stringify({ Version: '1', Statement: statements })) }];
    for (let questions = 0; questions < 100; questions++) {
      const action = `${word(random, 'p')}:${word(random, 'aAb')}`;
      const resource = `acs:${word(random, 'p')}::${word(random, '1')}:${word(random, 'xy')}`;
      const decision = evaluate(policies, { action, resource, context });
      const answer = decision.allowed ? 'allowed' : decision.denial;
      const expected = naive(statements, action, resource);
      if (answer !== expected) assert.equal(answer, expected, JSON.stringify({ statements, action, resource }));
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  }
  // Each kind comes often, or the test says little.
  for (const kind of ['allowed', 'ExplicitDeny', 'ImplicitDeny']) assert.ok((answers.get(kind) ?? 0) > 50_000, kind);
});

test('a pattern of 4 KiB made to be slow is judged without trying every way to read it', () => {
  const hostile = `p:${'*a'.repeat(2000)}b`;
  const document = { Version: '1', Statement: [{ Effect: 'Allow', Action: [hostile], Resource: '*' }] };
  const policies = [{ name: 'p', policy: parsePolicy(JSON.stringify(document)) }];
  const context = {
    currentTime: 0 as UnixMillis,
    secureTransport: false,
    sourceIp: '127.0.0.1',
    mfaPresent: false,
    principalArn: '',
  };
  // Trying every way to read it would not come to an end.
  const { allowed } = evaluate(policies, { action: `p:${'a'.repeat(2000)}`, resource: '*', context });
  assert.equal(allowed, false);
});
