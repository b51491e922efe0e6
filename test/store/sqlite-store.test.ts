// The contracts of registry/store.ts and access/principals.ts, on the embedded store.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { AccessEvent } from '../../src/access/events.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { Refused } from '../../src/base/refusal.ts';
import { SealBroken } from '../../src/base/sealing.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { openMasterKey } from '../../src/drivers/master-key.ts';
import { Sealer } from '../../src/drivers/sealer.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { StoreProblem } from '../../src/drivers/store-problem.ts';
import type { Identifier } from '../../src/registry/model.ts';
import { until } from '../until.ts';
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
  serial,
} from './writing.ts';

test('a certificate goes reserved, issued, revoked, deleted, and no other way', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const subject = await reserve(store, root);
  const event = { ...subject, kind: 'certificate-revoked', revokedAt: unixSeconds(1_800_000_000) } as const;
  await refused(append(store, event), 'certificate-not-found');
  assert.equal(
    await store.certificate(account, subject.identifier),
    undefined,
    'a reserved one is nobody’s certificate',
  );
  await issue(store, subject);
  await refused(append(store, { ...subject, kind: 'certificate-deleted' }), 'not-revoked');
  await append(store, event);
  await refused(append(store, event), 'already-revoked');
  const record = await store.certificate(account, subject.identifier);
  assert.deepEqual([record?.state, record?.revokedAt], ['revoked', 1_800_000_000]);
  await append(store, { ...subject, kind: 'certificate-deleted' });
  assert.equal(await store.certificate(account, subject.identifier), undefined);
  assert.equal(await store.sealedKey(subject.identifier), undefined, 'the private key is erased');
  assert.equal(
    (await store.certificatesForStatus(account, [subject.identifier]))[0]?.serialNumber,
    subject.serialNumber,
  );
});

test('a serial number is taken once an issuer, also when two take it at the same moment', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => reserve(store, root, { serial: 'abcd' })));
  assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const attempt of attempts) {
    if (attempt.status === 'rejected') assert.equal((attempt.reason as Refused).refusal.kind, 'serial-number-taken');
  }
  await reserve(store, await issueRoot(store), { serial: 'abcd' });
});

test('who bears a serial number is found below every issuer, oldest first, however many are asked for', async (t) => {
  const store = await openedStore(t);
  const roots = [await issueRoot(store), await issueRoot(store), await issueRoot(store)];
  const shared = await Promise.all(roots.map((root) => reserve(store, root, { serial: 'abcd' })));
  const other = '1000000000000002' as AccountId;
  const [first, , last] = shared;
  const [root] = roots;
  assert.ok(first && last && root);
  await issue(store, last);
  await issue(store, first);
  await reserve(store, root, { serial: 'bcde', pending: true });
  const { serialNumber } = first;
  const found = async (...serialNumbers: Subject['serialNumber'][]) =>
    (await store.certificatesBySerialNumber(account, serialNumbers)).map(({ identifier }) => identifier);
  assert.deepEqual(await found(), []);
  assert.deepEqual(await found(serialNumber), [first.identifier, last.identifier], 'not what is only reserved');
  assert.deepEqual(await found(root.serialNumber), [root.identifier], 'a root is below itself');
  assert.deepEqual(await found(serial('bcde')), [], 'not what is pending');
  const unknown = Array.from({ length: 250 }, (_, index) => serial((0x1000 + index).toString(16)));
  assert.deepEqual(await found(serialNumber, ...unknown, root.serialNumber), [
    root.identifier,
    first.identifier,
    last.identifier,
  ]);
  const bearers = (await store.bearersOf(account, serialNumber, 10)).map(({ identifier, state }) => [
    identifier,
    state,
  ]);
  assert.deepEqual(
    bearers,
    shared.map(({ identifier }, index) => [identifier, index === 1 ? 'reserved' : 'issued']),
  );
  assert.deepEqual(await store.certificatesBySerialNumber(other, [serialNumber]), []);
  assert.deepEqual(await store.bearersOf(other, serialNumber, 10), []);
});

