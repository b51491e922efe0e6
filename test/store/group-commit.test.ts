// Many who write at once share commits: each is refused or accepted by itself, and what belongs together stays together.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { sha256Hex } from '../../src/base/bytes.ts';
import { Refused } from '../../src/base/refusal.ts';
import { unixSeconds } from '../../src/base/time.ts';
import type { StoredEntry } from '../../src/drivers/sql/journal-rows.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { generateSerialNumber, type SerialNumber } from '../../src/pki/serial-number.ts';
import type { Identifier } from '../../src/registry/model.ts';
import {
  account,
  append,
  draft,
  folder,
  issue,
  issueRoot,
  openedStore,
  refused,
  reserve,
  type Subject,
} from './writing.ts';

const der = new Uint8Array(600);
const reservation = {
  certificateKind: 'client',
  keyAlgorithm: 'ECC_256',
  subject: 'CN=x',
  notBefore: unixSeconds(0),
  notAfter: unixSeconds(1),
  labels: { resourceGroupId: 'rg' },
} as const;

test('of many that revoke at once each is answered when another connection can read its own, and only those fail that are refused', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const root = await issueRoot(store);
  const certificates = await Promise.all(Array.from({ length: 100 }, () => issueAtOnce(store, root)));
  const reader = new DatabaseSync(databaseFile(dataDir), { readOnly: true });
  t.after(() => reader.close());
  const stateOf = reader.prepare('SELECT state FROM certificates WHERE identifier = ?');
  const followed = new Set<string>();
  await store.follow((entry) => {
    if (entry.event.kind === 'certificate-revoked') followed.add(entry.event.identifier);
  });
  // Each twice, and among them some that there are not.
  const attempts = [...certificates, ...certificates, ...Array.from({ length: 10 }, () => subjectOf(root))];
  const outcomes = await Promise.all(
    attempts.map(async ({ identifier }) => {
      try {
        await revoke(store, identifier);
      } catch (error) {
        assert.ok(error instanceof Refused);
        return error.refusal.kind;
      }
      assert.equal(stateOf.get(identifier)?.['state'], 'revoked');
      assert.ok(followed.has(identifier));
      return 'revoked';
    }),
  );
  const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  assert.deepEqual([count('revoked'), count('already-revoked'), count('certificate-not-found')], [100, 100, 10]);
  await assertSound(store);
});

test('a certificate and its reservation that are written together are there together, or neither', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const before = await store.head();
  const taken = await reserve(store, root);
  const same = { ...subjectOf(root), serialNumber: taken.serialNumber };
  const unlike = subjectOf(root);
  const [good, refusedOne, failed] = await Promise.allSettled([
    issueAtOnce(store, root),
    issueAtOnce(store, root, same),
    // A certificate that is not the one its event names.
    issueAtOnce(store, root, unlike, 'f'.repeat(64)),
  ]);
  assert.equal(good.status, 'fulfilled');
  assert.ok(refusedOne.status === 'rejected' && (refusedOne.reason as Refused).refusal.kind === 'serial-number-taken');
  assert.ok(failed.status === 'rejected' && failed.reason instanceof TypeError);
  assert.equal(await store.reservation(account, unlike.identifier), undefined);
  // The reservation, and the two entries of the one that is good.
  assert.equal((await store.head()).sequence, before.sequence + 3);
  await assertSound(store);
});

test('one that fails when it has written something takes nothing of those it shares a commit with: first, between, last', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const revoked = await issueAtOnce(store, root);
  for (const failing of [[0], [3], [7], [0, 3, 7], [0, 1, 2, 3, 4, 5, 6, 7]]) {
    const before = (await store.head()).sequence;
    const followed: number[] = [];
    const stop = await store.follow(({ sequence }) => followed.push(sequence), before);
    // As many as go in one message, and so in one commit. The sixth is refused with nothing written.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        failing.includes(index)
          ? issueAndRelease(store, root)
          : index === 5
            ? revoke(store, root.identifier)
            : issueAtOnce(store, root),
      ),
    );
    const good = outcomes.flatMap((each, index) => (each.status === 'fulfilled' ? [index] : []));
    assert.deepEqual(
      good,
      [0, 1, 2, 3, 4, 6, 7].filter((index) => !failing.includes(index)),
    );
    assert.equal((await store.head()).sequence, before + 2 * good.length);
    assert.deepEqual(
      followed,
      good.map((_, index) => before + 2 * (index + 1)),
    );
    stop();
  }
  await revoke(store, revoked.identifier);
  await assertSound(store);
});

