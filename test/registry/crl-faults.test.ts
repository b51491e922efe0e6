// What goes wrong is not published: the lists before stay, somebody is told, and it is tried again.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { AuthorityDirectory } from '../../src/registry/authority-directory.ts';
import { buildPublication, numberAfter } from '../../src/registry/crl-building.ts';
import { checkPublication } from '../../src/registry/crl-checking.ts';
import type { PublicationFailure } from '../../src/registry/publication-failure.ts';
import type { CrlRows, PublicationStore } from '../../src/registry/publication-store.ts';
import type { Signer } from '../../src/registry/signer.ts';
import { StoreUnavailable } from '../../src/registry/store.ts';
import { until } from '../until.ts';
import { delaySeconds, publicationsWith, publicUrl, publishingWorld, start } from './publishing.ts';
import { serialsOf } from './reading-crls.ts';

const daySeconds = 86_400;

function signerWith(signer: Signer, sign: Signer['sign']): Signer {
  return {
    generate: (identifier, algorithm, account) => signer.generate(identifier, algorithm, account),
    exportEncrypted: (key, passphrase) => signer.exportEncrypted(key, passphrase),
    sign,
  };
}

/** Rows without some, or with some twice. */
function changed(rows: CrlRows, indexes: readonly number[]): CrlRows {
  const pick = <Value>(values: readonly Value[]) => indexes.map((index) => values[index] as Value);
  return {
    serialNumber: pick(rows.serialNumber),
    revokedAt: pick(rows.revokedAt),
    reason: pick(rows.reason),
    invalidityDate: pick(rows.invalidityDate),
    notAfter: pick(rows.notAfter),
    sequence: pick(rows.sequence),
  };
}

interface Faults {
  readonly store?: (store: SqliteStore) => Partial<PublicationStore>;
  readonly sign?: boolean;
  /** The publisher has only read the lists before, without ends: it makes the next ones from all rows, not from what has changed. */
  readonly restarted?: true;
}

/** A world with two entries published, in which the next publication meets a fault that can be switched on. */
async function faultyWorld(t: TestContext, faults: Faults) {
  const world = await publishingWorld(t, { terms: { crlPartitions: { count: 2, baseUrl: publicUrl } } });
  const { store, signer, issue, revoke, afterDelay, newPublisher } = world;
  let isOn = false;
  const replaced = faults.store?.(store) ?? {};
  const sound = publicationsWith(store, {});
  const switched = Object.fromEntries(
    Object.entries(replaced).map(([name, faulty]) => [
      name,
      (...parameters: never[]) =>
        (isOn
          ? (faulty as (...all: never[]) => unknown)
          : (sound[name as keyof PublicationStore] as (...all: never[]) => unknown))(...parameters),
    ]),
  );
  const services = {
    publications: publicationsWith(store, switched),
    signer: signerWith(signer, async (key, message) => {
      const signature = await signer.sign(key, message);
      const last = signature.length - 1;
      return isOn && faults.sign ? signature.with(last, (signature[last] ?? 0) ^ 1) : signature;
    }),
  };
  const first = await newPublisher(services);
  await first.publisher.publishDue();
  const revoked = [await issue(), await issue()];
  for (const certificate of revoked) await revoke(certificate);
  await afterDelay(first.publisher);
  const withoutEnds = { ...services.publications, publishedEnds: async () => undefined };
  const observed = faults.restarted ? await newPublisher({ ...services, publications: withoutEnds }) : first;
  const further = await issue();
  await revoke(further);
  return { ...world, ...observed, revoked, further, turn: (on: boolean) => (isOn = on) };
}

interface Case {
  readonly faults: Faults;
  readonly says: RegExp;
  readonly kind?: PublicationFailure;
}

