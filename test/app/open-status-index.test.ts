// The status index at the start: from the table of certificates or from the file of the last stop, it says what the journal says;
// and a file that is not what was written, or not of this journal, counts for nothing.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { keepStatusCheckpoint, openStatusIndex } from '../../src/app/open-status-index.ts';
import { sha256Hex } from '../../src/base/bytes.ts';
import type { AccountId, Entry } from '../../src/base/journal-entry.ts';
import { Refused } from '../../src/base/refusal.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { isCertificateEntry } from '../../src/drivers/sql/journal-rows.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { statusCheckpointFile } from '../../src/drivers/status-checkpoint.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import { newHashSeed } from '../../src/registry/seeded-hash.ts';
import type { StandingPlace } from '../../src/registry/standing-page.ts';
import { StatusIndex } from '../../src/registry/status-index.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';
import { randomJournal } from '../registry/random-journal.ts';
import { draft, folder, issue, issueRoot, openedStore, reserve } from '../store/writing.ts';

const seed = newSeed('STATUS_INDEX_SEED');

for (const run of [0, 1, 2]) {
  test(`from the table it is what it is from the journal (STATUS_INDEX_SEED=${seed}, run ${run})`, async (t) => {
    const { store, dataDir, journal } = await written(t, seed + run, 400);
    const opened = await openStatusIndex(store, dataDir);
    assert.equal(opened.from, 'table');
    assert.equal(opened.sequence, (await store.head()).sequence);
    await assertSame(opened.statusIndex, store, journal.issued);
  });

  test(`what is written while the table is read is in it once (STATUS_INDEX_SEED=${seed}, run ${run})`, async (t) => {
    const { store, dataDir, journal, write } = await written(t, seed + run, 200);
    const head = await store.head();
    await write(100);
    // As if the head had been read before all that.
    const opened = await openStatusIndex({ ...bound(store), head: async () => head }, dataDir);
    await store.follow((entry) => {
      if (isCertificateEntry(entry)) opened.statusIndex.apply(entry);
    }, opened.sequence);
    await write(50);
    await assertSame(opened.statusIndex, store, journal.issued);
  });

  test(`from the file, and the entries since, it is what it is from the journal (STATUS_INDEX_SEED=${seed}, run ${run})`, async (t) => {
    const { store, dataDir, journal, write } = await written(t, seed + run, 300);
    await keep(store, dataDir);
    await write(run * 50);
    const opened = await openStatusIndex(store, dataDir);
    assert.equal(opened.from, 'checkpoint');
    await store.follow((entry) => {
      if (isCertificateEntry(entry)) opened.statusIndex.apply(entry);
    }, opened.sequence);
    await assertSame(opened.statusIndex, store, journal.issued);
    await write(50);
    await assertSame(opened.statusIndex, store, journal.issued);
    assert.equal(statSync(statusCheckpointFile(dataDir)).mode & 0o777, 0o600);
  });
}

test(`identifiers that were passed over in the table are (STATUS_INDEX_SEED=${seed})`, async (t) => {
  const { store, dataDir, journal } = await written(t, seed, 200);
  const database = new DatabaseSync(databaseFile(dataDir));
  database.exec('UPDATE certificates SET id = id + 1000000 WHERE id > (SELECT max(id) / 2 FROM certificates)');
  database.exec('UPDATE certificates SET id = id * 1000 WHERE id > 1000000');
  database.close();
  await assertSame((await openStatusIndex(store, dataDir)).statusIndex, store, journal.issued);
});

