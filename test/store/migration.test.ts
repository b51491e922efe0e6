// A store of release 0.1.0 with all that release could make, opened by this one: the same answers, and nothing that the
// journal does not say.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { startService } from '../journeys/running-service.ts';
import { issueClient, ok, statusOf } from '../journeys/small-pki.ts';
import { folder, openedStore } from './events.ts';

const fixture = new URL('of-0.1.0/', import.meta.url);

interface Recorded {
  readonly masterKey: string;
  readonly issuing: string;
  readonly root: string;
  readonly answers: readonly {
    readonly operation: string;
    readonly parameters: Record<string, string>;
    readonly answer: Record<string, unknown>;
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('answers.json', fixture), 'utf8')) as Recorded;

function oldStore(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(databaseFile(dataDir));
  database.exec(readFileSync(new URL('store.sql', fixture), 'utf8'));
  database.close();
  writeFileSync(join(dataDir, 'master.key'), Buffer.from(recorded.masterKey, 'hex'), { mode: 0o600 });
  return dataDir;
}

test('a store of release 0.1.0 answers as it did there, and goes on', async (t) => {
  const dataDir = oldStore(folder(t));
  const { url, kill } = await startService(t, { dataDir });
  for (const { operation, parameters, answer } of recorded.answers) {
    assert.deepEqual(told(await ok(url, operation, parameters), answer), answer, operation);
  }
  const { Certificate } = await ok(url, 'DescribeCACertificate', { Identifier: recorded.issuing });
  const { CertIssuedCount, CertTotalCount } = Certificate as Record<string, unknown>;
  assert.deepEqual([CertIssuedCount, CertTotalCount], [5, 2_147_483_647]);
  // Its number was kept by a reservation that came to nothing, and the name was not.
  const next = await issueClient(url, recorded.issuing, { CustomIdentifier: 'device-3' });
  assert.equal((await statusOf(url, `${next.serialNumber},00a1`)).map(({ Status }) => Status).join(), 'good,unknown');
  const { TotalCount } = await ok(url, 'ListCert', { Status: 'ISSUE' });
  assert.equal(TotalCount, 5);
  assert.equal(await kill('SIGTERM'), 0);
  const store = await openedStore(t, dataDir, 'existing');
  const { broken, differences } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
});

test('a migration that is cut off leaves the old store, however far it came', async (t) => {
  const dataDir = oldStore(folder(t));
  const script = fileURLToPath(new URL('die-while-migrating.ts', import.meta.url));
  const steps = () => {
    const database = new DatabaseSync(databaseFile(dataDir));
    const names = database.prepare('SELECT name FROM kysely_migration ORDER BY name').all();
    database.close();
    return names.map(({ name }) => name);
  };
  let deaths = 0;
  for (let nth = 5; ; nth += 6) {
    const { signal, status, stderr } = spawnSync(process.execPath, [script, dataDir, String(nth)], {
      encoding: 'utf8',
    });
    if (signal === null) {
      assert.equal(status, 0, stderr);
      break;
    }
    deaths++;
    assert.deepEqual(steps(), ['0001-first'], `before statement ${nth}`);
  }
  assert.ok(deaths >= 8, `it died ${deaths} times`);
  assert.deepEqual(steps().length > 1, true);
  const store = await openedStore(t, dataDir, 'existing');
  const { broken, differences, certificates } = await store.verifyJournal();
  assert.deepEqual([broken, differences, certificates], [undefined, [], 11]);
});

/** Of what is told now, what was told then: members were added since. */
function told(now: unknown, then: unknown): unknown {
  if (Array.isArray(now) && Array.isArray(then)) return now.map((each, index) => told(each, then[index]));
  if (now === null || typeof now !== 'object' || then === null || typeof then !== 'object') return now;
  return Object.fromEntries(
    Object.entries(now)
      .filter(([name]) => Object.hasOwn(then, name))
      .map(([name, value]) => [name, told(value, (then as Record<string, unknown>)[name])]),
  );
}