const cases: Record<string, Case> = {
  'a signature that is not the CA’s': { faults: { sign: true }, says: /signature-invalid/ },
  'an entry that was on the list before and is missing (the lesson of Let’s Encrypt, bug 2044788)': {
    faults: {
      restarted: true,
      store: (store) => ({
        crlRows: async (query) => {
          const rows = await store.publications.crlRows(query);
          return changed(rows, [...rows.serialNumber.keys()].slice(1));
        },
      }),
    },
    says: /entries lost|entries expected/,
  },
  'fewer entries than are revoked, the one that is missing being new': {
    faults: {
      restarted: true,
      store: (store) => ({
        crlRows: async (query) => {
          const rows = await store.publications.crlRows(query);
          const newest = Math.max(...rows.revokedAt);
          return changed(
            rows,
            [...rows.serialNumber.keys()].filter((index) => rows.revokedAt[index] !== newest),
          );
        },
      }),
    },
    says: /3 entries expected, 2 found/,
  },
  'one that is missing from what has changed': {
    faults: {
      store: (store) => ({
        crlChanges: async (query) => {
          const rows = await store.publications.crlChanges(query);
          return changed(rows, [...rows.serialNumber.keys()].slice(0, -1));
        },
      }),
    },
    says: /3 entries expected, 2 found/,
  },
  'an entry that is there twice': {
    faults: {
      restarted: true,
      store: (store) => ({
        crlRows: async (query) => {
          const rows = await store.publications.crlRows(query);
          return changed(
            rows,
            [...rows.serialNumber.keys()].flatMap((index) => [index, index]),
          );
        },
      }),
    },
    says: /does not ascend/,
  },
  'a store that is away': {
    faults: {
      store: () => ({
        publishCrls: async () => {
          throw new StoreUnavailable('the database cannot be written');
        },
      }),
    },
    says: /cannot be written/,
    kind: 'store',
  },
  'a store that cannot be read': {
    faults: {
      store: () => ({
        headSequence: async () => {
          throw new StoreUnavailable('the database cannot be read');
        },
      }),
    },
    says: /cannot be read/,
    kind: 'store',
  },
};

for (const [fault, { faults, says, kind = 'refused' }] of Object.entries(cases)) {
  test(`not published: ${fault}`, async (t) => {
    const world = await faultyWorld(t, faults);
    const { publisher, published, failures, turn, clock, served, issuing, further, revoked, store } = world;
    const before = served(publisher);
    const count = published.length;
    turn(true);
    clock.pass(delaySeconds);
    await publisher.publishDue();
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', says);
    assert.deepEqual(served(publisher).der, before.der, 'what was served stays');
    assert.deepEqual([...publisher.failures()], [[issuing.identifier, kind]]);
    assert.equal(
      (await store.publications.publishedCrls(issuing.identifier))?.number,
      Number(before.extensions.number),
    );

    // Again after one second, then two, then four.
    await publisher.publishDue();
    assert.equal(failures.length, 1, 'not at once');
    for (const wait of [1, 2, 4]) {
      clock.pass(wait - 0.001);
      await publisher.publishDue();
      const told: number = failures.length;
      clock.pass(0.001);
      await publisher.publishDue();
      assert.equal(failures.length, told + 1, `after ${wait} s`);
    }
    turn(false);
    clock.pass(60);
    await publisher.publishDue();
    assert.equal(published.length, count + 1);
    assert.equal(publisher.failures().size, 0);
    const after = served(publisher);
    assert.ok(after.extensions.number > before.extensions.number);
    assert.deepEqual(serialsOf(after), [...revoked, further].map(({ serialNumber }) => serialNumber).sort());
  });
}

test('what was brought to the store while it was checked is taken back where the check fails', async (t) => {
  const { store, signer, newPublisher } = await publishingWorld(t);
  const staged: string[] = [];
  const dropped: string[] = [];
  const published: number[] = [];
  const { publisher, failures } = await newPublisher({
    publications: publicationsWith(store, {
      stageCrls: async (publication) => {
        const parts = await store.publications.stageCrls(publication);
        staged.push(parts.attempt);
        return parts;
      },
      dropStagedCrls: async (authority, parts) => {
        dropped.push(parts.attempt);
        await store.publications.dropStagedCrls(authority, parts);
      },
      publishCrls: async (publication, ...more) => {
        published.push(publication.number);
        return await store.publications.publishCrls(publication, ...more);
      },
    }),
    signer: signerWith(signer, async (key, message) => {
      const signature = await signer.sign(key, message);
      return signature.with(-1, (signature.at(-1) ?? 0) ^ 1);
    }),
  });
  await publisher.publishDue();
  assert.equal(failures.length, 2, 'root and subordinate');
  assert.equal(staged.length, 2);
  assert.deepEqual(dropped.toSorted(), staged.toSorted());
  assert.deepEqual(published, []);
});

test('one CA that cannot publish does not keep another from it', async (t) => {
  const world = await publishingWorld(t);
  const { store, signer, root, issuing, newPublisher } = world;
  const { publisher, published, failures } = await newPublisher({
    publications: publicationsWith(store, {}),
    signer: signerWith(signer, (key, message) => {
      if (key.identifier === root.identifier) throw new Error('the key does not open');
      return signer.sign(key, message);
    }),
  });
  await publisher.publishDue();
  assert.deepEqual(failures, ['the key does not open']);
  assert.deepEqual(
    published.map(({ authority }) => authority),
    [issuing.identifier],
  );
});

