// Pages of a store of several blocks (listing-counts.ts), compared with what the table of certificates says by itself.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type BulkStore, bulkStore } from '../../bench/bulk-store.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { UnixMillis } from '../../src/base/time.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import type { EndEntityQuery } from '../../src/registry/store.ts';

const certificates = 9000;

type Filter = Partial<Omit<EndEntityQuery, 'account' | 'start' | 'limit'>>;

interface Row {
  readonly id: number;
  readonly account: string;
  readonly kind: string;
  readonly state: string;
  readonly issuer: string;
  readonly resource_group_id: string | null;
  readonly changed_at: number;
}

test('every page of every filter holds what it should, however the matches are spread', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const filled = await bulkStore(folder, certificates);
  const database = new DatabaseSync(databaseFile(folder));
  thinOut(database);
  const rows = database
    .prepare("SELECT * FROM certificates WHERE kind IN ('client', 'server', 'custom') ORDER BY id DESC")
    .all() as unknown as Row[];
  database.close();
  const account = rows[0]?.account as AccountId;
  const store = await SqliteStore.open({ dataDir: folder, mode: 'existing', verify: 'since-checkpoint' });
  t.after(() => store.close());
  for (const filter of filters(filled, rows)) {
    const matching = rows.filter((row) => matches(row, filter)).map(({ id }) => id);
    const what = JSON.stringify(filter);
    for (const limit of [1, 20, 700]) {
      for (const offset of [
        0,
        1,
        Math.floor(matching.length / 2),
        Math.max(0, matching.length - limit),
        matching.length,
        1e9,
      ]) {
        const { total, page, more } = await store.listEndEntities({ account, ...filter, start: { offset }, limit });
        const expected = matching.slice(offset, offset + limit);
        assert.deepEqual(
          { total, ids: page.map(({ id }) => id), more },
          { total: matching.length, ids: expected, more: offset + limit < matching.length },
          `${what} from ${offset}, ${limit} of them`,
        );
      }
    }
    const chained: number[] = [];
    for (let belowId = Number.MAX_SAFE_INTEGER; ; ) {
      const { page, more } = await store.listEndEntities({ account, ...filter, start: { belowId }, limit: 997 });
      chained.push(...page.map(({ id }) => id));
      if (!more) break;
      belowId = page.at(-1)?.id ?? 0;
    }
    assert.deepEqual(chained, matching, `${what}, page after page`);
  }
});

test('a store filled in bulk is one that the service itself could have written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await bulkStore(folder, 500);
  const store = await SqliteStore.open({ dataDir: folder, mode: 'existing', verify: 'since-checkpoint' });
  t.after(() => store.close());
  const { entries, broken, differences } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
  assert.ok(entries > 1250);
});

/** Moves two certificates of one group far apart, and leaves a block without any of another. */
function thinOut(database: DatabaseSync): void {
  database.exec(`
    UPDATE certificates SET resource_group_id = 'rg-sparse' WHERE id IN (30, 8600);
    UPDATE certificates SET resource_group_id = 'rg-9' WHERE resource_group_id = 'rg-5' AND id BETWEEN 4096 AND 8191;
    DELETE FROM listing_counts;
    INSERT INTO listing_counts (account, block, kind, state, issuer, resource_group, n)
    SELECT account, id / 4096, kind, state, issuer, coalesce(resource_group_id, ''), count(*)
    FROM certificates WHERE kind IN ('client', 'server', 'custom') GROUP BY 1, 2, 3, 4, 5, 6;
  `);
}

function filters({ issuers: [issuer] }: BulkStore, rows: readonly Row[]): Filter[] {
  const middle = (rows[rows.length >> 1]?.changed_at ?? 0) as UnixMillis;
  const later = (middle + 60_000 * 100) as UnixMillis;
  return [
    {},
    { kind: 'server' },
    { kind: 'custom' },
    { state: 'revoked' },
    { resourceGroupId: 'rg-rare' },
    { resourceGroupId: 'rg-sparse' },
    { resourceGroupId: 'rg-5' },
    { resourceGroupId: 'rg-none' },
    ...(issuer === undefined ? [] : [{ issuer }, { issuer, kind: 'client', state: 'issued' } as const]),
    { changedFrom: middle },
    { changedBefore: middle },
    { changedFrom: middle, changedBefore: later, kind: 'client' },
  ];
}

function matches(row: Row, filter: Filter): boolean {
  return (
    (filter.kind === undefined || row.kind === filter.kind) &&
    (filter.state === undefined || row.state === filter.state) &&
    (filter.issuer === undefined || row.issuer === filter.issuer) &&
    (filter.resourceGroupId === undefined || row.resource_group_id === filter.resourceGroupId) &&
    (filter.changedFrom === undefined || row.changed_at >= filter.changedFrom) &&
    (filter.changedBefore === undefined || row.changed_at < filter.changedBefore)
  );
}
