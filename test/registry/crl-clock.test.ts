// CRLs after the clock was set: ahead, back to what it should be, or behind that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { publishingWorld, start } from './publishing.ts';
import { serialsOf } from './reading-crls.ts';

const daySeconds = 86_400;
/** How long a clock must stay behind the list published last before lists of its time are published. */
const believedSeconds = 600;

/** Two lists are published by a clock that is two months ahead; before that one certificate is revoked that ends in a month. */
async function aheadWorld(t: Parameters<typeof publishingWorld>[0]) {
  const world = await publishingWorld(t);
  const { newPublisher, served, clock, issue, revoke, afterDelay, issuing } = world;
  const observed = await newPublisher();
  const { publisher } = observed;
  await publisher.publishDue();
  const monthly = await issue(unixSeconds(start + 30 * daySeconds));
  const yearly = await issue();
  for (const certificate of [monthly, yearly]) await revoke(certificate);
  await afterDelay(publisher);
  const now = () => Math.floor(clock.now() / 1000);
  const whenRight = now();
  for (const day of [60, 61]) {
    clock.set(whenRight + day * daySeconds);
    await publisher.publishDue();
  }
  const ahead = served(publisher);
  assert.deepEqual(serialsOf(ahead), [yearly.serialNumber], 'the other one has ended by that clock');
  clock.set(whenRight);
  const pass = async (seconds: number) => {
    clock.pass(seconds);
    await publisher.publishDue();
  };
  const isFailing = () => publisher.failures().get(issuing.identifier);
  return { ...world, ...observed, monthly, yearly, ahead, whenRight, now, pass, isFailing };
}

test('once the clock is right again, lists go on after ten minutes, numbered above those of the future, with all that has not ended (RFC 5280 §3.3, §5.2.3)', async (t) => {
  const world = await aheadWorld(t);
  const { publisher, served, ahead, pass, now, monthly, yearly, isFailing, failures, issuing, clock } = world;
  const { issue, revoke, afterDelay } = world;
  await pass(1);
  assert.equal(isFailing(), 'clock', 'told without anything to publish');
  assert.match(failures.join(), /the clock is behind .* set it if it is wrong/);
  await pass(believedSeconds - 1);
  assert.deepEqual(served(publisher).der, ahead.der, 'a second before');
  await pass(61);
  const complete = served(publisher);
  assert.equal(isFailing(), undefined);
  assert.deepEqual([complete.thisUpdate, complete.nextUpdate], [now(), now() + 7 * daySeconds]);
  assert.equal(complete.extensions.number, ahead.extensions.number + 1n);
  assert.deepEqual(serialsOf(complete), [monthly.serialNumber, yearly.serialNumber].sort());
  // No delta leads from a list that lacks an entry to one that has it (RFC 5280 §5.2.4).
  assert.equal(complete.extensions.freshestCrl, undefined);
  assert.equal(publisher.served(`${issuing.identifier}-delta.crl`), undefined);

  const further = await issue();
  await revoke(further);
  await afterDelay(publisher);
  const next = served(publisher);
  assert.equal(next.extensions.number, ahead.extensions.number + 2n);
  const delta = served(publisher, '-delta');
  assert.equal(delta.extensions.baseNumber, complete.extensions.number);
  assert.deepEqual(serialsOf(delta), [further.serialNumber]);
  assert.ok(next.entries.has(monthly.serialNumber));

  clock.set(ahead.thisUpdate + daySeconds);
  await publisher.publishDue();
  assert.equal(served(publisher).extensions.number, BigInt(now()), 'the time has passed the numbers');
});

test('a clock that is behind for less than ten minutes at a time publishes nothing of its time, and what waits comes once it is set', async (t) => {
  const { publisher, served, ahead, pass, whenRight, clock, isFailing, issue, revoke } = await aheadWorld(t);
  const further = await issue();
  await revoke(further);
  await pass(1);
  await pass(believedSeconds - 2);
  clock.set(ahead.thisUpdate);
  await pass(0);
  assert.deepEqual(served(publisher).der, ahead.der, 'within the second of the list published last');
  clock.set(whenRight);
  await pass(1);
  await pass(believedSeconds - 1);
  assert.deepEqual(served(publisher).der, ahead.der, 'begun anew');
  clock.set(ahead.thisUpdate + 1);
  await pass(60);
  assert.equal(isFailing(), undefined);
  assert.ok(served(publisher).entries.has(further.serialNumber));
  assert.equal(served(publisher).extensions.number, BigInt(served(publisher).thisUpdate));
});

test('a clock before the beginning of the CA is never believed', async (t) => {
  const { newPublisher, served, clock, issuingCertificate } = await publishingWorld(t);
  clock.pass(daySeconds);
  const { publisher } = await newPublisher();
  await publisher.publishDue();
  const { der } = served(publisher);
  for (const [offset, isPublished] of [
    [-1, false],
    [0, true],
    [1, true],
  ] as const) {
    const publishedAnew = await newPublisher();
    clock.set(issuingCertificate.notBefore + offset);
    await publishedAnew.publisher.publishDue();
    clock.pass(believedSeconds + 60);
    clock.set(issuingCertificate.notBefore + offset);
    await publishedAnew.publisher.publishDue();
    assert.equal(Buffer.compare(served(publishedAnew.publisher).der, der) !== 0, isPublished, `${offset} s`);
  }
});