test('a root that was only reserved bears its serial number too, though nothing is below it', async (t) => {
  const store = await openedStore(t);
  await issueRoot(store);
  const identifier = 'a'.repeat(32) as Identifier;
  const serialNumber = serial('abcd');
  // A crash before the next entry leaves it so.
  await append(store, {
    ...{ kind: 'certificate-reserved', certificateKind: 'root', identifier, issuer: identifier, serialNumber },
    ...{ keyAlgorithm: 'ECC_256', subject: 'CN=x', notBefore: unixSeconds(0), notAfter: unixSeconds(1) },
    ...{ terms: {}, labels: {} },
  });
  const bearers = await store.bearersOf(account, serialNumber, 10);
  assert.deepEqual(
    bearers.map((each) => [each.identifier, each.state]),
    [[identifier, 'reserved']],
  );
  assert.deepEqual(await store.certificatesBySerialNumber(account, [serialNumber]), []);
  assert.deepEqual(await store.bearersOf('1000000000000002' as AccountId, serialNumber, 10), []);
});

test('a custom identifier is one issued certificate’s until that is deleted; a reservation does not hold it', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const first = await reserve(store, root, { customIdentifier: 'mine' });
  const second = await reserve(store, root, { customIdentifier: 'mine' });
  await issue(store, first);
  await refused(issue(store, second), 'custom-identifier-taken');
  await refused(reserve(store, root, { customIdentifier: 'mine' }), 'custom-identifier-taken');
  await append(store, { ...first, kind: 'certificate-revoked', revokedAt: unixSeconds(1) });
  await refused(reserve(store, root, { customIdentifier: 'mine' }), 'custom-identifier-taken');
  await append(store, { ...first, kind: 'certificate-deleted' });
  await reserve(store, root, { customIdentifier: 'mine' });
});

test('nothing is reserved or issued below an authority that is revoked or that there is not', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const late = await reserve(store, root);
  await append(store, { ...root, kind: 'certificate-revoked', revokedAt: unixSeconds(1) });
  await refused(reserve(store, root), 'authority-revoked');
  await refused(issue(store, late), 'authority-revoked');
  await refused(reserve(store, { ...root, identifier: '00' as Identifier }), 'authority-not-found');
});

test('followers see each entry once, in order, before the append is answered', async (t) => {
  const store = await openedStore(t);
  const seen: number[] = [];
  await store.follow(({ sequence }) => seen.push(sequence));
  const root = await issueRoot(store);
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const subject = await reserve(store, root);
      const { sequence } = await issue(store, subject);
      assert.ok(seen.includes(sequence));
    }),
  );
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(seen).size, 51);
});

test('two stores on one folder append to one chain and see each other’s entries', async (t) => {
  const dataDir = folder(t);
  const [one, other] = [await openedStore(t, dataDir), await openedStore(t, dataDir, 'existing')];
  const seen: number[] = [];
  await other.follow(({ sequence }) => seen.push(sequence));
  const root = await issueRoot(one);
  const work = [one, other].map(async (store) => {
    for (let index = 0; index < 20; index++) await issue(store, await reserve(store, root));
  });
  await Promise.all(work);
  await until(() => seen.length >= 41);
  assert.equal(seen.length, 41);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  const report = await other.verifyJournal();
  assert.deepEqual([report.entries, report.broken, report.differences], [82, undefined, []]);
});

test('journal entries are numbered from 1 without a gap, though some appends are refused', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => reserve(store, root, { serial: index % 2 ? 'aa' : undefined })),
  );
  const entries = await store.journalEntries({ after: 0, limit: 1000 });
  assert.deepEqual(
    entries.map(({ sequence }) => sequence),
    entries.map((_, index) => index + 1),
  );
  assert.equal(entries.length, 2 + 20 + 1);
});

test('lists are newest first, paged, and hold one account’s certificates only', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const made: Identifier[] = [];
  for (let index = 0; index < 5; index++) {
    const subject = await reserve(store, root);
    await issue(store, subject);
    made.unshift(subject.identifier);
  }
  const first = await store.listEndEntities({ account, start: { offset: 0 }, limit: 3 });
  const second = await store.listEndEntities({ account, start: { offset: 3 }, limit: 3 });
  assert.deepEqual([first.total, second.total], [5, 5]);
  assert.deepEqual(
    [...first.page, ...second.page].map(({ identifier }) => identifier),
    made,
  );
  assert.equal((await store.listEndEntities({ account: '2' as AccountId, start: { offset: 0 }, limit: 3 })).total, 0);
});

