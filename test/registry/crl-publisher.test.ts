// When CRLs are published and what is on them, by a clock that stands still until it is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { partitionOf } from '../../src/registry/crl-scopes.ts';
import { until } from '../until.ts';
import { delaySeconds, publicUrl, publishingWorld, start } from './publishing.ts';
import { serialsOf } from './reading-crls.ts';

const daySeconds = 86_400;

test('a new CA has an empty list at once, without entries, without a delta to point at (RFC 5280 §5.1.2.6)', async (t) => {
  const { newPublisher, served, issuingCertificate } = await publishingWorld(t);
  const { publisher, published, failures } = await newPublisher();
  await publisher.publishDue();
  assert.deepEqual(failures, []);
  assert.equal(published.length, 2, 'root and subordinate');
  const crl = served(publisher);
  assert.equal(crl.entriesStart, crl.entriesEnd);
  assert.deepEqual(crl.issuerDer, issuingCertificate.subjectDer);
  assert.equal(crl.extensions.number, BigInt(start), 'the second it was made in');
  assert.equal(crl.extensions.freshestCrl, undefined);
  assert.equal(crl.extensions.distributionPoint, undefined);
  assert.deepEqual(crl.extensions.authorityKeyIdentifier, issuingCertificate.extensions.subjectKeyIdentifier);
  assert.deepEqual([crl.thisUpdate, crl.nextUpdate], [start, start + 7 * daySeconds]);
});

test('a revocation is published when its delay is over, and those in between share the publication', async (t) => {
  const { newPublisher, served, clock, issue, revoke } = await publishingWorld(t);
  const { publisher, published } = await newPublisher();
  await publisher.publishDue();
  published.length = 0;
  const certificates = await Promise.all(Array.from({ length: 10 }, () => issue()));
  for (const certificate of certificates.slice(0, 5)) await revoke(certificate);
  clock.pass(delaySeconds - 1);
  await publisher.publishDue();
  assert.equal(published.length, 0, 'a second before');
  for (const certificate of certificates.slice(5)) await revoke(certificate);
  clock.pass(1);
  await publisher.publishDue();
  assert.equal(published.length, 1);
  assert.deepEqual(serialsOf(served(publisher)), certificates.map(({ serialNumber }) => serialNumber).sort());
  clock.pass(delaySeconds);
  await publisher.publishDue();
  assert.equal(published.length, 1, 'nothing has changed since');
});

test('without a change there are new lists daily, or twice in the life of a short one', async (t) => {
  for (const [crlDays, interval] of [
    [30, daySeconds],
    [2, daySeconds],
    [1, daySeconds / 2],
  ] as const) {
    const { newPublisher, served, clock } = await publishingWorld(t, { terms: { crlDays } });
    const { publisher } = await newPublisher();
    await publisher.publishDue();
    clock.pass(interval - 1);
    await publisher.publishDue();
    assert.equal(served(publisher).thisUpdate, start, `${crlDays} days, a second before`);
    clock.pass(1);
    await publisher.publishDue();
    const crl = served(publisher);
    assert.equal(crl.thisUpdate, start + interval);
    assert.equal(crl.nextUpdate - crl.thisUpdate, crlDays * daySeconds);
  }
});

test('a CA with revocations at all hours has its regular lists all the same: the base moves on, and the delta stays small', async (t) => {
  const { newPublisher, served, clock, issue, revoke, afterDelay } = await publishingWorld(t);
  const { publisher, failures } = await newPublisher();
  await publisher.publishDue();
  const hours = 7;
  for (let passed = 0; passed < 10 * 24; passed += hours) {
    clock.pass(hours * 3600);
    await revoke(await issue());
    await afterDelay(publisher);
  }
  const [complete, delta] = [served(publisher), served(publisher, '-delta')];
  assert.ok(
    delta.entries.size <= (3 * 24) / hours && delta.entries.size < complete.entries.size,
    `${delta.entries.size} of ${complete.entries.size}`,
  );
  assert.ok(Number(complete.extensions.number) - Number(delta.extensions.baseNumber) <= 3 * daySeconds);
  assert.deepEqual(failures, []);
});

