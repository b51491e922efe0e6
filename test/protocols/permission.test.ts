// What a call is judged by is what the policies say at that moment, whatever was kept of the judgements before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Directory } from '../../src/access/directory.ts';
import type { AccessEvent } from '../../src/access/events.ts';
import { evaluate } from '../../src/access/policy.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { type MonotonicMillis, unixMillis } from '../../src/base/time.ts';
import type { EdgeRequest } from '../../src/protocols/edge.ts';
import { catalog } from '../../src/protocols/rpc/catalog.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { conditionContext, type Judgement, judge } from '../../src/protocols/rpc/permission.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';

const account = '1234567890123456' as AccountId;
const actor = { principal: 'acs:certitude::operator', requestId: 'r', sourceAddress: '' };
const alice = { kind: 'user', account, name: 'alice', userId: '200000000000000001' } as const;
const operations = [...(catalog.get('2020-06-30')?.values() ?? [])].filter(({ resource }) => resource === undefined);
const clock = { now: () => unixMillis(1_800_000_000_000), monotonic: () => 0 as MonotonicMillis };
const store = { listTags: () => Promise.reject(new Error('no policy here asks for tags')) };

function newDirectory() {
  const directory = new Directory((_, sealed) => sealed);
  let sequence = 0;
  const happens = (event: AccessEvent): void => {
    sequence += 1;
    directory.apply({ sequence, at: unixMillis(sequence), account, actor, event });
  };
  happens({ kind: 'account-created', name: 'main' });
  happens({ kind: 'user-created', user: 'alice', userId: alice.userId });
  happens({ kind: 'group-created', group: 'all', groupId: '1' });
  return { directory, happens };
}

function askedBy(operation: Operation, sourceAddress: string) {
  const headers = { has: () => false, only: () => undefined, all: () => [] };
  const request: EdgeRequest = {
    ...{ method: 'GET', path: '/', query: '', headers, body: new Uint8Array(), secure: false },
    sourceAddress: () => sourceAddress,
  };
  return { operation, caller: { account, principal: alice }, request, parameters: new Map<string, string>() };
}

function judged(directory: Directory, operation: Operation, sourceAddress = '192.0.2.1'): Judgement {
  const judgement = judge(askedBy(operation, sourceAddress), { directory, clock, store });
  assert.ok(!(judgement instanceof Promise));
  return judgement;
}

const statement = (effect: 'Allow' | 'Deny', action: string, condition?: object) => ({
  ...{ Effect: effect, Action: action, Resource: '*' },
  ...(condition && { Condition: condition }),
});
const document = (...statements: object[]) => JSON.stringify({ Version: '1', Statement: statements });

test('a Deny, a policy taken away, a member removed and a condition hold from the very next call on', () => {
  const { directory, happens } = newDirectory();
  const [operation] = operations;
  assert.ok(operation);
  const allowed = (from?: string) => judged(directory, operation, from).decision.allowed;
  const { action } = operation;
  assert.equal(allowed(), false);
  happens({ kind: 'policy-written', policy: 'own', document: document(statement('Allow', action)) });
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  assert.equal(allowed(), true);
  happens({ kind: 'policy-written', policy: 'own', document: document(statement('Deny', action)) });
  assert.equal(allowed(), false);
  happens({ kind: 'policy-written', policy: 'own', document: document(statement('Allow', action)) });
  assert.equal(allowed(), true);
  happens({ kind: 'policy-written', policy: 'groups', document: document(statement('Deny', '*')) });
  happens({ kind: 'policy-attached', policy: 'groups', group: 'all' });
  assert.equal(allowed(), true);
  happens({ kind: 'group-member-added', group: 'all', user: 'alice' });
  assert.equal(allowed(), false);
  happens({ kind: 'group-member-removed', group: 'all', user: 'alice' });
  assert.equal(allowed(), true);
  const within = { IpAddress: { 'acs:SourceIp': '192.0.2.0/24' } };
  happens({ kind: 'policy-written', policy: 'own', document: document(statement('Allow', action, within)) });
  for (const [from, is] of [
    ['192.0.2.1', true],
    ['198.51.100.1', false],
    ['192.0.2.255', true],
  ] as const) {
    assert.equal(allowed(from), is, from);
  }
  happens({ kind: 'policy-detached', policy: 'own', user: 'alice' });
  assert.equal(allowed(), false);
});

test('after any change of policies and of who has them, every call is judged as without a memory (seed printed)', (t) => {
  const seed = newSeed('PERMISSION_SEED');
  t.diagnostic(`PERMISSION_SEED=${seed}`);
  const random = seededRandom(seed);
  const { directory, happens } = newDirectory();
  const names = ['a', 'b', 'c'];
  const had = new Set<string>();
  const asked = operations.slice(0, 4);
  const actions = [...asked.map(({ action }) => action), '*', 'yundun-cert:*', 'yundun-cert:List*'];
  const written = () =>
    document(
      ...Array.from({ length: 1 + random.below(3) }, () => {
        const condition = { IpAddress: { 'acs:SourceIp': '192.0.2.0/24' } };
        return statement(
          random.pick(['Allow', 'Allow', 'Deny']),
          random.pick(actions),
          random.pick([undefined, undefined, condition]),
        );
      }),
    );
  for (const policy of names) happens({ kind: 'policy-written', policy, document: written() });
  const toggle = (key: string, added: AccessEvent, removed: AccessEvent): void => {
    happens(had.has(key) ? removed : added);
    if (!had.delete(key)) had.add(key);
  };
  const seen = new Set<boolean>();
  for (let step = 0; step < 400; step++) {
    const policy = random.pick(names);
    const target = random.pick([{ user: 'alice' }, { group: 'all' }]);
    const member = { group: 'all', user: 'alice' };
    const change = random.below(3);
    if (change === 0) happens({ kind: 'policy-written', policy, document: written() });
    else if (change === 1) {
      const of = { policy, ...target };
      toggle(JSON.stringify(of), { kind: 'policy-attached', ...of }, { kind: 'policy-detached', ...of });
    } else {
      toggle('member', { kind: 'group-member-added', ...member }, { kind: 'group-member-removed', ...member });
    }
    for (const operation of asked) {
      for (const from of ['192.0.2.1', '198.51.100.1', '192.0.2.1']) {
        const context = conditionContext(askedBy(operation, from), clock);
        const expected = evaluate(directory.policiesOf(alice), { action: operation.action, resource: '*', context });
        const { decision, decidedBy, action, resource } = judged(directory, operation, from);
        assert.deepEqual(decision, expected, `step ${step}`);
        assert.deepEqual([decidedBy, action, resource], ['identity', operation.action, '*']);
        seen.add(decision.allowed);
      }
    }
  }
  assert.deepEqual([...seen].sort(), [false, true]);
});