test('a list with another issuer’s name, another number or another time than it was to have is found out', async (t) => {
  const { store, signer, clock, issuing, newPublisher, issue, revoke, afterDelay } = await publishingWorld(t);
  const { publisher, published } = await newPublisher();
  await publisher.publishDue();
  await revoke(await issue());
  await afterDelay(publisher);
  const previous = published.at(-1);
  assert.ok(previous);
  const authorities = new AuthorityDirectory(store, () => {});
  await authorities.load();
  const authority = authorities.byIdentifier(issuing.identifier);
  assert.ok(authority);
  clock.pass(1);
  const thisUpdate = Math.floor(clock.now() / 1000) as typeof previous.thisUpdate;
  const number = numberAfter(previous.number, thisUpdate);
  const { publications } = store;
  const services = { store, publications, signer, publicUrl };
  const refuses = async (built: Parameters<typeof checkPublication>[0], says: RegExp) =>
    await assert.rejects(checkPublication(built, authority, previous, publications), says);
  const build = (plan: Partial<Parameters<typeof buildPublication>[0]> = {}) =>
    buildPublication({ authority, previous, thisUpdate, number, ...plan }, services);

  const { certificate } = authority;
  const renamed = { ...authority, certificate: { ...certificate, subjectDer: certificate.issuerDer } };
  await refuses(await build({ authority: renamed }), /issuer-differs/);
  await refuses(await build({ number: previous.number }), /number-not-above/);
  const earlier = (previous.thisUpdate - 1) as typeof thisUpdate;
  await refuses(await build({ thisUpdate: earlier }), /this-update-earlier/);
  const good = await build();
  const [first] = good.lists;
  assert.ok(first);
  const { parameters } = first;
  const later = { ...parameters, nextUpdate: (parameters.nextUpdate + 1) as typeof thisUpdate };
  await refuses({ ...good, lists: [{ ...first, parameters: later }] }, /next-update-differs/);
  await refuses({ ...good, lists: [{ ...first, parameters: { ...parameters, number: 99n } }] }, /extensions-differ/);
  await checkPublication(good, authority, previous, publications);
});

test('whether an entry may be missing is decided by its certificate’s end: it must have been on a regular list after that', async (t) => {
  for (const [end, isRefused] of [
    [-1, false],
    [0, true],
    [1, true],
  ] as const) {
    const { store, clock, newPublisher, issue, revoke, served } = await publishingWorld(t);
    let drops = false;
    const services = {
      publications: publicationsWith(store, {
        crlRows: async (query) =>
          drops ? changed(await store.publications.crlRows(query), []) : await store.publications.crlRows(query),
        crlCount: async () => 0,
        publishedEnds: async () => undefined,
      }),
    };
    const { publisher } = await newPublisher(services);
    const certificate = await issue(unixSeconds(start + daySeconds + end));
    await revoke(certificate);
    clock.set(start + daySeconds + 100);
    await publisher.publishDue();
    assert.equal(served(publisher).entries.size, 1);
    drops = true;
    await revoke(await issue());
    // One that has only read the lists before, without ends, makes the next ones from all rows.
    const restarted = await newPublisher(services);
    clock.pass(delaySeconds);
    await restarted.publisher.publishDue();
    const { failures } = restarted;
    assert.deepEqual(
      failures.map((message) => /1 entries lost/.test(message)),
      isRefused ? [true] : [],
      `end ${end} s from the regular list’s`,
    );
  }
});