test('an entry stays until it was on one regular list issued after its certificate’s end (RFC 5280 §3.3)', async (t) => {
  const due = start + daySeconds;
  for (const [end, staysOnNext] of [
    [-daySeconds / 2, false],
    [-1, false],
    [0, true],
    [1, true],
  ] as const) {
    const world = await publishingWorld(t, { terms: { crlPartitions: { count: 2, baseUrl: publicUrl } } });
    const { newPublisher, served, clock, issue, revoke, afterDelay } = world;
    const { publisher, failures } = await newPublisher();
    const certificate = await issue(unixSeconds(due + end));
    const scope = `-p${partitionOf(certificate.serialNumber, 2)}`;
    const isListed = () => {
      const lists = ['', scope].map((each) => served(publisher, each).entries.has(certificate.serialNumber));
      assert.equal(lists[0], lists[1], 'the partition says what the complete list says');
      return lists[0];
    };
    await publisher.publishDue();
    await revoke(certificate);
    await afterDelay(publisher);
    assert.ok(isListed(), 'in force');
    // Publications are asked for by revocations of others.
    const publishAt = async (moment: number) => {
      await revoke(await issue());
      clock.pass(delaySeconds);
      clock.set(moment);
      await publisher.publishDue();
      assert.equal(served(publisher).thisUpdate, moment);
    };
    for (const extra of [due - 20, due - 10, due - 1]) {
      await publishAt(extra);
      assert.ok(isListed(), `on lists between two regular ones, whether it has ended or not: ${end}`);
    }
    await publishAt(due + 10);
    assert.ok(isListed(), `on the regular list: ${end}`);
    await publishAt(due + 20);
    assert.equal(isListed(), staysOnNext, `on the one after that: ${end}`);
    await publishAt(due + daySeconds);
    assert.equal(isListed(), staysOnNext, `on the next regular one: ${end}`);
    await publishAt(due + daySeconds + 10);
    assert.ok(!isListed());
    assert.deepEqual(failures, []);
  }
});

test('what is revoked after its end is on one regular list', async (t) => {
  const { newPublisher, served, clock, issue, revoke, afterDelay } = await publishingWorld(t);
  const { publisher } = await newPublisher();
  const certificate = await issue(unixSeconds(start + 10));
  await publisher.publishDue();
  const isListedNext = async () => {
    await revoke(await issue());
    await afterDelay(publisher);
    return served(publisher).entries.has(certificate.serialNumber);
  };
  clock.pass(1000);
  await revoke(certificate);
  assert.ok(await isListedNext());
  assert.ok(await isListedNext());
  clock.set(start + daySeconds);
  assert.ok(await isListedNext(), 'the regular list');
  assert.ok(!(await isListedNext()));
  assert.ok(!served(publisher).entries.has(certificate.serialNumber));
});

test('a hold is on full and delta; released, it is gone from the full list and taken back by the delta (RFC 5280 §5.3.1)', async (t) => {
  const { newPublisher, served, clock, issue, revoke, release, afterDelay } = await publishingWorld(t);
  const { publisher, failures } = await newPublisher();
  await publisher.publishDue();
  clock.pass(daySeconds);
  await publisher.publishDue();
  const [held, lost] = [await issue(), await issue()];
  await revoke(held, 'certificateHold');
  await revoke(lost, 'keyCompromise', unixSeconds(start - 77));
  await afterDelay(publisher);
  for (const scope of ['', '-delta']) {
    const { entries } = served(publisher, scope);
    assert.equal(entries.get(held.serialNumber)?.reason, 'certificateHold', scope);
    assert.deepEqual(entries.get(lost.serialNumber), {
      serialNumber: lost.serialNumber,
      revocationDate: start + daySeconds,
      reason: 'keyCompromise',
      invalidityDate: start - 77,
    });
  }
  await release(held);
  await afterDelay(publisher);
  assert.deepEqual(serialsOf(served(publisher)), [lost.serialNumber]);
  assert.equal(served(publisher, '-delta').entries.get(held.serialNumber)?.reason, 'removeFromCRL');
  // On hold again, then revoked for good: since it was put on hold.
  await revoke(held, 'certificateHold');
  const heldAt = clock.now() / 1000;
  clock.pass(60);
  await revoke(held, 'superseded');
  await afterDelay(publisher);
  for (const scope of ['', '-delta']) {
    const entry = served(publisher, scope).entries.get(held.serialNumber);
    assert.deepEqual([entry?.reason, entry?.revocationDate], ['superseded', heldAt], scope);
  }
  assert.deepEqual(failures, []);
});

