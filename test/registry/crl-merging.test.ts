// Lists made from those before and what has changed since are, octet for octet, what is made from all rows.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { toSeconds, type UnixSeconds, unixSeconds } from '../../src/base/time.ts';
import { CertListWriter } from '../../src/pki/crl.ts';
import { compareEntries } from '../../src/pki/crl-check.ts';
import { EntryEnds, type ListedEntries, latestMoment, mergeEntries } from '../../src/pki/crl-merging.ts';
import { parseCrl } from '../../src/pki/crl-reader.ts';
import { encodeName, nameOf } from '../../src/pki/name.ts';
import { generateSerialNumber, type SerialNumber } from '../../src/pki/serial-number.ts';
import { AuthorityDirectory } from '../../src/registry/authority-directory.ts';
import { type BuiltPublication, buildPublication, numberAfter } from '../../src/registry/crl-building.ts';
import { checkPublication } from '../../src/registry/crl-checking.ts';
import { type RevocationReason, revocationReasons } from '../../src/registry/model.ts';
import { deleteCertificate } from '../../src/registry/revocation.ts';
import { newSeed, type SeededRandom, seededRandom } from '../journeys/seeded-random.ts';
import { type Certificate, publicUrl, publishingWorld } from './publishing.ts';

const daySeconds = 86_400;

interface Living extends Certificate {
  state: 'good' | 'held' | 'revoked' | 'deleted';
}

async function randomHistory(t: TestContext, random: SeededRandom, steps: number): Promise<{ merged: number }> {
  const terms = { crlPartitions: { count: 3, baseUrl: publicUrl }, crlDays: 2 };
  const world = await publishingWorld(t, { terms });
  const { store, signer, clock, issuing, issue, revoke, release } = world;
  const { publications } = store;
  const authorities = new AuthorityDirectory(store, (error) => assert.fail(String(error)));
  await authorities.load();
  const authority = authorities.byIdentifier(issuing.identifier) ?? assert.fail();
  const { account } = authority.record;
  const actor = { principal: `acs:ram::${account}:root`, requestId: 'R', sourceAddress: '127.0.0.1' };
  const services = { store, publications, signer, publicUrl };
  const living: Living[] = [];
  const inState = (...states: Living['state'][]) => living.filter(({ state }) => states.includes(state));
  const now = () => toSeconds(clock.now());

  let before: BuiltPublication | undefined;
  let merged = 0;
  const publish = async () => {
    clock.pass(1);
    const previous = before && { ...before, lists: new Map(before.lists.map(({ scope, der }) => [scope, der])) };
    const number = numberAfter(previous?.number ?? 0, now());
    const plan = { authority, previous, thisUpdate: now(), number };
    const fromAll = await buildPublication(plan, services);
    const built = await buildPublication({ ...plan, listed: before?.listed }, services);
    assert.deepEqual(
      built.lists.map(({ scope }) => scope),
      fromAll.lists.map(({ scope }) => scope),
    );
    for (const [index, { scope, der }] of built.lists.entries()) {
      const whole = fromAll.lists[index]?.der ?? assert.fail();
      assert.equal(
        Buffer.compare(parseCrl(der, der.length).tbs, parseCrl(whole, whole.length).tbs),
        0,
        `list "${scope}" number ${built.number}`,
      );
      assert.deepEqual(built.listed.get(scope)?.ends.moments(), fromAll.listed.get(scope)?.ends.moments());
    }
    if (before) merged++;
    await checkPublication(built, authority, previous, publications, before !== undefined);
    before = built;
  };

  const acts: (() => Promise<void>)[] = [
    async () => {
      const ends = random.pick([2, 30, daySeconds, 2 * daySeconds, 365 * daySeconds]);
      living.push({ ...(await issue(unixSeconds(now() + ends))), state: 'good' });
    },
    async () => {
      const certificate = random.pick(inState('good', 'held'));
      const reason: RevocationReason | undefined = random.pick([undefined, ...revocationReasons]);
      if (certificate.state === 'held' && reason === 'certificateHold') return;
      const invalidity = random.below(3) === 0 ? unixSeconds(now() - random.below(1000)) : undefined;
      await revoke(certificate, reason, invalidity);
      certificate.state = reason === 'certificateHold' ? 'held' : 'revoked';
    },
    async () => {
      const certificate = random.pick(inState('good'));
      await revoke(certificate, 'certificateHold');
      certificate.state = 'held';
    },
    async () => {
      const certificate = random.pick(inState('held'));
      await release(certificate);
      certificate.state = 'good';
    },
    async () => {
      const certificate = random.pick(inState('revoked'));
      await deleteCertificate({ account, actor, identifier: certificate.identifier }, { store, clock });
      certificate.state = 'deleted';
    },
    async () => clock.pass(random.pick([1, 60, 3600, daySeconds / 2, daySeconds])),
    publish,
  ];
  const isPossible = (act: number) =>
    [true, inState('good', 'held'), inState('good'), inState('held'), inState('revoked'), true, true][act];
  for (let step = 0; step < steps; step++) {
    const act = random.pick([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 6]);
    const possible = isPossible(act);
    if (possible === true || (Array.isArray(possible) && possible.length > 0)) await acts[act]?.();
  }
  await publish();
  return { merged };
}

