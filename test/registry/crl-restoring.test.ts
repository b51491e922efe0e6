// The first publication after a start goes on from what the process before has left in the store; and from all rows wherever
// that is not what was left.

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { parseCrl } from '../../src/pki/crl-reader.ts';
import { AuthorityDirectory } from '../../src/registry/authority-directory.ts';
import { buildPublication, numberAfter } from '../../src/registry/crl-building.ts';
import type { Publication } from '../../src/registry/publication-store.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';
import { type Certificate, delaySeconds, publicationsWith, publicUrl, publishingWorld } from './publishing.ts';
import { serialsOf } from './reading-crls.ts';

const daySeconds = 86_400;

/** A CA with two partitions, whose publisher is a new one whenever it is asked for, as after a start. */
async function restartingWorld(t: TestContext) {
  const world = await publishingWorld(t, { terms: { crlPartitions: { count: 2, baseUrl: publicUrl }, crlDays: 2 } });
  const { store, signer, clock, issuing, newPublisher } = world;
  const authorities = new AuthorityDirectory(store, (error) => assert.fail(String(error)));
  await authorities.load();
  const authority = authorities.byIdentifier(issuing.identifier) ?? assert.fail();
  let pagesRead = 0;
  const publications = publicationsWith(store, {
    crlRows: async (query) => {
      if (query.issuer === issuing.identifier) pagesRead++;
      return await store.publications.crlRows(query);
    },
  });
  let previous: Publication | undefined;
  /** @returns whether all rows were read for it. Whatever was read, the lists are those made from all rows. */
  const publishAfterStart = async (
    attempts = 1,
  ): Promise<{ readonly fromAll: boolean; readonly failures: string[] }> => {
    const { publisher, failures } = await newPublisher({ publications });
    pagesRead = 0;
    for (let attempt = 0; attempt < attempts; attempt++) {
      publisher.apply({
        ...{ sequence: 0, at: clock.now(), account: authority.record.account },
        actor: { principal: '', requestId: '', sourceAddress: '' },
        event: {
          ...{ kind: 'certificate-crl-requested', identifier: issuing.identifier },
          ...{ issuer: issuing.identifier, serialNumber: authority.record.serialNumber },
        },
      });
      clock.pass(delaySeconds);
      await publisher.publishDue();
    }
    await publisher.stop();
    const fromAll = pagesRead > 0;
    const published = (await store.publications.publishedCrls(issuing.identifier)) ?? assert.fail();
    const { number, thisUpdate } = published;
    assert.equal(number, numberAfter(previous?.number ?? 0, thisUpdate));
    const plan = { authority, previous, thisUpdate, number };
    const whole = await buildPublication(plan, { store, publications: store.publications, signer, publicUrl });
    assert.deepEqual([...published.lists.keys()].sort(), whole.lists.map(({ scope }) => scope).sort());
    for (const { scope, der } of whole.lists) {
      const own = published.lists.get(scope) ?? assert.fail();
      assert.deepEqual(parseCrl(own, own.length).tbs, parseCrl(der, der.length).tbs, `list "${scope}"`);
    }
    const ends = await store.publications.publishedEnds(issuing.identifier, published.number);
    for (const [scope, entries] of whole.listed)
      assert.deepEqual(Buffer.from(ends?.get(scope) ?? []), Buffer.from(entries.ends.octets()), `ends of "${scope}"`);
    previous = published;
    return { fromAll, failures };
  };
  return { ...world, publishAfterStart };
}

test('after every start the lists are those made from all rows, though none but the changed are read, in random histories', async (t) => {
  const seed = newSeed('CRL_SEED');
  t.diagnostic(`CRL_SEED=${seed}`);
  const random = seededRandom(seed);
  const { issue, revoke, release, clock, publishAfterStart } = await restartingWorld(t);
  assert.deepEqual(await publishAfterStart(), { fromAll: true, failures: [] });
  const good: Certificate[] = [];
  const held: Certificate[] = [];
  const take = (from: Certificate[]) => from.splice(random.below(from.length), 1)[0] ?? assert.fail();
  for (let round = 0; round < 25; round++) {
    for (let step = random.below(6); step > 0; step--) {
      const ends = random.pick([10, 3600, daySeconds, 2 * daySeconds, 365 * daySeconds]);
      good.push(await issue(unixSeconds(clock.now() / 1000 + ends)));
      if (random.below(2) === 0) await revoke(take(good), random.pick([undefined, 'superseded', 'keyCompromise']));
      if (good.length > 0 && random.below(3) === 0) {
        const certificate = take(good);
        await revoke(certificate, 'certificateHold');
        held.push(certificate);
      }
      if (held.length > 0 && random.below(3) === 0) await release(take(held));
      if (held.length > 0 && random.below(5) === 0) await revoke(take(held), 'keyCompromise');
    }
    clock.pass(random.pick([1, 60, 3600, daySeconds / 2, daySeconds]));
    assert.deepEqual(await publishAfterStart(), { fromAll: false, failures: [] }, `seed ${seed}, round ${round}`);
  }
});