test('pages that are not quite full, full and overfull, of several accounts: every row of the table is in it as it stands', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const root = await issueRoot(store);
  await issue(store, await reserve(store, root));
  const database = new DatabaseSync(databaseFile(dataDir));
  t.after(() => database.close());
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('certificates')")
    .all()
    .map(({ name }) => String(name));
  const states =
    "CASE n % 7 WHEN 0 THEN 'revoked' WHEN 1 THEN 'pending' WHEN 2 THEN 'reserved' WHEN 3 THEN 'abandoned' ELSE 'issued' END";
  const made: Readonly<Record<string, string>> = {
    id: 'NULL',
    identifier: "printf('%032x', n)",
    serial: "printf('%010x', n)",
    sequence: 'n + 10',
    state: states,
    revoked_at: 'CASE n % 7 WHEN 0 THEN 1700000000 + n END',
    reason: "CASE n % 14 WHEN 0 THEN 'superseded' END",
    kind: "CASE n % 11 WHEN 0 THEN 'responder' WHEN 1 THEN 'custom' ELSE 'client' END",
  };
  /** Four of seven stand, and ten of eleven are listed; a page takes 10,000. */
  for (const [account, from, count] of [
    ['1000000000000001', 100, 9_999],
    ['1000000000000002', 20_000, 25_000],
    ['1000000000000003', 50_000, 25_000],
    ['1000000000000004', 80_000, 3],
  ] as const) {
    const values = columns.map((name) => (name === 'account' ? `'${account}'` : (made[name] ?? `"${name}"`)));
    database.exec(`
      WITH RECURSIVE numbers (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${from + count - 1})
      INSERT INTO certificates (${columns.join(', ')})
      SELECT ${values.join(', ')} FROM numbers, certificates WHERE certificates.id = 2`);
  }
  // Exactly as many as a page, in one account.
  database.exec(`DELETE FROM certificates WHERE account = '1000000000000003' AND kind <> 'responder' AND state <> 'pending' AND id > (
    SELECT id FROM certificates WHERE account = '1000000000000003' AND kind <> 'responder' AND state IN ('issued', 'revoked')
    ORDER BY id LIMIT 1 OFFSET 9999)`);
  const perAccount = database
    .prepare(
      "SELECT count(*) AS n FROM certificates WHERE kind <> 'responder' AND state IN ('issued', 'revoked') GROUP BY account",
    )
    .all();
  assert.ok(perAccount.some(({ n }) => n === 10_000) && perAccount.some(({ n }) => Number(n) > 10_000));
  const { statusIndex } = await openStatusIndex(store, dataDir);
  const rows = database.prepare("SELECT * FROM certificates WHERE state IN ('issued', 'revoked')").all();
  assert.equal(statusIndex.size, rows.length);
  for (const row of rows) {
    const serialNumber = row['serial'] as Parameters<StatusIndex['lookup']>[1];
    const reason = row['reason'] ?? undefined;
    assert.deepEqual(
      [
        statusIndex.lookupIssuedBy(root.identifier, draft.account, serialNumber),
        statusIndex.lastChangeIssuedBy(root.identifier, draft.account, serialNumber),
      ],
      [
        row['revoked_at'] === null
          ? { status: 'good' }
          : { status: 'revoked', revokedAt: row['revoked_at'], ...(reason !== undefined && { reason }) },
        row['sequence'],
      ],
    );
  }
});

test(`a file that is cut or has a bit turned counts for nothing (STATUS_INDEX_SEED=${seed})`, async (t) => {
  const { store, dataDir, journal } = await written(t, seed, 100);
  await keep(store, dataDir);
  const file = statusCheckpointFile(dataDir);
  const whole = readFileSync(file);
  const header = whole.indexOf('\n') + 1;
  const random = seededRandom(seed);
  const cuts = [0, 1, header - 1, header, header + 1, whole.length - 33, whole.length - 32, whole.length - 1];
  for (const length of cuts) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    assert.equal((await openStatusIndex(store, dataDir)).from, 'table', `cut to ${length} of ${whole.length}`);
  }
  writeFileSync(file, Buffer.concat([whole, Buffer.of(0)]));
  assert.equal((await openStatusIndex(store, dataDir)).from, 'table', 'longer');
  const places = [0, header - 2, header, whole.length - 32, whole.length - 1];
  for (let turn = 0; turn < 40; turn++) places.push(random.below(turn % 2 === 0 ? header : whole.length));
  for (const place of places) {
    const altered = Buffer.from(whole);
    altered[place] = (altered[place] ?? 0) ^ (1 << random.below(8));
    writeFileSync(file, altered);
    assert.equal((await openStatusIndex(store, dataDir)).from, 'table', `octet ${place} of ${whole.length}`);
  }
  writeFileSync(file, whole);
  const { from, statusIndex } = await openStatusIndex(store, dataDir);
  assert.equal(from, 'checkpoint');
  await assertSame(statusIndex, store, journal.issued);
});

test('a file that is sealed anew with words that no writing leaves counts for nothing', async (t) => {
  const { store, dataDir } = await written(t, seed, 100);
  await keep(store, dataDir);
  const file = statusCheckpointFile(dataDir);
  const whole = readFileSync(file);
  const end = whole.indexOf('\n') + 1;
  const header = JSON.parse(whole.toString('utf8', 0, end));
  const sealed = (text: string, rest: Buffer) => {
    const content = Buffer.concat([Buffer.from(`${text}\n`), rest]);
    writeFileSync(file, Buffer.concat([content, Buffer.from(sha256Hex(content), 'hex')]));
  };
  const rest = whole.subarray(end, whole.length - 32);
  sealed(JSON.stringify(header), rest);
  assert.equal((await openStatusIndex(store, dataDir)).from, 'checkpoint');
  for (const text of [
    'null',
    '[]',
    JSON.stringify({ ...header, format: 'certitude status index 0 LE' }),
    JSON.stringify({ ...header, certificates: header.certificates + 1 }),
    JSON.stringify({ ...header, lengths: header.lengths.slice(1) }),
    JSON.stringify({ ...header, lengths: header.lengths.map(() => 2 ** 50) }),
    JSON.stringify({ ...header, lengths: header.lengths.map(() => -4) }),
    JSON.stringify({ ...header, seed: null }),
  ]) {
    sealed(text, rest);
    assert.equal((await openStatusIndex(store, dataDir)).from, 'table', text);
  }
  sealed(JSON.stringify(header), Buffer.alloc(rest.length, 0xff));
  assert.equal((await openStatusIndex(store, dataDir)).from, 'table');
});

