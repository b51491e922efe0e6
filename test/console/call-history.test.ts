// An account's calls of the last hour: by minute, by how they ended, and no other account's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { unixMillis } from '../../src/base/time.ts';
import { CallHistory, type EndedCall } from '../../src/protocols/console/call-history.ts';

const account = '1234567890123456' as AccountId;
const answered: EndedCall = { account, operation: 'cas/ListCert', code: undefined, status: 200 };
/** A full minute. */
const noon = unixMillis(1_800_000_000_000);
const minute = 60_000;

function total(history: CallHistory, now: number, of = account): number {
  return history.of(of, unixMillis(now)).minutes.reduce((sum, each) => sum + each.answered, 0);
}

test('a call counts in its own minute and the 59 after it', () => {
  const history = new CallHistory();
  history.add(answered, noon);
  assert.equal(history.of(account, noon).minutes.at(-1)?.answered, 1);
  for (const [minutes, count] of [
    [58, 1],
    [59, 1],
    [60, 0],
    [61, 0],
  ] as const) {
    assert.equal(total(history, noon + minutes * minute), count, `${minutes} minutes later`);
  }
  assert.equal(history.of(account, unixMillis(noon + 59 * minute)).minutes[0]?.answered, 1);
});

test('a minute begins empty where one of an hour before had its place', () => {
  const history = new CallHistory();
  history.add(answered, noon, 7);
  history.add(answered, unixMillis(noon + 60 * minute));
  assert.equal(total(history, noon + 60 * minute), 1);
  assert.equal(history.of(account, unixMillis(noon + 60 * minute)).operations[0]?.answered, 1);
});

test('calls are told apart by how they ended, and operations by how often they were called', () => {
  const history = new CallHistory();
  const ended = (operation: string | undefined, code: string | undefined, status: number) =>
    history.add({ account, operation, code, status }, noon);
  ended('cas/ListCert', undefined, 200);
  ended('cas/ListCert', 'Throttling.User', 400);
  ended('ram/ListUsers', 'NoPermission', 403);
  ended('ram/ListUsers', 'ServiceUnavailable', 503);
  ended('ram/ListUsers', 'Throttling.Api', 400);
  ended(undefined, 'InvalidAction.NotFound', 404);
  const { minutes, operations } = history.of(account, noon);
  const { at, ...last } = minutes.at(-1) ?? { at: 0 };
  assert.equal(at, noon);
  assert.deepEqual(last, { answered: 1, refused: 2, throttled: 2, failed: 1 });
  assert.deepEqual(operations, [
    { name: 'ram/ListUsers', answered: 0, refused: 1, throttled: 1, failed: 1 },
    { name: 'cas/ListCert', answered: 1, refused: 0, throttled: 1, failed: 0 },
  ]);
});

test('an account sees its own, and of a thousand accounts the one that has called least recently goes', () => {
  const history = new CallHistory();
  const nth = (index: number) => String(index).padStart(16, '0') as AccountId;
  for (let index = 0; index < 1000; index++) history.add({ ...answered, account: nth(index) }, noon);
  history.add({ ...answered, account: nth(0) }, noon);
  assert.equal(total(history, noon, nth(1)), 1);
  history.add({ ...answered, account: nth(1000) }, noon);
  assert.deepEqual(
    [0, 1, 2, 1000, 1001].map((index) => total(history, noon, nth(index))),
    [2, 0, 1, 1, 0],
  );
});
