import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { Clock, MonotonicMillis, UnixMillis } from '../../src/base/time.ts';
import { Throttle } from '../../src/protocols/rpc/throttle.ts';

class SetClock implements Clock {
  wall = 1_800_000_000_000;
  steady = 5000;
  now = () => this.wall as UnixMillis;
  monotonic = () => this.steady as MonotonicMillis;
}

const [a, b, c] = ['a', 'b', 'c'] as AccountId[] as [AccountId, AccountId, AccountId];

interface Limits {
  readonly own?: number;
  readonly all?: number;
}

function throttleOf(clock: Clock, { own = 0, all = 0 }: Limits): Throttle<string> {
  return new Throttle<string>({ ofAccount: () => own, ofAll: () => all }, clock);
}

test('ten calls a second are admitted, the eleventh is not, and the wait it is told is true to the millisecond', () => {
  const clock = new SetClock();
  const throttle = throttleOf(clock, { own: 10 });
  for (let index = 0; index < 10; index++) {
    assert.equal(throttle.admit(a, 'op'), undefined);
    clock.steady += 10;
  }
  assert.deepEqual(throttle.admit(a, 'op'), { limit: 'account', retryAfterMillis: 900 });
  clock.steady += 899;
  assert.deepEqual(throttle.admit(a, 'op'), { limit: 'account', retryAfterMillis: 1 });
  clock.steady += 1;
  assert.equal(throttle.admit(a, 'op'), undefined);
});

test('whatever was called before, the call succeeds when the wait is over and not a millisecond earlier', () => {
  const calls = fc.array(fc.record({ account: fc.constantFrom(a, b, c), gap: fc.integer({ min: 0, max: 700 }) }), {
    minLength: 1,
    maxLength: 200,
  });
  const limits = fc.record({ own: fc.integer({ min: 0, max: 30 }), all: fc.integer({ min: 0, max: 60 }) });
  fc.assert(
    fc.property(calls, limits, (earlier, limit) => {
      const clock = new SetClock();
      const throttle = throttleOf(clock, limit);
      for (const { account, gap } of earlier) {
        clock.steady += gap / 16; // no whole milliseconds
        const throttled = throttle.admit(account, 'op');
        if (throttled === undefined) continue;
        assert.ok(Number.isInteger(throttled.retryAfterMillis) && throttled.retryAfterMillis > 0);
        const asked = clock.steady;
        clock.steady = asked + throttled.retryAfterMillis - 1;
        assert.notEqual(throttle.admit(account, 'op'), undefined, 'one millisecond early');
        clock.steady = asked + throttled.retryAfterMillis;
        assert.equal(throttle.admit(account, 'op'), undefined, 'in time');
      }
    }),
    { numRuns: 2000 },
  );
});

test('no second, wherever it begins, holds more calls than the limits', () => {
  for (const limits of [{ own: 10 }, { own: 10, all: 25 }, { all: 25 }, { own: 300 }]) {
    const clock = new SetClock();
    const throttle = throttleOf(clock, limits);
    const admitted: { account: AccountId; at: number }[] = [];
    for (let step = 0; step < 20_000; step++) {
      clock.steady += 1;
      for (const account of [a, b, c]) {
        if (throttle.admit(account, 'op') === undefined) admitted.push({ account, at: clock.steady });
      }
    }
    const assertAtMost = (moments: readonly number[], limit: number | undefined) => {
      for (const [index, moment] of moments.entries()) {
        const later = limit === undefined ? undefined : moments[index + limit];
        if (later !== undefined) assert.ok(later - moment >= 1000, `${JSON.stringify(limits)} at ${moment}`);
      }
    };
    assertAtMost(
      admitted.map(({ at }) => at),
      limits.all,
    );
    for (const account of [a, b, c])
      assertAtMost(
        admitted.filter((call) => call.account === account).map(({ at }) => at),
        limits.own,
      );
    const most = Math.min(3 * (limits.own ?? 1000), limits.all ?? 3000) * 20;
    // The last quarter of what all have together is not for those who call without end.
    assert.ok(admitted.length >= 0.7 * most, `${admitted.length} of ${most}: ${JSON.stringify(limits)}`);
  }
});

