// Searches of a store of several blocks, step by step, compared with what a look at each certificate says.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { bulkStore } from '../../bench/bulk-store.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import type { EndEntitySearch } from '../../src/registry/store.ts';

const certificates = 9000;

interface Row {
  readonly id: number;
  readonly account: AccountId;
  readonly kind: string;
  readonly state: string;
  readonly issuer: string;
  readonly subject: string;
  readonly alias_name: string | null;
  readonly reason: string | null;
  readonly not_after: number;
}

type Search = Omit<EndEntitySearch, 'account' | 'belowId' | 'limit'>;

test('a search finds what it should, each once, newest first, however its steps fall', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { issuers } = await bulkStore(folder, certificates);
  const database = new DatabaseSync(databaseFile(folder));
  database.exec(`
    UPDATE certificates SET not_after = 1000000 + id WHERE kind IN ('client', 'server');
    UPDATE certificates SET alias_name = 'North 100%_Wing' WHERE id % 401 = 3;
    UPDATE certificates SET reason = 'certificateHold' WHERE state = 'revoked' AND id % 7 = 0;
    INSERT INTO tags (identifier, position, key, value) SELECT identifier, 0, 'often', 'x' FROM certificates WHERE id % 5 = 0;
    INSERT INTO tags (identifier, position, key, value) SELECT identifier, 1, 'seldom', '' || id FROM certificates WHERE id % 3001 = 5;
  `);
  const rows = database
    .prepare("SELECT * FROM certificates WHERE kind IN ('client', 'server', 'custom') ORDER BY id DESC")
    .all() as unknown as Row[];
  database.close();
  const [{ account } = { account: '' as AccountId }] = rows;
  const store = await SqliteStore.open({ dataDir: folder, mode: 'existing', verify: 'since-checkpoint' });
  t.after(() => store.close());

  const named = (text: string) => ({ name: { text, octets: [new TextEncoder().encode(text)] } });
  const [issuer = ''] = issuers;
  const cases: readonly (readonly [Search, (row: Row) => boolean])[] = [
    [named('DEVICE-77'), ({ subject }) => subject.includes('device-77')],
    [named('0%_w'), (row) => row.alias_name !== null],
    [named('ench.exampl'), () => true],
    // The name of the CA is in each, and is not meant.
    [named('Bench one'), () => false],
    [{ tag: { key: 'often' } }, ({ id }) => id % 5 === 0],
    [{ tag: { key: 'often', value: 'y' } }, () => false],
    [{ tag: { key: 'seldom' } }, ({ id }) => id % 3001 === 5],
    [{ tag: { key: 'seldom' }, state: 'revoked' }, ({ id, state }) => id % 3001 === 5 && state === 'revoked'],
    [{ reason: 'certificateHold' }, ({ reason }) => reason === 'certificateHold'],
    [{ endsFrom: unixSeconds(1_004_000), endsBefore: unixSeconds(1_004_200) }, ({ id }) => id >= 4000 && id < 4200],
    [
      { kind: 'server', issuer, state: 'issued', ...named('device-1') },
      (row) =>
        row.kind === 'server' && row.issuer === issuer && row.state === 'issued' && row.subject.includes('device-1'),
    ],
  ];
  for (const [search, isMeant] of cases) {
    const expected = rows.filter(isMeant).map(({ id }) => id);
    for (const limit of [97, 10_000]) {
      const found: number[] = [];
      let belowId = Number.MAX_SAFE_INTEGER;
      for (let steps = 0; belowId > 0; steps++) {
        assert.ok(steps < 2 * certificates, 'it comes to an end');
        const step = await store.searchEndEntities({ account, ...search, belowId, limit });
        assert.ok(step.found.length <= limit && step.downTo < belowId);
        found.push(...step.found.map(({ id }) => id));
        belowId = step.downTo;
      }
      assert.deepEqual(found, expected, `${JSON.stringify(search)}, ${limit} at a time`);
    }
    const elsewhere = await store.searchEndEntities({
      account: '1234567890123456' as AccountId,
      ...search,
      belowId: Number.MAX_SAFE_INTEGER,
      limit: 10,
    });
    assert.deepEqual(elsewhere.found, []);
  }
});