test('merged lists are those made from all rows, in random histories of issuing, revoking, holds, releases, ends and deletions', async (t) => {
  for (let history = 0; history < 3; history++) {
    const seed = newSeed('CRL_SEED');
    t.diagnostic(`CRL_SEED=${seed}`);
    const { merged } = await randomHistory(t, seededRandom(seed), 200);
    assert.ok(merged > 5);
  }
});

const thisUpdate = unixSeconds(1_800_000_000);
const parameters = {
  signatureAlgorithm: 'ecdsa-with-SHA256',
  issuerDer: encodeName(nameOf({ commonName: 'Issuing' })),
  authorityKeyIdentifier: new Uint8Array(20),
  thisUpdate,
  nextUpdate: unixSeconds(thisUpdate + 100),
  number: 7n,
  expectedEntries: 10,
} as const;

interface Entry {
  readonly serialNumber: SerialNumber;
  readonly notAfter: UnixSeconds;
}

function listOf(entries: readonly Entry[]): ListedEntries {
  const writer = new CertListWriter(parameters);
  const ends = new EntryEnds(0);
  for (const { serialNumber, notAfter } of entries) {
    writer.addCode(serialNumber, thisUpdate, 1);
    ends.add(notAfter);
  }
  return finish(writer, ends);
}

function finish(writer: CertListWriter, ends: EntryEnds): ListedEntries {
  writer.finish();
  const der = writer.assemble(new Uint8Array(64)).slice();
  return { crl: parseCrl(der, der.length), ends };
}

test('of ten thousand entries those leave that end before, and what changed stands where it did or where it belongs', () => {
  const keepFrom = unixSeconds(thisUpdate - 10);
  const entries = Array.from({ length: 10_000 }, (_, index) => ({
    serialNumber: generateSerialNumber(randomBytes),
    notAfter: unixSeconds(keepFrom + (index % 3) - 1),
  })).sort((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
  const stays = entries.filter(({ notAfter }) => notAfter >= keepFrom);
  const fresh = ['01', 'ff', ...Array.from({ length: 20 }, () => generateSerialNumber(randomBytes))] as SerialNumber[];
  const gone = stays.filter((_, index) => index % 1000 === 0).map(({ serialNumber }) => serialNumber);
  const writer = new CertListWriter(parameters);
  const ends = new EntryEnds(0);
  const changes = [
    ...fresh.map((serialNumber) => ({
      serialNumber,
      write: () => {
        writer.addCode(serialNumber, thisUpdate, 1);
        ends.add(latestMoment);
      },
    })),
    ...gone.map((serialNumber) => ({ serialNumber })),
  ].sort((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
  for (const _ of mergeEntries(listOf(entries), changes, keepFrom, { writer, ends })) {
    // in turns
  }
  const expected = [
    ...stays.filter(({ serialNumber }) => !gone.includes(serialNumber)),
    ...fresh.map((serialNumber) => ({ serialNumber, notAfter: latestMoment })),
  ].sort((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
  const merged = finish(writer, ends);
  assert.deepEqual(merged.crl.der, listOf(expected).crl.der);
  assert.deepEqual(
    [...merged.ends.moments()],
    expected.map(({ notAfter }) => notAfter),
  );
  assert.equal(writer.count, expected.length);
});

test('what two lists have octet for octet is counted without being read, and what one lacks is found as by reading', () => {
  const seed = newSeed('CRL_SEED');
  const random = seededRandom(seed);
  for (let round = 0; round < 50; round++) {
    const serials = Array.from({ length: 1 + random.below(400) }, () => generateSerialNumber(random.octets)).sort();
    const entries = serials.map((serialNumber) => ({ serialNumber, notAfter: latestMoment }));
    const share = 1 + random.below(30);
    const before = listOf(entries.filter(() => random.below(share) > 0 || share === 1));
    const after = listOf(entries.filter(() => random.below(share) > 0 || share === 1));
    const compare = (isPreviousRead: boolean) => {
      const lost: SerialNumber[] = [];
      const steps = compareEntries(after.crl, before.crl, (entry) => lost.push(entry.serialNumber), isPreviousRead);
      for (;;) {
        const { done, value } = steps.next();
        if (done) return { count: value, lost };
      }
    };
    assert.deepEqual(compare(true), compare(false), `seed ${seed}, round ${round}`);
  }
});