test('a file of another store, or of a later time than a restored one, counts for nothing', async (t) => {
  const one = await written(t, seed, 100);
  const another = await written(t, seed + 1, 100);
  await keep(another.store, another.dataDir);
  copyFileSync(statusCheckpointFile(another.dataDir), statusCheckpointFile(one.dataDir));
  assert.equal((await openStatusIndex(one.store, one.dataDir)).from, 'table');

  await keep(one.store, one.dataDir);
  const head = await one.store.head();
  const before = { ...bound(one.store), head: async () => ({ ...head, sequence: head.sequence - 1 }) };
  assert.equal((await openStatusIndex(before, one.dataDir)).from, 'table');
  const without = { ...bound(one.store), hashAt: async () => undefined };
  assert.equal((await openStatusIndex(without, one.dataDir)).from, 'table');
  const otherwise = { ...bound(one.store), hashAt: async () => randomBytes(32) };
  assert.equal((await openStatusIndex(otherwise, one.dataDir)).from, 'table');
  assert.equal((await openStatusIndex(one.store, one.dataDir)).from, 'checkpoint');
});

test('a file so far behind that the table is read sooner is passed over', async (t) => {
  const { store, dataDir } = await written(t, seed, 100);
  await keep(store, dataDir);
  const head = await store.head();
  for (const [behind, from] of [
    [9999, 'checkpoint'],
    [10_000, 'checkpoint'],
    [10_001, 'table'],
  ] as const) {
    const later = { ...bound(store), head: async () => ({ ...head, sequence: head.sequence + behind }) };
    assert.equal((await openStatusIndex(later, dataDir)).from, from);
  }
});

test('an empty store has an empty index, and leaves no file', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const { statusIndex, sequence } = await openStatusIndex(store, dataDir);
  assert.equal(statusIndex.size, 0);
  await keepStatusCheckpoint({ store, dataDir, statusIndex, sequence });
  assert.ok(!existsSync(statusCheckpointFile(dataDir)));
});

async function keep(store: SqliteStore, dataDir: string): Promise<void> {
  const { statusIndex, sequence } = await openStatusIndex(store, dataDir);
  await keepStatusCheckpoint({ store, dataDir, statusIndex, sequence });
}

function bound(store: SqliteStore) {
  return {
    head: () => store.head(),
    hashAt: (sequence: number) => store.hashAt(sequence),
    standingPage: (place: StandingPlace) => store.standingPage(place),
  };
}

/** A store with a random journal in it, and a way to go on. */
async function written(t: TestContext, withSeed: number, events: number) {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const journal = randomJournal(seededRandom(withSeed));
  const write = async (count: number) => {
    for (let at = 0; at < count; at++) {
      // What the store refuses (to issue below a revoked CA, say) is not in its journal, nor what would have come of it.
      await carryOut(store, journal.next()).catch((error) => {
        if (!(error instanceof Refused)) throw error;
      });
    }
  };
  await write(events);
  // One that was never issued is not to be in it.
  await reserve(store, await issueRoot(store));
  return { store, dataDir, journal, write };
}

const emptySha256 = sha256Hex(new Uint8Array());

/** As the domain would: what is issued was reserved. */
async function carryOut(store: SqliteStore, { account, event }: Entry<CertificateEvent>): Promise<void> {
  if (event.kind !== 'certificate-issued') {
    await store.append({ ...draft, account, event });
    return;
  }
  const { identifier, issuer, serialNumber, certificateKind } = event;
  const subject = { identifier, issuer, serialNumber };
  await store.append({
    ...draft,
    account,
    event: {
      kind: 'certificate-reserved',
      ...subject,
      certificateKind,
      keyAlgorithm: 'ECC_256',
      subject: 'CN=x',
      notBefore: unixSeconds(0),
      notAfter: unixSeconds(1),
      labels: {},
      ...(certificateKind !== 'client' && { terms: {} }),
    },
  });
  const der = new Uint8Array();
  await store.append({ ...draft, account, event: { ...event, sha256: emptySha256 } }, { der });
}

async function assertSame(
  index: StatusIndex,
  store: SqliteStore,
  issued: readonly { readonly account: AccountId; readonly issuer: string; readonly serialNumber: string }[],
): Promise<void> {
  const fed = new StatusIndex(newHashSeed(randomBytes));
  await store.follow((entry) => {
    if (isCertificateEntry(entry)) fed.apply(entry);
  });
  assert.equal(index.size, fed.size);
  assert.ok(fed.size > 10, `${fed.size} certificates`);
  for (const each of issued) {
    const { account, issuer, serialNumber } = each as Parameters<typeof describe>[1];
    assert.deepEqual(
      describe(index, { account, issuer, serialNumber }),
      describe(fed, { account, issuer, serialNumber }),
    );
  }
}

function describe(
  index: StatusIndex,
  {
    account,
    issuer,
    serialNumber,
  }: {
    readonly account: AccountId;
    readonly issuer: Parameters<StatusIndex['lookupIssuedBy']>[0];
    readonly serialNumber: Parameters<StatusIndex['lookup']>[1];
  },
) {
  return {
    status: index.lookup(account, serialNumber),
    issued: index.lookupIssuedBy(issuer, account, serialNumber),
    since: index.lastChangeIssuedBy(issuer, account, serialNumber),
  };
}
