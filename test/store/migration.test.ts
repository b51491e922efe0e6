// A store of the first release, opened by this one: it answers as it did, knows what it has to know now, and is whole
// wherever the change of its schema was cut short. schema-0001.sql and .json were written by the first release's own code.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { isCertificateEntry } from '../../src/drivers/sql/journal-rows.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import type { CertificateRecord, EndEntityKind } from '../../src/registry/model.ts';
import { newHashSeed } from '../../src/registry/seeded-hash.ts';
import { StatusIndex } from '../../src/registry/status-index.ts';
import { account, append, folder, issue, openedStore, refused, reserve } from './writing.ts';

interface OldAnswers {
  readonly lists: readonly {
    readonly query: {
      readonly account: AccountId;
      readonly identifier?: string;
      readonly kind?: EndEntityKind;
      readonly resourceGroupId?: string;
      readonly offset: number;
      readonly limit: number;
    };
    readonly answer: { readonly total: number; readonly page: readonly string[] };
  }[];
  readonly certificates: readonly Described[];
  readonly authorities: readonly Described[];
  readonly status: readonly { readonly account: AccountId; readonly answer: readonly unknown[] }[];
  readonly statuses: readonly {
    readonly account: AccountId;
    readonly serialNumber: SerialNumber;
    readonly answer: Record<string, unknown>;
  }[];
}

interface Described {
  readonly account: AccountId;
  readonly identifier: string;
  readonly answer: Record<string, unknown> | null;
}

const sql = readFileSync(new URL('schema-0001.sql', import.meta.url), 'utf8');
const answers: OldAnswers = JSON.parse(readFileSync(new URL('schema-0001.json', import.meta.url), 'utf8'));

test('a store of the first release answers as it did', async (t) => {
  await assertAsBefore(await openedStore(t, oldStore(t), 'existing'));
});

test('what the first release did not write down is there: changes, subjects, ends, keys, numbers issued', async (t) => {
  const dataDir = oldStore(t);
  const store = await openedStore(t, dataDir, 'existing');
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
  t.after(() => database.close());
  const entries = (await store.journalEntries({ after: 0, limit: 1000 })).filter(isCertificateEntry);
  const rows = database.prepare('SELECT * FROM certificates ORDER BY id').all();
  assert.ok(rows.length >= 20);
  for (const row of rows) {
    const own = entries.filter(({ event }) => event.identifier === row['identifier']);
    const [reserved] = own;
    assert.ok(reserved?.event.kind === 'certificate-reserved');
    const { subject, notBefore, notAfter } = reserved.event;
    const issued = entries.filter(
      ({ event }) =>
        event.kind === 'certificate-issued' && event.issuer === row['identifier'] && event.identifier !== event.issuer,
    );
    const { count } = database
      .prepare("SELECT count(*) AS count FROM sealed WHERE identity = 'private-key:' || ?")
      .get(String(row['identifier'])) as { count: number };
    assert.deepEqual(
      [row['subject'], row['not_before'], row['not_after'], row['labels_sequence'], row['changed_at'], row['has_key']],
      [subject, notBefore, notAfter, reserved.sequence, own.at(-1)?.at, count],
    );
    assert.deepEqual(
      [row['issued_count'], row['quota'], row['uploaded_at'], row['tbs']],
      [issued.length, null, null, null],
    );
  }
  const { differences, broken } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
});

test('a store that was migrated has the schema and the indexes of a new one', async (t) => {
  const [migrated, made] = [oldStore(t), folder(t)];
  for (const [dataDir, mode] of [
    [migrated, 'existing'],
    [made, 'create'],
  ] as const) {
    const store = await SqliteStore.open({ dataDir, mode, verify: 'since-checkpoint' });
    await store.close();
  }
  const [schema, expected] = [migrated, made].map(schemaOf);
  assert.deepEqual(schema, expected);
});

test('it goes on: certificates are issued, counted, limited, revoked, labelled and listed', async (t) => {
  const store = await openedStore(t, oldStore(t), 'existing');
  const [issuer] = answers.authorities.filter(
    ({ account: owner, answer }) =>
      owner === account && answer?.['kind'] === 'subordinate' && answer['state'] === 'issued',
  );
  const before = await store.authority(account, String(issuer?.identifier));
  assert.ok(before && before.issuedCount > 0);
  const { identifier, issuer: above, serialNumber } = before;
  const subject = { identifier, issuer: above, serialNumber };
  const total = before.issuedCount + 1;
  await refused(
    append(store, { kind: 'certificate-quota-assigned', ...subject, total: total - 2 }),
    'quota-below-issued',
  );
  await append(store, { kind: 'certificate-quota-assigned', ...subject, total });
  const certificate = await reserve(store, subject, { resourceGroupId: 'rg-1' });
  await issue(store, certificate);
  await refused(reserve(store, subject), 'quota-exhausted');
  assert.equal((await store.authority(account, identifier))?.issuedCount, total);
  const counted = async () =>
    (await store.listEndEntities({ account, resourceGroupId: 'rg-1', start: { offset: 0 }, limit: 100 })).total;
  const inGroup = await counted();
  await append(store, { kind: 'certificate-labelled', ...certificate, resourceGroupId: 'rg-9' });
  assert.equal(await counted(), inGroup - 1);
  // One that the first release issued.
  const old = answers.certificates.find(({ answer }) => answer?.['state'] === 'issued' && answer['kind'] === 'client');
  const record = await store.certificate(old?.account as AccountId, String(old?.identifier));
  assert.ok(record);
  const named = { identifier: record.identifier, issuer: record.issuer, serialNumber: record.serialNumber };
  await append(store, { kind: 'certificate-labelled', ...named, aliasName: 'renamed' });
  await append(store, { kind: 'certificate-revoked', ...named, revokedAt: unixSeconds(1_800_000_000) });
  const { differences, broken } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
});

