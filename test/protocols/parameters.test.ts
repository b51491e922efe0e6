// What is read and signed of a query and a form, however they are spelled: held against a plain implementation of the rules.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EdgeRequest } from '../../src/protocols/edge.ts';
import { ParameterError, RpcError } from '../../src/protocols/rpc/errors.ts';
import { ParameterList } from '../../src/protocols/rpc/parameter-list.ts';
import { collectParameters } from '../../src/protocols/rpc/parameters.ts';
import { canonicalQuery, stringToSignV1 } from '../../src/protocols/rpc/signature-v1.ts';
import { newSeed, type SeededRandom, seededRandom } from '../journeys/seeded-random.ts';

const form = 'application/x-www-form-urlencoded';

function requestOf(query: string, body = ''): EdgeRequest {
  const type = () => form;
  return {
    method: 'POST',
    path: '/',
    query,
    headers: { has: () => true, only: type, all: () => [form] },
    body: new TextEncoder().encode(body),
    sourceAddress: () => '127.0.0.1',
    secure: false,
  };
}

/** As simple as it can be said; throws the name of what is wrong. */
function plainly(...texts: string[]): Map<string, string> {
  const read = (text: string): string | undefined => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return undefined;
    }
  };
  const all = new Map<string, string>();
  for (const pair of texts.flatMap((text) => text.split('&'))) {
    if (pair === '') continue;
    const [sentName = '', ...rest] = pair.split('=');
    const name = read(sentName);
    const value = read(rest.join('='));
    if (!name) throw new Error('name');
    if (value === undefined || all.has(name)) throw new Error(`value of ${name}`);
    all.set(name, value);
  }
  return all;
}

