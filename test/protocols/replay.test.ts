import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Clock, MonotonicMillis, UnixMillis, UnixSeconds } from '../../src/base/time.ts';
import { AnsweredElsewhere } from '../../src/protocols/rpc/elsewhere.ts';
import { ReplayGuard } from '../../src/protocols/rpc/replay.ts';
import type { Claiming } from './claiming-thread.ts';

class SetClock implements Clock {
  wall = 1_800_000_000_000;
  steady = 5000;
  now = () => this.wall as UnixMillis;
  monotonic = () => this.steady as MonotonicMillis;
  get second(): UnixSeconds {
    return Math.floor(this.wall / 1000) as UnixSeconds;
  }
}

test('a nonce is refused for as long as its timestamp would be accepted: up to 900 seconds, wherever in a quarter it lies', () => {
  for (const offset of [0, 1, 449, 898, 899]) {
    for (const seconds of [0, 1, 899, 900]) {
      const clock = new SetClock();
      clock.wall = (2_000_000 * 900 + offset) * 1000;
      const guard = new ReplayGuard(clock, 1000);
      const timestamp = clock.second;
      assert.equal(guard.claim('key', 'nonce', timestamp), 'fresh');
      clock.wall += seconds * 1000;
      assert.equal(guard.claim('key', 'other', clock.second), 'fresh');
      assert.equal(guard.claim('key', 'nonce', timestamp), 'used', `${offset} + ${seconds} s`);
    }
  }
});

test('200,000 nonces of five keys over an hour: each is fresh once and used from then on, as a plain set says (seed printed)', () => {
  const seed = Date.now() % 1_000_000_007;
  console.log(`seed ${seed}`);
  let state = seed;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 100_000);
  const taken = new Map<string, UnixSeconds>();
  const recent: string[] = [];
  for (let step = 0; step < 200_000; step++) {
    clock.wall += 18;
    const again = recent.length > 0 && random(4) === 0 ? recent[random(recent.length)] : undefined;
    const name = again ?? `key${random(5)} n${step}`;
    const [key = '', nonce = ''] = name.split(' ');
    const timestamp = taken.get(name) ?? ((clock.second + random(1801) - 900) as UnixSeconds);
    if (Math.abs(timestamp - clock.second) > 900) continue;
    assert.equal(guard.claim(key, nonce, timestamp), again === undefined ? 'fresh' : 'used', name);
    taken.set(name, timestamp);
    if (again === undefined && recent.push(name) > 2000) recent.shift();
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

test('a full quarter of an hour refuses new nonces, forgets none early, and another has room', () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 3);
  for (const nonce of ['1', '2', '3']) assert.equal(guard.claim('key', nonce, clock.second), 'fresh');
  assert.equal(guard.claim('key', '4', clock.second), 'full');
  assert.equal(guard.claim('key', '1', clock.second), 'used');
  clock.wall += 900_000;
  assert.equal(guard.claim('key', '4', clock.second), 'fresh');
});

test('memory grows with the nonces there are, and none is lost while it grows', () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 200_000);
  for (let index = 0; index < 200_000; index++) assert.equal(guard.claim('key', `n${index}`, clock.second), 'fresh');
  assert.equal(guard.size, 200_000);
  for (let index = 0; index < 200_000; index++) assert.equal(guard.claim('key', `n${index}`, clock.second), 'used');
});

test('of threads that claim the same 40,000 nonces at the same time, each nonce is fresh to one', async () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 100_000);
  const timestamp = clock.second;
  assert.equal(guard.claim('key', 'begins the quarter', timestamp), 'fresh');
  const nonces = Array.from({ length: 40_000 }, (_, index) => `n${index}`);
  const threads = 3;
  const up = new SharedArrayBuffer(4);
  const fresh = await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      // Two in the same order, so that they meet; the others in one of their own.
      const own = thread < 2 ? nonces : nonces.toReversed();
      const claiming: Claiming = { shared: guard.shared, now: clock.now(), timestamp, nonces: own, up, threads };
      const worker = new Worker(new URL('./claiming-thread.ts', import.meta.url), { workerData: claiming });
      return new Promise<string[]>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    }),
  );
  const all = fresh.flat();
  assert.equal(all.length, nonces.length);
  assert.equal(new Set(all).size, nonces.length);
  assert.equal(guard.size, nonces.length + 1);
  for (const nonce of nonces) assert.equal(guard.claim('key', nonce, timestamp), 'used');
});

test('a quarter of an hour is begun by the thread that keeps them, and by no other', () => {
  const clock = new SetClock();
  const guard = new ReplayGuard(clock, 1000);
  const beside = new ReplayGuard(clock, guard.shared);
  assert.throws(() => beside.claim('key', 'first', clock.second), AnsweredElsewhere);
  assert.equal(guard.claim('key', 'first', clock.second), 'fresh');
  assert.equal(beside.claim('key', 'first', clock.second), 'used');
  assert.equal(beside.claim('key', 'second', clock.second), 'fresh');
  const latest = clock.second;
  clock.wall += 3_600_000;
  assert.equal(guard.claim('key', 'later', clock.second), 'fresh');
  clock.wall -= 3_600_000;
  assert.equal(beside.claim('key', 'third', latest), 'expired', 'forgotten for all');
});
