// Policies judged by the evaluator and by a naive reading of the rules: a million random cases, no difference. A hostile
// pattern costs little, and the comparison of secrets takes the same time wherever they differ.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../src/access/policy.ts';
import { parsePolicy } from '../../src/access/policy-document.ts';
import { bytesToLatin1, equalSecrets, equalSecretTexts } from '../../src/base/bytes.ts';
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

for (const [what, equal] of [
  ['octets', equalSecrets],
  ['texts', (a, b) => equalSecretTexts(bytesToLatin1(a), bytesToLatin1(b))],
] satisfies [string, (a: Uint8Array, b: Uint8Array) => boolean][]) {
  test(`secrets as ${what} are compared in a time that does not tell where they differ (Welch, |t| < 4.5 in one of three runs)`, () => {
    const secret = new Uint8Array(32).fill(7);
    const [early, late] = [secret.slice(), secret.slice()];
    early[0] = 8;
    late[31] = 8;
    // Both are compared from one place: two places lie differently in the caches, and that takes a time of its own.
    const others = [early, late];
    const other = new Uint8Array(32);
    const random = seededRandom(newSeed('TIMING_SEED'));
    const t = (): number => {
      const times: [number[], number[]] = [[], []];
      // Drawn beforehand, so that both are timed by the same steps in no order.
      const order = Uint8Array.from({ length: 110_000 }, () => random.below(2));
      for (const [index, which] of order.entries()) {
        other.set(others[which] as Uint8Array);
        const began = process.hrtime.bigint();
        for (let again = 0; again < 10; again++) equal(secret, other);
        const took = Number(process.hrtime.bigint() - began);
        // The first are those by which the engine learns.
        if (index >= 10_000) (times[which] as number[]).push(took);
      }
      return welch(trimmed(times[0]), trimmed(times[1]));
    };
    const runs = [t(), t(), t()].map(Math.abs);
    assert.ok(Math.min(...runs) < 4.5, runs.join(', '));
  });
}

/** Without the tenth that was slowest: what the machine did meanwhile. */
function trimmed(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b).slice(0, Math.floor(values.length * 0.9));
}

function welch(a: readonly number[], b: readonly number[]): number {
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
    return { mean, error: variance / values.length };
  };
  const [x, y] = [moments(a), moments(b)];
  return (x.mean - y.mean) / Math.sqrt(x.error + y.error);
}