test('what is told of a change is what the journal holds of it, here and beside, whatever shares its commit', async (t) => {
  const dataDir = folder(t);
  const stores = [await openedStore(t, dataDir), await openedStore(t, dataDir, 'existing')] as const;
  const told = stores.map((): StoredEntry[] => []);
  for (const [index, store] of stores.entries()) await store.follow((entry) => told[index]?.push(entry));
  const [store, beside] = stores;
  await store.appendAccess({ ...draft, event: { kind: 'account-created', name: 'main' } });
  const root = await issueRoot(store);
  const certificates = await Promise.all(Array.from({ length: 4 }, () => issueAtOnce(store, root)));
  const about = ({ identifier }: Subject) =>
    ({ kind: 'certificate-revoked', identifier, revokedAt: unixSeconds(1), reason: 'certificateHold' }) as const;
  const answers = await Promise.all([
    store.appendAbout({ ...draft, event: about(certificates[0] ?? root) }),
    // The number of the version is given in the transaction.
    store.appendAccess({ ...draft, event: { kind: 'policy-written', policy: 'p', document: '{}' } }),
    issueAtOnce(store, root),
    store.appendAbout({ ...draft, event: about(root) }).catch(() => undefined),
    beside.appendAbout({ ...draft, event: about(certificates[1] ?? root) }),
    append(store, { kind: 'certificate-revoked', ...(certificates[2] ?? root), revokedAt: unixSeconds(2) }),
    reserve(store, root),
    store.appendAccess({ ...draft, event: { kind: 'policy-written', policy: 'q', document: '{}' } }),
  ]);
  await store.appendAbout({
    ...draft,
    event: { kind: 'certificate-released', identifier: certificates[0]?.identifier ?? '' },
  });
  const journal = await store.journalEntries({ after: 0, limit: 1000 });
  const last = journal.at(-1)?.sequence;
  while (told.some((entries) => entries.at(-1)?.sequence !== last))
    await new Promise((resolve) => setImmediate(resolve));
  const wanted = journal.filter(({ event }) => event.kind !== 'certificate-reserved');
  for (const entries of told) assert.deepEqual(entries, wanted);
  for (const answer of answers) {
    if (answer && 'sequence' in answer) assert.deepEqual(answer, journal[answer.sequence - 1]);
  }
});

test('of many issued at once no more come through than the quota has room for', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  await append(store, { kind: 'certificate-quota-assigned', ...root, total: 7 });
  const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => issueAtOnce(store, root)));
  const kinds = outcomes.map((each) =>
    each.status === 'fulfilled' ? 'issued' : (each.reason as Refused).refusal.kind,
  );
  assert.equal(kinds.filter((kind) => kind === 'issued').length, 7);
  assert.equal(kinds.filter((kind) => kind === 'quota-exhausted').length, 23);
  await assertSound(store);
});

test('whoever issues at once below an authority that is revoked in the same moment is before that, or refused', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const event = { ...root, kind: 'certificate-revoked', revokedAt: unixSeconds(1_800_000_000) } as const;
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 10 }, () => issueAtOnce(store, root)),
    append(store, event),
    ...Array.from({ length: 10 }, () => issueAtOnce(store, root)),
  ]);
  const kinds = outcomes.map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as Refused).refusal.kind));
  assert.deepEqual(kinds, [...Array(11).fill('done'), ...Array(10).fill('authority-revoked')]);
});

test('by its identifier alone no authority is revoked, nor another account’s certificate, nor one whose name is anything', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const { identifier } = await issueAtOnce(store, root);
  for (const wanted of [root.identifier, '', '\0', '\ud800', "' OR 1=1 --", identifier.toUpperCase()]) {
    await refused(revoke(store, wanted), 'certificate-not-found');
  }
  const other = { ...draft, account: '1000000000000002' as typeof account };
  await refused(
    store.appendAbout({ ...other, event: { kind: 'certificate-released', identifier } }),
    'certificate-not-found',
  );
  await refused(store.appendAbout({ ...draft, event: { kind: 'certificate-released', identifier } }), 'not-on-hold');
  const reserved = await reserve(store, root);
  await refused(revoke(store, reserved.identifier), 'certificate-not-found');
  const pending = await reserve(store, root, { pending: true });
  await refused(revoke(store, pending.identifier), 'not-issued-yet');
  await issue(store, reserved);
  await revoke(store, reserved.identifier);
  await assertSound(store);
});

/** Is refused when the certificate is written. */
function issueAndRelease(store: SqliteStore, issuer: Subject): Promise<void> {
  const subject = subjectOf(issuer);
  return store.appendAll(
    [
      { ...draft, event: { kind: 'certificate-reserved', ...subject, ...reservation } },
      {
        ...draft,
        event: { kind: 'certificate-issued', ...subject, certificateKind: 'client', sha256: sha256Hex(der) },
      },
      { ...draft, event: { kind: 'certificate-released', ...subject } },
    ],
    { der },
  );
}

function revoke(store: SqliteStore, identifier: string) {
  const event = { kind: 'certificate-revoked', identifier, revokedAt: unixSeconds(1_800_000_000) } as const;
  return store.appendAbout({ ...draft, event });
}

function subjectOf(issuer: Subject): Subject & { readonly serialNumber: SerialNumber } {
  return {
    identifier: randomBytes(16).toString('hex') as Identifier,
    issuer: issuer.identifier,
    serialNumber: generateSerialNumber(randomBytes),
  };
}

async function issueAtOnce(
  store: SqliteStore,
  issuer: Subject,
  subject = subjectOf(issuer),
  sha256 = sha256Hex(der),
): Promise<Subject> {
  await store.appendAll(
    [
      {
        ...draft,
        event: { kind: 'certificate-reserved', ...subject, ...reservation },
      },
      { ...draft, event: { kind: 'certificate-issued', ...subject, certificateKind: 'client', sha256 } },
    ],
    { der, sealedKey: randomBytes(64) },
  );
  return subject;
}

async function assertSound(store: SqliteStore): Promise<void> {
  const { broken, differences } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
}
