import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, MonotonicMillis, UnixMillis, UnixSeconds } from '../../src/base/time.ts';
import { ReplayGuard } from '../../src/protocols/rpc/replay.ts';

class SetClock implements Clock {
  wall = 1_800_000_000_000;
  steady = 5000;
  now = () => this.wall as UnixMillis;
  monotonic = () => this.steady as MonotonicMillis;
  get second(): UnixSeconds {
    return Math.floor(this.wall / 1000) as UnixSeconds;
  }
}

test('a nonce is refused for as long as its timestamp would be accepted: at 899, 900 and not at 901 seconds', () => {
  for (const [seconds, expected] of [
    [899, 'used'],
    [900, 'used'],
    [901, 'fresh'],
  ] as const) {
    const clock = new SetClock();
    const guard = new ReplayGuard(clock, 1000);
    assert.equal(guard.claim('key', 'nonce', clock.second), 'fresh');
    clock.wall += seconds * 1000;
    assert.equal(guard.claim('key', 'nonce', clock.second), expected, `${seconds} s`);
  }
});

test('a nonce with a timestamp ahead of the clock is remembered until that timestamp runs out', () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 1000);
  const ahead = (clock.second + 900) as UnixSeconds;
  assert.equal(guard.claim('key', 'nonce', ahead), 'fresh');
  clock.wall += 1_799_000;
  assert.equal(guard.claim('key', 'nonce', ahead), 'used');
});

test('what was forgotten is not accepted again after the clock was set back', () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 1000);
  const timestamp = clock.second;
  assert.equal(guard.claim('key', 'nonce', timestamp), 'fresh');
  clock.wall += 3_600_000;
  assert.equal(guard.claim('key', 'other', clock.second), 'fresh');
  clock.wall -= 3_600_000;
  assert.equal(guard.claim('key', 'nonce', timestamp), 'expired');
});

test('nonces are kept apart by access key', () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 1000);
  assert.equal(guard.claim('a', 'nonce', clock.second), 'fresh');
  assert.equal(guard.claim('b', 'nonce', clock.second), 'fresh');
});

test('a full store refuses new nonces, forgets none early, and takes some again later', () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 3);
  for (const nonce of ['1', '2', '3']) assert.equal(guard.claim('key', nonce, clock.second), 'fresh');
  assert.equal(guard.claim('key', '4', clock.second), 'full');
  assert.equal(guard.claim('key', '1', clock.second), 'used');
  clock.wall += 901_000;
  assert.equal(guard.claim('key', '4', clock.second), 'fresh');
  assert.equal(guard.size, 1);
});