test('users, keys and policies keep their rules', async (t) => {
  const store = await openedStore(t);
  const access = (event: AccessEvent) =>
    store.appendAccess({ ...draft, event }, event.kind === 'access-key-created' ? randomBytes(40) : undefined);
  await access({ kind: 'account-created', name: 'main' });
  await access({ kind: 'user-created', user: 'u', userId: '1' });
  await refused(access({ kind: 'user-created', user: 'u', userId: '2' }), 'already-exists');
  for (const accessKeyId of ['k1', 'k2']) await access({ kind: 'access-key-created', accessKeyId, user: 'u' });
  await refused(access({ kind: 'access-key-created', accessKeyId: 'k3', user: 'u' }), 'limit-reached');
  await refused(access({ kind: 'access-key-created', accessKeyId: 'k1' }), 'already-exists');
  await refused(access({ kind: 'user-deleted', user: 'u' }), 'still-in-use');
  await refused(access({ kind: 'policy-attached', policy: 'p', user: 'u' }), 'does-not-exist');
  await access({ kind: 'policy-written', policy: 'p', document: '{}' });
  await access({ kind: 'policy-attached', policy: 'p', user: 'u' });
  await access({ kind: 'policy-attached', policy: 'AliyunYundunCertFullAccess', user: 'u' });
  await refused(access({ kind: 'policy-deleted', policy: 'p' }), 'still-in-use');
  await refused(access({ kind: 'access-key-deleted', accessKeyId: 'nobody' }), 'does-not-exist');
});

test('reading a broken journal alters nothing and does not make it whole: it stays refused at the next start', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  await reserve(store, await issueRoot(store));
  await store.close();
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  // As after a crash, which leaves no checkpoint at the end.
  database.exec("DELETE FROM checkpoints; UPDATE journal SET source_address = '127.0.0.2' WHERE sequence = 2");
  database.exec("INSERT INTO recounts VALUES (1, '1', 0, 0, 'client', 'issued', 'x', '', 7)");
  database.close();
  const found = readFileSync(join(dataDir, 'certitude.db'));
  const options = { dataDir, mode: 'existing', verify: 'since-checkpoint' } as const;
  const isBroken = { name: 'StoreProblem', kind: 'broken-chain', sequence: 2 };
  await assert.rejects(SqliteStore.open(options), isBroken);
  const tool = await SqliteStore.open({ ...options, verify: 'none' });
  assert.deepEqual((await tool.verifyJournal()).broken, { sequence: 2, problem: 'altered' });
  await tool.close();
  assert.ok(readFileSync(join(dataDir, 'certitude.db')).equals(found), 'it is evidence');
  await assert.rejects(SqliteStore.open(options), isBroken);
});

test('entries missing before the last checkpoint are noticed at the start, wherever they were', async (t) => {
  for (const { taken, sequence } of [
    { taken: 'sequence = 1', sequence: 2 },
    { taken: 'sequence = 2', sequence: 3 },
    { taken: 'sequence < 4', sequence: 4 },
    { taken: 'sequence IN (2, 4)', sequence: 3 },
  ]) {
    const dataDir = folder(t);
    const store = await openedStore(t, dataDir);
    const root = await issueRoot(store);
    for (let index = 0; index < 4; index++) await reserve(store, root);
    await store.close();
    const database = new DatabaseSync(join(dataDir, 'certitude.db'));
    database.exec(`DELETE FROM journal WHERE ${taken}`);
    database.close();
    await assert.rejects(
      SqliteStore.open({ dataDir, mode: 'existing', verify: 'since-checkpoint' }),
      { name: 'StoreProblem', kind: 'broken-chain', sequence },
      taken,
    );
  }
});

test('an entry before the first is no journal of ours', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  await reserve(store, await issueRoot(store));
  await store.close();
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  // As many as there were.
  database.exec('UPDATE journal SET sequence = 0 WHERE sequence = 1');
  database.close();
  await assert.rejects(SqliteStore.open({ dataDir, mode: 'existing', verify: 'since-checkpoint' }), {
    kind: 'broken-chain',
  });
});

test('a store without one of its tables is damaged, whichever it is', async (t) => {
  const source = folder(t);
  await (await openedStore(t, source)).close();
  const names = new DatabaseSync(join(source, 'certitude.db'), { readOnly: true });
  const tables = names
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'kysely_%'",
    )
    .all()
    .map(({ name }) => String(name));
  names.close();
  assert.ok(tables.includes('journal') && tables.length > 10);
  for (const table of tables) {
    const dataDir = folder(t);
    mkdirSync(dataDir);
    copyFileSync(join(source, 'certitude.db'), join(dataDir, 'certitude.db'));
    const database = new DatabaseSync(join(dataDir, 'certitude.db'));
    database.exec(`DROP TABLE "${table}"`);
    database.close();
    await assert.rejects(SqliteStore.open({ dataDir, mode: 'existing', verify: 'since-checkpoint' }), (error) => {
      assert.ok(error instanceof StoreProblem, String(error));
      assert.equal(error.kind, 'damaged');
      assert.ok(error.message.includes(table), error.message);
      return true;
    });
  }
});