function encode(text: string): string {
  return Array.from(new TextEncoder().encode(text), (octet) => {
    const character = String.fromCharCode(octet);
    const isUnreserved = /[A-Za-z0-9\-._~]/.test(character);
    return isUnreserved ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function plainQuery(parameters: Map<string, string>): string {
  const names = [...parameters.keys()].sort();
  return names.map((name) => `${encode(name)}=${encode(parameters.get(name) ?? '')}`).join('&');
}

function plainStringToSign(method: string, parameters: Map<string, string>): string {
  const signed = new Map(parameters);
  signed.delete('Signature');
  return `${method}&%2F&${encode(plainQuery(signed))}`;
}

const pieces = [
  'a',
  'B',
  '7',
  '-',
  '.',
  '_',
  '~',
  '%',
  '%2',
  '%41',
  '%3a',
  '%3A',
  '%2f',
  '%26',
  '%3D',
  '%25',
  '%e4%B8%ad',
];
const oddPieces = [
  '%ff',
  '+',
  '=',
  '&',
  ' ',
  '!',
  "'",
  '(',
  ')',
  '*',
  ':',
  '/',
  ',',
  '"',
  '\u00e9',
  '\u4e2d',
  '\u{1f512}',
  '%00',
];

function sometimesOdd(random: SeededRandom, most: number, pick: readonly string[]): string {
  return Array.from({ length: random.below(most + 1) }, () => random.pick(pick)).join('');
}

function randomPairs(random: SeededRandom): string {
  const plain = pieces.slice(0, 7);
  // Mostly such as can be read, or little would be compared.
  const spellings = [plain, plain, plain, pieces.filter((each) => !/^%2?$/.test(each)), [...pieces, ...oddPieces]];
  const count = random.pick([0, 1, 2, 5, 10, 15, 16, 17, 18, 40]);
  return Array.from({ length: count }, (_, index) => {
    const spelling = random.pick(spellings);
    const name =
      random.below(8) === 0 ? 'Signature' : `${sometimesOdd(random, 3, spelling)}${random.below(4) === 0 ? '' : index}`;
    return random.below(10) === 0 ? name : `${name}=${sometimesOdd(random, 12, spelling)}`;
  }).join(random.below(20) === 0 ? '&&' : '&');
}

test('any spelling of query and form is read, sorted and signed as plain code does it, or refused for the same name (seed printed)', (t) => {
  const seed = newSeed('PARAMETERS_SEED');
  t.diagnostic(`PARAMETERS_SEED=${seed}`);
  const random = seededRandom(seed);
  let compared = 0;
  for (let round = 0; round < 8000; round++) {
    const query = randomPairs(random);
    const body = random.below(3) === 0 ? randomPairs(random) : '';
    const sent = `${JSON.stringify(query)} ${JSON.stringify(body)}`;
    let expected: Map<string, string>;
    try {
      expected = plainly(query, body);
    } catch (error) {
      const { message } = error as Error;
      assert.throws(
        () => collectParameters(requestOf(query, body)),
        (thrown) =>
          message === 'name'
            ? thrown instanceof RpcError && thrown.code === 'InvalidParameter'
            : thrown instanceof ParameterError && `value of ${thrown.parameter}` === message,
        sent,
      );
      continue;
    }
    compared++;
    const collected = collectParameters(requestOf(query, body));
    assert.deepEqual(
      [...collected.all.keys()].map((name) => [name, collected.all.get(name)]),
      [...expected],
      sent,
    );
    assert.equal(collected.all.size, expected.size);
    for (const name of ['Signature', 'a1', 'absent']) assert.equal(collected.all.has(name), expected.has(name), sent);
    assert.equal(stringToSignV1('POST', collected.all), plainStringToSign('POST', expected), sent);
    assert.equal(canonicalQuery(collected.query), plainQuery(plainly(query)), sent);
    // What signs, from values, and what verifies, from what was sent, come to the same.
    assert.equal(stringToSignV1('POST', ParameterList.of(expected)), plainStringToSign('POST', expected), sent);
  }
  assert.ok(compared > 1000, `only ${compared} could be read`);
});

for (const [spelling, name, value] of [
  ['Timestamp=2026-01-02T03%3A04%3A05Z', 'Timestamp', '2026-01-02T03:04:05Z'],
  ['Timestamp=2026-01-02T03%3a04%3a05Z', 'Timestamp', '2026-01-02T03:04:05Z'],
  ['Timestamp=2026-01-02T03:04:05Z', 'Timestamp', '2026-01-02T03:04:05Z'],
  ['Time%73tamp=1', 'Timestamp', '1'],
  ['a=1+2', 'a', '1 2'],
  ['a=1%202', 'a', '1 2'],
  ['a=1%2B2', 'a', '1+2'],
  ['a=b=c', 'a', 'b=c'],
  ['a=b%3Dc', 'a', 'b=c'],
  ['a==', 'a', '='],
  ['a', 'a', ''],
  ['a=', 'a', ''],
  ['&&a=1&', 'a', '1'],
  ['a=%7E~%2D-', 'a', '~~--'],
] as const) {
  test(`${spelling} says ${JSON.stringify(value)}, and is signed so however it was spelled (RFC 3986 §6.2.2)`, () => {
    const { all } = collectParameters(requestOf(spelling));
    assert.equal(all.get(name), value);
    assert.equal(stringToSignV1('GET', all), plainStringToSign('GET', new Map([[name, value]])));
  });
}

test('names are found and sorted alike where they are few and where they are many', () => {
  for (const count of [15, 16, 17, 18, 300]) {
    const names = Array.from({ length: count }, (_, index) => `n${(index * 7919) % count}.${index}`);
    const { all } = collectParameters(requestOf(names.map((name) => `${name}=v${name}`).join('&')));
    for (const name of names) assert.equal(all.get(name), `v${name}`);
    assert.equal(all.get('n'), undefined);
    assert.deepEqual(
      all.sorted().map(({ name }) => name),
      names.toSorted(),
    );
    assert.deepEqual([...all.keys()], names);
  }
});