test('the delta adds to a complete list of the day before; both have one number, and the full one points at it (RFC 5280 §5.2.3, §5.2.4, §5.2.6)', async (t) => {
  const { newPublisher, served, clock, issue, revoke, afterDelay, issuing } = await publishingWorld(t);
  const { publisher } = await newPublisher();
  await publisher.publishDue(); // the base of the first deltas
  const first = served(publisher).extensions.number;
  const revoked: string[] = [];
  const revokeOne = async () => {
    const certificate = await issue();
    revoked.push(certificate.serialNumber);
    await revoke(certificate);
    await afterDelay(publisher);
  };
  const seen = () => {
    const [full, delta] = [served(publisher), served(publisher, '-delta')];
    assert.equal(full.extensions.number, delta.extensions.number);
    assert.equal(full.thisUpdate, delta.thisUpdate);
    assert.deepEqual(full.extensions.freshestCrl, [`${publicUrl}/crl/${issuing.identifier}-delta.crl`]);
    assert.equal(delta.extensions.freshestCrl, undefined);
    assert.deepEqual(serialsOf(full), revoked.toSorted());
    const { number } = full.extensions;
    assert.equal(number, BigInt(full.thisUpdate));
    return { base: delta.extensions.baseNumber, changes: delta.entries.size };
  };
  await revokeOne();
  await revokeOne();
  assert.deepEqual(seen(), { base: first, changes: 2 });
  clock.pass(daySeconds);
  await publisher.publishDue();
  assert.deepEqual(seen(), { base: first, changes: 2 }, 'what it adds to has been out for a day');
  const daily = served(publisher).extensions.number;
  await revokeOne();
  assert.deepEqual(seen(), { base: first, changes: 3 });
  clock.pass(daySeconds);
  await publisher.publishDue();
  assert.deepEqual(seen(), { base: daily, changes: 1 });
});

test('partitions share the entries by serial number; each names the address its certificates name, byte for byte (RFC 5280 §5.2.5)', async (t) => {
  const count = 4;
  const world = await publishingWorld(t, { terms: { crlPartitions: { count, baseUrl: 'http://old.example' } } });
  const { newPublisher, served, issue, revoke, afterDelay, issuing } = world;
  const { publisher, failures } = await newPublisher({ publicUrl: 'http://renamed.example' });
  await publisher.publishDue();
  const certificates = await Promise.all(Array.from({ length: 40 }, () => issue()));
  for (const certificate of certificates) await revoke(certificate);
  await afterDelay(publisher);
  assert.deepEqual(failures, []);
  const found: string[] = [];
  for (let partition = 0; partition < count; partition++) {
    const crl = served(publisher, `-p${partition}`);
    assert.deepEqual(crl.extensions.distributionPoint, {
      uri: `http://old.example/crl/${issuing.identifier}-p${partition}.crl`,
    });
    for (const serialNumber of serialsOf(crl)) {
      assert.equal(Number.parseInt(serialNumber.slice(-8), 16) % count, partition);
      found.push(serialNumber);
    }
  }
  assert.deepEqual(found.toSorted(), serialsOf(served(publisher)));
});