test('a table that is dropped while the store is open damages it: nothing more is written', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const root = await issueRoot(store);
  let fatal: Error | undefined;
  store.onFatal((error) => {
    fatal = error;
  });
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  database.exec('DROP TABLE certificates');
  database.close();
  await assert.rejects(reserve(store, root), { name: 'StoreProblem', kind: 'damaged' });
  assert.equal((fatal as StoreProblem | undefined)?.kind, 'damaged');
  await assert.rejects(reserve(store, root), { name: 'UnknownOutcome' });
});

test('a tag that was altered, added or taken away differs from the journal', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const root = await issueRoot(store);
  const [tagged, bare] = [
    await reserve(store, root, { tags: [{ key: 'team', value: 'a' }] }),
    await reserve(store, root),
  ];
  const differing = async () => (await store.verifyJournal()).differences;
  assert.deepEqual(await differing(), []);
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  t.after(() => database.close());
  database.exec("UPDATE tags SET value = 'b'");
  assert.deepEqual(await differing(), [{ identifier: tagged.identifier, sequence: 3, column: 'tags' }]);
  database.exec('DELETE FROM tags');
  assert.deepEqual(await differing(), [{ identifier: tagged.identifier, sequence: 3, column: 'tags' }]);
  database.exec(
    `INSERT INTO tags VALUES ('${tagged.identifier}', 0, 'team', 'a'), ('${bare.identifier}', 0, 'x', 'y')`,
  );
  assert.deepEqual(await differing(), [{ identifier: bare.identifier, sequence: 4, column: 'tags' }]);
});

test('the database is in WAL mode', async (t) => {
  const dataDir = folder(t);
  await openedStore(t, dataDir);
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
  assert.equal(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
  database.close();
});

test('a sealed secret opens for its own identity only, and not when a bit of it was changed', () => {
  const sealer = new Sealer(new Uint8Array(randomBytes(32)), randomBytes);
  const plain = new TextEncoder().encode('secret');
  const sealed = sealer.seal('a', plain);
  assert.deepEqual(Buffer.from(sealer.open('a', sealed)), Buffer.from(plain));
  assert.throws(() => sealer.open('b', sealed), SealBroken);
  for (let at = 0; at < sealed.length; at++) {
    const altered = Uint8Array.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    assert.throws(() => sealer.open('a', altered), SealBroken);
  }
  assert.throws(() => new Sealer(new Uint8Array(randomBytes(32)), randomBytes).open('a', sealed), SealBroken);
});

test('a derived sealer has a key of its own, the same each time, so that what it seals uses up none of the master key', () => {
  const key = randomBytes(32);
  const master = new Sealer(Uint8Array.from(key), randomBytes);
  const sealed = master.derive('diagnostics').seal('a', Uint8Array.of(1));
  assert.throws(() => master.open('a', sealed), SealBroken);
  assert.throws(() => master.derive('other').open('a', sealed), SealBroken);
  assert.deepEqual([...new Sealer(key, randomBytes).derive('diagnostics').open('a', sealed)], [1]);
});

test('with a passphrase there is no key file, a wrong one is refused, and nothing secret lies in the folder', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const open = (passphrase: string | undefined) =>
    openMasterKey({ dataDir, settings: store, random: randomBytes, ...(passphrase !== undefined && { passphrase }) });
  const sealer = await open('correct horse');
  const sealed = sealer.seal('access-key:k', new TextEncoder().encode('theAccessKeySecret'));
  await store.appendAccess({ ...draft, event: { kind: 'account-created', name: 'main' } });
  await store.appendAccess({ ...draft, event: { kind: 'access-key-created', accessKeyId: 'k' } }, sealed);
  await assert.rejects(open('wrong horse'), { name: 'MasterKeyProblem', kind: 'wrong-key' });
  await assert.rejects(open(undefined), { name: 'MasterKeyProblem', kind: 'wrong-mode' });
  await open('correct horse');
  const files = readdirSync(dataDir);
  assert.ok(!files.includes('master.key'));
  for (const name of files) {
    const content = readFileSync(join(dataDir, name), 'latin1');
    for (const secret of ['theAccessKeySecret', 'correct horse']) assert.ok(!content.includes(secret), name);
  }
});
