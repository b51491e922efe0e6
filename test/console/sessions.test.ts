// When sessions end, and that there is never room for too many.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { FailedAttempts } from '../../src/access/failed-attempts.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { Clock, MonotonicMillis, UnixMillis } from '../../src/base/time.ts';
import { Sessions } from '../../src/protocols/console/sessions.ts';
import { sourceOf } from '../../src/protocols/console/signing-in.ts';

function handClock() {
  let now = 1_000_000;
  const clock: Clock = { now: () => now as UnixMillis, monotonic: () => now as MonotonicMillis };
  return { clock, pass: (seconds: number) => (now += seconds * 1000) };
}

const account = '1234567890123456' as AccountId;
const caller = { account, principal: { kind: 'root', account } } as const;
const identity = { caller: () => caller };
const rules = { idleSeconds: 1800, absoluteSeconds: 43_200, capacity: 3, capacityOfAccount: 3 };

test('a session ends 30 minutes after its last use', () => {
  for (const [seconds, isThere] of [
    [1799, true],
    [1800, false],
    [1801, false],
  ] as const) {
    const { clock, pass } = handClock();
    const sessions = new Sessions(rules, clock, randomBytes);
    const id = sessions.open(identity);
    pass(1000);
    assert.ok(sessions.use(id));
    pass(seconds);
    assert.equal(sessions.use(id) !== undefined, isThere, `${seconds} s`);
  }
});

test('a session ends 12 hours after it began, however much it is used', () => {
  const { clock, pass } = handClock();
  const sessions = new Sessions(rules, clock, randomBytes);
  const id = sessions.open(identity);
  for (let seconds = 0; seconds < 43_200 - 600; seconds += 600) {
    assert.ok(sessions.use(id), `${seconds} s`);
    pass(600);
  }
  assert.ok(sessions.use(id));
  pass(600);
  assert.equal(sessions.use(id), undefined);
});

test('a session ends for good with what it rests on', () => {
  const sessions = new Sessions(rules, handClock().clock, randomBytes);
  let isEnabled = true;
  const id = sessions.open({ caller: () => (isEnabled ? caller : undefined) });
  assert.ok(sessions.use(id));
  isEnabled = false;
  assert.equal(sessions.use(id), undefined);
  isEnabled = true;
  assert.equal(sessions.use(id), undefined);
});

test('one session too many ends the one unused for the longest time', () => {
  const sessions = new Sessions(rules, handClock().clock, randomBytes);
  const [first = '', second = '', third = ''] = [1, 2, 3].map(() => sessions.open(identity));
  sessions.use(first);
  const fourth = sessions.open(identity);
  assert.equal(sessions.size, 3);
  assert.equal(sessions.use(second), undefined);
  for (const id of [first, third, fourth]) assert.ok(sessions.use(id));
});

test('an account that opens many sessions ends its own, and no other account’s', () => {
  const sessions = new Sessions({ ...rules, capacityOfAccount: 2 }, handClock().clock, randomBytes);
  const other = '9999999999999999' as AccountId;
  const elsewhere = { account: other, principal: { kind: 'root', account: other } } as const;
  const quiet = sessions.open({ caller: () => elsewhere });
  const [first = '', second = '', third = ''] = [1, 2, 3].map(() => sessions.open(identity));
  assert.equal(sessions.use(first), undefined);
  for (const id of [quiet, second, third]) assert.ok(sessions.use(id));
});

test('failures of IPv6 count together for the network of 64 bits that one host is given', () => {
  const network = sourceOf('2001:db8:0:1::1');
  assert.equal(sourceOf('2001:db8:0:1:ffff:ffff:ffff:ffff'), network);
  assert.notEqual(sourceOf('2001:db8:0:2::1'), network);
  assert.equal(sourceOf('fe80::1%eth0'), sourceOf('fe80::2%eth0'));
  assert.notEqual(sourceOf('192.0.2.1'), sourceOf('192.0.2.2'));
});

test('failures are forgotten after their minute, and the oldest first where there is no room', () => {
  const { clock, pass } = handClock();
  const failed = new FailedAttempts({ limit: 2, windowSeconds: 60, capacity: 2 }, clock);
  failed.add('a');
  assert.equal(failed.secondsToWait('a'), 0);
  failed.add('a');
  assert.equal(failed.secondsToWait('a'), 60);
  pass(59);
  assert.equal(failed.secondsToWait('a'), 1);
  pass(1);
  assert.equal(failed.secondsToWait('a'), 0);
  for (const name of ['a', 'a', 'b', 'c']) failed.add(name);
  assert.equal(failed.secondsToWait('a'), 0, 'forgotten for c');
});