test('accounts and operations are counted apart, and 0 is no limit', () => {
  const clock = new SetClock();
  const limits = { ofAccount: (_: AccountId, operation: string) => (operation === 'free' ? 0 : 1), ofAll: () => 0 };
  const throttle = new Throttle<string>(limits, clock);
  assert.equal(throttle.admit(a, 'op'), undefined);
  assert.equal(throttle.admit(b, 'op'), undefined);
  assert.equal(throttle.admit(a, 'other'), undefined);
  assert.notEqual(throttle.admit(a, 'op'), undefined);
  for (let index = 0; index < 100; index++) assert.equal(throttle.admit(a, 'free'), undefined);
});

test('a limit that changes holds from the next call on', () => {
  const clock = new SetClock();
  let own = 10;
  const throttle = new Throttle<string>({ ofAccount: () => own, ofAll: () => 0 }, clock);
  const admitted = () => Array.from({ length: 100 }, () => throttle.admit(a, 'op')).filter((each) => !each).length;
  assert.equal(admitted(), 10);
  own = 25;
  assert.equal(admitted(), 15);
  own = 5;
  assert.equal(admitted(), 0);
  clock.steady += 1000;
  assert.equal(admitted(), 5);
  own = 0;
  assert.equal(admitted(), 100);
});

test('accounts that call without end cannot keep one out that calls now and then', () => {
  const clock = new SetClock();
  const throttle = throttleOf(clock, { all: 64 });
  let refused = 0;
  for (let millis = 0; millis < 10_000; millis++) {
    clock.steady += 1;
    for (const loud of [a, b]) throttle.admit(loud, 'op');
    if (millis % 333 === 0 && throttle.admit(c, 'op') !== undefined) refused++;
  }
  assert.equal(refused, 0);
});

test('a limit of all of 1, 2, 3 and 4 admits as many', () => {
  for (const all of [1, 2, 3, 4]) {
    const throttle = throttleOf(new SetClock(), { all });
    const asked = Array.from({ length: 10 }, (_, index) => throttle.admit(String(index) as AccountId, 'op'));
    assert.equal(asked.filter((each) => each === undefined).length, all);
    assert.deepEqual(asked.at(-1), { limit: 'all', retryAfterMillis: 1000 });
  }
});

test('windows of accounts that have stopped calling are forgotten', () => {
  const clock = new SetClock();
  const throttle = throttleOf(clock, { own: 10, all: 1_000_000 });
  for (let index = 0; index < 1000; index++) throttle.admit(String(index) as AccountId, 'op');
  assert.equal(throttle.size, 1000);
  clock.steady += 10_000;
  throttle.admit(a, 'op');
  assert.equal(throttle.size, 1);
});

test('setting the wall clock neither locks a caller out nor lets one through', () => {
  const clock = new SetClock();
  const throttle = throttleOf(clock, { own: 1 });
  assert.equal(throttle.admit(a, 'op'), undefined);
  clock.wall += 3_600_000;
  assert.notEqual(throttle.admit(a, 'op'), undefined);
  clock.wall -= 7_200_000;
  clock.steady += 1000;
  assert.equal(throttle.admit(a, 'op'), undefined);
});

test('calls charged to an account are waited for by its later calls, to the millisecond, and by nobody else', () => {
  for (const charged of [1, 9, 10, 11, 25, 1000]) {
    const clock = new SetClock();
    const throttle = throttleOf(clock, { own: 10, all: 20 });
    assert.equal(throttle.admit(a, 'op'), undefined);
    clock.steady += 30;
    throttle.charge(a, 'op', charged);
    // The first at 0 and the others from 30 on, ten within each second; the last of `own` must be a second ago.
    const before = charged + 1 - 10;
    const due = before < 0 ? 0 : (before === 0 ? 0 : before % 10 === 0 ? 0 : 30) + 1000 * (Math.floor(before / 10) + 1);
    const told = throttle.admit(a, 'op');
    if (before < 0) {
      assert.equal(told, undefined);
      continue;
    }
    assert.deepEqual(told, { limit: 'account', retryAfterMillis: due - 30 }, `${charged}`);
    assert.equal(throttle.admit(b, 'op'), undefined);
    clock.steady += due - 31;
    assert.notEqual(throttle.admit(a, 'op'), undefined, `${charged}, one millisecond early`);
    clock.steady += 1;
    assert.equal(throttle.admit(a, 'op'), undefined, `${charged}, in time`);
  }
});

test('an account without a limit is charged nothing', () => {
  const clock = new SetClock();
  const throttle = throttleOf(clock, { all: 2 });
  throttle.charge(a, 'op', 1000);
  assert.equal(throttle.size, 0);
  assert.equal(throttle.admit(a, 'op'), undefined);
});