interface Damage {
  /** Of what is in the store; `:ends` for those of the complete list. */
  readonly scope: string;
  /** Absent where it is taken away. */
  readonly alter?: (bytes: Buffer) => Uint8Array;
  readonly refusedFirst?: true;
}

const damages: Record<string, Damage> = {
  'no ends, as an earlier release leaves them': { scope: ':ends' },
  'no ends of a partition': { scope: '-p1:ends' },
  'one end too few': { scope: ':ends', alter: (bytes) => bytes.subarray(4) },
  'one too many': { scope: ':ends', alter: (bytes) => Buffer.concat([bytes, Buffer.alloc(4)]) },
  'half of one': { scope: ':ends', alter: (bytes) => bytes.subarray(0, -2) },
  // That they are no ends of these entries shows only in what comes of them: nothing that must stay on a list leaves it.
  'ends long ago, so that all would leave the list': {
    ...{ scope: ':ends', alter: (bytes) => Buffer.alloc(bytes.length), refusedFirst: true },
  },
  'a digit of a date turned in an entry': {
    scope: '',
    alter: (bytes) => {
      const { entriesStart } = parseCrl(bytes, bytes.length);
      const at = bytes.indexOf(Buffer.of(0x17, 13), entriesStart) + 13;
      return bytes.fill((bytes[at] ?? 0) ^ 1, at, at + 1);
    },
  },
  'a signature that is not the CA’s': {
    scope: '-p0',
    alter: (bytes) => bytes.fill((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1),
  },
};

for (const [damage, { scope, alter, refusedFirst }] of Object.entries(damages)) {
  test(`made from all rows: ${damage}`, async (t) => {
    const { issue, revoke, clock, dataDir, publishAfterStart } = await restartingWorld(t);
    await publishAfterStart();
    for (let count = 0; count < 6; count++) await revoke(await issue());
    // Until they are older than what deltas add to, and so are not read again.
    for (let days = 0; days < 3; days++) {
      clock.pass(daySeconds);
      assert.equal((await publishAfterStart()).fromAll, false);
    }
    const database = new DatabaseSync(databaseFile(dataDir), { timeout: 5000 });
    const [found, ...others] = database
      .prepare(
        `SELECT rowid, bytes FROM crl_parts WHERE attempt IN (SELECT attempt FROM crls)
         AND scope ${scope.endsWith(':ends') ? `LIKE '${scope}-%'` : `= '${scope}'`}
         AND authority IN (SELECT authority FROM crls WHERE scope = '-p0')`,
      )
      .all();
    assert.ok(found && others.length === 0);
    if (alter) {
      const altered = alter(Buffer.from(found.bytes as Uint8Array));
      database.prepare('UPDATE crl_parts SET bytes = ? WHERE rowid = ?').run(altered, Number(found.rowid));
    } else {
      database.prepare('DELETE FROM crl_parts WHERE rowid = ?').run(Number(found.rowid));
    }
    database.close();
    await revoke(await issue());
    const { fromAll, failures } = await publishAfterStart(refusedFirst ? 2 : 1);
    assert.equal(failures.length, refusedFirst ? 1 : 0, failures.join());
    if (refusedFirst) assert.match(failures[0] ?? '', /entries lost/);
    assert.ok(fromAll);
  });
}

test('an older list of the CA in the place of the last one is not gone on from', async (t) => {
  const { issue, revoke, dataDir, clock, publishAfterStart, newPublisher, served } = await restartingWorld(t);
  await publishAfterStart();
  clock.pass(daySeconds);
  const [first, second] = [await issue(), await issue()];
  await revoke(first);
  await publishAfterStart();
  const database = new DatabaseSync(databaseFile(dataDir), { timeout: 5000 });
  database.exec(`CREATE TEMP TABLE older AS SELECT scope, bytes FROM crl_parts
    WHERE attempt IN (SELECT attempt FROM crls) AND authority IN (SELECT authority FROM crls WHERE scope = '-p0')`);
  await revoke(second);
  await publishAfterStart();
  database.exec(`UPDATE crl_parts SET bytes = (SELECT bytes FROM older WHERE older.scope = crl_parts.scope)
    WHERE attempt IN (SELECT attempt FROM crls) AND scope IN (SELECT scope FROM older)
      AND authority IN (SELECT authority FROM crls WHERE scope = '-p0')`);
  database.exec(`UPDATE crls SET octets = (SELECT length(bytes) FROM older WHERE older.scope = crls.scope)
    WHERE authority IN (SELECT authority FROM crls WHERE scope = '-p0') AND scope IN (SELECT scope FROM older)`);
  database.close();
  const { publisher } = await newPublisher();
  assert.deepEqual(serialsOf(served(publisher)), [first.serialNumber], 'served as it stands in the store');
  await publisher.stop();
  const further = await issue();
  await revoke(further);
  const after = await newPublisher();
  clock.pass(delaySeconds);
  await after.publisher.publishDue();
  const serials = [first, second, further].map(({ serialNumber }) => serialNumber).sort();
  assert.deepEqual(serialsOf(served(after.publisher)), serials);
});