test('who loses against another publisher serves what that one published, and goes on from there', async (t) => {
  const { store, anotherStore, clock, newPublisher, served, issue, revoke } = await publishingWorld(t);
  const another = await anotherStore();
  const winner = await newPublisher({ follows: another });
  let followedTo = 0; // by the winner, who follows before this does
  await another.follow(({ sequence }) => (followedTo = sequence));
  let overtaken = false;
  const loser = await newPublisher({
    publications: publicationsWith(store, {
      publishCrls: async (publication, expected) => {
        if (overtaken) {
          overtaken = false;
          await winner.publisher.publishDue();
        }
        return await store.publications.publishCrls(publication, expected);
      },
    }),
  });
  await loser.publisher.publishDue();
  // The winner has nothing published by itself yet: it finds out by losing.
  await winner.publisher.publishDue();
  assert.deepEqual(winner.failures, []);
  const certificate = await issue();
  await revoke(certificate);
  const head = await store.publications.headSequence();
  await until(() => followedTo >= head);
  clock.pass(delaySeconds);
  overtaken = true;
  await loser.publisher.publishDue();
  const theirs = served(winner.publisher);
  assert.ok(theirs.entries.has(certificate.serialNumber));
  assert.deepEqual(served(loser.publisher).der, theirs.der);
  clock.pass(delaySeconds);
  await loser.publisher.publishDue();
  assert.ok(served(loser.publisher).extensions.number > theirs.extensions.number);
  assert.deepEqual([...winner.failures, ...loser.failures], []);
});

test('a store that published and could not say so is asked again, and no number comes twice', async (t) => {
  const { store, clock, newPublisher, served, issue, revoke } = await publishingWorld(t);
  let fails = false;
  const { publisher, failures } = await newPublisher({
    publications: publicationsWith(store, {
      publishCrls: async (publication, expected) => {
        const outcome = await store.publications.publishCrls(publication, expected);
        if (fails) throw new StoreUnavailable('the connection was lost');
        return outcome;
      },
    }),
  });
  await publisher.publishDue();
  const first = served(publisher).extensions.number;
  const certificate = await issue();
  await revoke(certificate);
  clock.pass(delaySeconds);
  fails = true;
  await publisher.publishDue();
  assert.equal(failures.length, 1);
  fails = false;
  clock.pass(60);
  await publisher.publishDue();
  const taken = served(publisher);
  assert.ok(taken.extensions.number > first);
  assert.deepEqual(serialsOf(taken), [certificate.serialNumber]);
  clock.pass(60);
  await publisher.publishDue();
  assert.ok(served(publisher).extensions.number > taken.extensions.number);
});

test('a hold that is lifted while the lists are made is off both: what leaves the complete list is taken back by the delta (RFC 5280 §5.2.4)', async (t) => {
  const { store, newPublisher, issue, revoke, release, served, afterDelay } = await publishingWorld(t);
  let meanwhile = async () => {};
  const { publisher, failures } = await newPublisher({
    publications: publicationsWith(store, {
      releasedSince: async (...query) => {
        const released = await store.publications.releasedSince(...query);
        const work = meanwhile;
        meanwhile = async () => {};
        await work();
        return released;
      },
    }),
  });
  const held = await issue();
  await revoke(held, 'certificateHold');
  await publisher.publishDue();
  const base = served(publisher);
  assert.ok(base.entries.has(held.serialNumber));
  await revoke(await issue());
  meanwhile = () => release(held);
  await afterDelay(publisher);
  const [complete, delta] = [served(publisher), served(publisher, '-delta')];
  assert.equal(delta.extensions.baseNumber, base.extensions.number);
  assert.ok(!complete.entries.has(held.serialNumber));
  assert.equal(delta.entries.get(held.serialNumber)?.reason, 'removeFromCRL');
  assert.deepEqual(failures, []);
});

test('a hold that is lifted before the changes are read, and revoked for good right after, is on both or on neither (RFC 5280 §5.2.3)', async (t) => {
  const { store, newPublisher, issue, revoke, release, served, afterDelay } = await publishingWorld(t);
  const held = await issue();
  let before = async () => {};
  let after = async () => {};
  const once = async (work: 'before' | 'after') => {
    const run = work === 'before' ? before : after;
    if (work === 'before') before = async () => {};
    else after = async () => {};
    await run();
  };
  const { publisher, failures } = await newPublisher({
    publications: publicationsWith(store, {
      crlChanges: async (query) => {
        await once('before');
        const changes = await store.publications.crlChanges(query);
        await once('after');
        return changes;
      },
    }),
  });
  await publisher.publishDue();
  const base = served(publisher).extensions.number;
  await revoke(held, 'certificateHold');
  await afterDelay(publisher);
  await revoke(await issue());
  before = () => release(held);
  after = () => revoke(held, 'keyCompromise');
  await afterDelay(publisher);
  const [complete, delta] = [served(publisher), served(publisher, '-delta')];
  assert.equal(delta.extensions.baseNumber, base);
  // The base has nothing, so that the delta alone has to say it.
  assert.deepEqual(serialsOf(delta), serialsOf(complete));
  assert.deepEqual(failures, []);
});