test('a restart serves what was published, keeps its numbers, and publishes nothing without a change', async (t) => {
  const { newPublisher, served, clock, issue, revoke, afterDelay, issuing, store } = await publishingWorld(t);
  const first = await newPublisher();
  await first.publisher.publishDue();
  await revoke(await issue());
  await afterDelay(first.publisher);
  const before = served(first.publisher);
  const state = first.publisher.stateOf(issuing.identifier);
  await first.publisher.stop();

  clock.pass(60);
  const second = await newPublisher();
  assert.deepEqual(served(second.publisher).der, before.der, 'at once');
  assert.deepEqual(second.publisher.stateOf(issuing.identifier), state);
  clock.pass(60);
  await second.publisher.publishDue();
  assert.deepEqual(second.published, []);
  await second.publisher.stop();

  // While no publisher ran: a revocation.
  const certificate = await issue();
  await revoke(certificate);
  const third = await newPublisher();
  await afterDelay(third.publisher);
  const { number } = served(third.publisher).extensions;
  assert.ok(number > before.extensions.number);
  assert.ok(served(third.publisher).entries.has(certificate.serialNumber));
  await third.publisher.stop();

  // And somebody's wish.
  const record = (await store.signers()).find(({ identifier }) => identifier === issuing.identifier);
  assert.ok(record);
  const { account, identifier, issuer, serialNumber } = record;
  const actor = { principal: 'operator', requestId: 'R', sourceAddress: '' };
  await store.append({
    at: clock.now(),
    account,
    actor,
    event: { kind: 'certificate-crl-requested', identifier, issuer, serialNumber },
  });
  clock.pass(1);
  const fourth = await newPublisher();
  await fourth.publisher.publishDue();
  assert.ok(served(fourth.publisher).extensions.number > number);
});

test('HashCode differs exactly when the entries do', async (t) => {
  const { newPublisher, clock, issue, revoke, release, afterDelay, issuing } = await publishingWorld(t);
  const { publisher } = await newPublisher();
  const hash = () => publisher.stateOf(issuing.identifier)?.entriesHash;
  await publisher.publishDue();
  const empty = hash();
  const certificate = await issue();
  await revoke(certificate, 'certificateHold');
  await afterDelay(publisher);
  const held = hash();
  assert.notEqual(held, empty);
  clock.pass(daySeconds);
  await publisher.publishDue();
  assert.equal(hash(), held, 'another list with the same entries');
  await release(certificate);
  await afterDelay(publisher);
  assert.equal(hash(), empty);
});

test('an RSA and an SM2 CA publish like the others', async (t) => {
  for (const algorithm of ['RSA_2048', 'SM2_256'] as const) {
    const { newPublisher, issue, revoke, afterDelay, issuing } = await publishingWorld(t, { algorithm });
    const { publisher, failures } = await newPublisher();
    await publisher.publishDue();
    await revoke(await issue(), 'superseded');
    await afterDelay(publisher);
    assert.deepEqual(failures, []);
    assert.equal(publisher.stateOf(issuing.identifier)?.number, start + delaySeconds);
  }
});

test('a CA whose lists take long keeps no other waiting, and is itself not begun twice', async (t) => {
  const { store, signer, root, issuing, issue, revoke, newPublisher, clock } = await publishingWorld(t);
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { publisher, published } = await newPublisher({
    signer: {
      generate: (...what) => signer.generate(...what),
      exportEncrypted: (...what) => signer.exportEncrypted(...what),
      sign: async (key, ...what) => {
        if (key.identifier === issuing.identifier) await held;
        return await signer.sign(key, ...what);
      },
    },
  });
  const all = publisher.publishDue();
  const publishedBy = (authority: string) => published.filter((each) => each.authority === authority).length;
  const untilRootHas = (count: number) => until(() => publishedBy(root.identifier) === count);
  await untilRootHas(1);
  // A day later the root’s next list is due, and the other’s first is still being made.
  clock.pass(daySeconds);
  await revoke(await issue());
  const further = publisher.publishDue();
  await untilRootHas(2);
  assert.equal(publishedBy(issuing.identifier), 0);
  letGo();
  await Promise.all([all, further]);
  assert.equal(publishedBy(issuing.identifier), 1);
  assert.equal((await store.publications.publishedCrls(issuing.identifier))?.number, start);
});