test('kill -9 at any statement of the migration leaves the old schema or the new one, and the next start the new one', async (t) => {
  const whole = await migrate(oldStore(t));
  assert.equal(whole.signal, null, whole.stderr);
  const statements = Number(whole.stdout);
  assert.ok(statements > 30, `${statements} statements`);
  for (let step = 0; step <= 10; step++) {
    const at = Math.max(1, Math.round((statements * step) / 10));
    const dataDir = oldStore(t);
    const { signal } = await migrate(dataDir, at);
    assert.equal(signal, 'SIGKILL', `at statement ${at}`);
    const database = new DatabaseSync(join(dataDir, 'certitude.db'));
    const steps = database.prepare('SELECT name FROM kysely_migration').all();
    assert.deepEqual(
      steps.map(({ name }) => name),
      ['0001-first'],
      `killed at statement ${at} of ${statements}, the last of which commits`,
    );
    database.close();
    const store = await SqliteStore.open({ dataDir, mode: 'existing', verify: 'since-checkpoint' });
    await assertAsBefore(store);
    assert.deepEqual((await store.verifyJournal()).differences, []);
    await store.close();
  }
});

async function assertAsBefore(store: SqliteStore): Promise<void> {
  for (const { query, answer } of answers.lists) {
    const { offset, ...filter } = query;
    const { total, page } = await store.listEndEntities({ ...filter, start: { offset } });
    assert.deepEqual({ total, page: page.map(({ identifier }) => identifier) }, answer, JSON.stringify(query));
  }
  for (const [asked, find] of [
    [answers.certificates, store.certificate.bind(store)],
    [answers.authorities, store.authority.bind(store)],
  ] as const) {
    for (const { account: owner, identifier, answer } of asked) {
      const record: CertificateRecord | undefined = await find(owner, identifier);
      if (answer === null) assert.equal(record, undefined);
      else assert.deepEqual(oldFacts(record, answer), answer);
    }
  }
  const identifiers = answers.certificates
    .filter(({ account: owner }) => owner === account)
    .map((each) => each.identifier);
  for (const { account: owner, answer } of answers.status) {
    const found = await store.certificatesForStatus(owner, identifiers);
    assert.deepEqual(
      found.map((each) => (each ? { identifier: each.identifier, serialNumber: each.serialNumber } : null)),
      answer,
    );
  }
  await assertStatuses(store);
}

/** By the index that the service answers from. */
async function assertStatuses(store: SqliteStore): Promise<void> {
  const index = new StatusIndex(newHashSeed(randomBytes));
  await store.follow((entry) => {
    if (isCertificateEntry(entry)) index.apply(entry);
  });
  for (const { account: owner, serialNumber, answer } of answers.statuses) {
    const { status, ...more } = index.lookup(owner, serialNumber);
    const revokedAt = 'revokedAt' in more ? { revokedAt: more.revokedAt } : {};
    assert.deepEqual({ status, ...revokedAt }, answer);
  }
}

/** Those members that the first release told. */
function oldFacts(record: CertificateRecord | undefined, answer: Record<string, unknown>): Record<string, unknown> {
  assert.ok(record);
  const facts = { ...record, der: record.der && Buffer.from(record.der).toString('latin1') } as Record<string, unknown>;
  return Object.fromEntries(Object.keys(answer).map((name) => [name, facts[name]]));
}

function oldStore(t: TestContext): string {
  const dataDir = folder(t);
  mkdirSync(dataDir, { mode: 0o700 });
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  database.exec(`BEGIN; ${sql} COMMIT`);
  database.close();
  return dataDir;
}

function schemaOf(dataDir: string): unknown[] {
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
  try {
    return database
      .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
      .all();
  } finally {
    database.close();
  }
}

const migrateAndDie = fileURLToPath(new URL('migrate-and-die.ts', import.meta.url));

async function migrate(dataDir: string, at?: number) {
  const child = spawn(process.execPath, [migrateAndDie, dataDir, ...(at === undefined ? [] : [String(at)])]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const signal = await new Promise<string | null>((resolve) => child.once('close', (_, ended) => resolve(ended)));
  return { signal, stdout, stderr };
}
