// Two publishers on one store, as when two instances run by mistake.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Certificate, delaySeconds, publishingWorld } from './publishing.ts';
import { readCrl, serialsOf } from './reading-crls.ts';

const rounds = 200;

test(`in ${rounds} rounds of publishing at once numbers grow strictly, and no entry is lost`, async (t) => {
  const world = await publishingWorld(t);
  const { store, clock, issuing, issue, revoke, release, newPublisher } = world;
  const publishers = [await newPublisher(), await newPublisher()];
  const revoked = new Map<string, Certificate>();
  let number = 0n;
  let thisUpdate = 0;
  for (let round = 0; round < rounds; round++) {
    const certificate = await issue();
    const isHeld = round % 10 === 0;
    await revoke(certificate, isHeld ? 'certificateHold' : 'superseded');
    revoked.set(certificate.serialNumber, certificate);
    clock.pass(delaySeconds);
    const work = publishers.map(({ publisher }) => publisher.publishDue());
    // In the midst of it: what comes too late for these lists is for the next ones.
    if (isHeld) {
      await release(certificate);
      revoked.delete(certificate.serialNumber);
    }
    await Promise.all(work);
    clock.pass(delaySeconds);
    for (const { publisher } of publishers) await publisher.publishDue();

    const publication = await store.publications.publishedCrls(issuing.identifier);
    const der = publication?.lists.get('');
    assert.ok(der);
    const crl = readCrl(der, issuing.der);
    assert.ok(crl.extensions.number > number, `${crl.extensions.number} after ${number}`);
    assert.ok(crl.thisUpdate > thisUpdate);
    assert.deepEqual(serialsOf(crl), [...revoked.keys()].sort(), `round ${round}`);
    number = crl.extensions.number;
    thisUpdate = crl.thisUpdate;
  }
  const numbers = publishers
    .flatMap(({ published }) => published)
    .filter(({ authority }) => authority === issuing.identifier)
    .map((publication) => publication.number);
  assert.ok(numbers.length >= rounds);
  assert.equal(new Set(numbers).size, numbers.length, 'each number was published once, by one of them');
  for (const { published, failures } of publishers) {
    assert.deepEqual(failures, []);
    assert.ok(published.length > 0);
  }
});
