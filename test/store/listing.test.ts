// Pages of a store of several blocks (listing-counts.ts), compared with what the table of certificates says by itself.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type BulkStore, bulkStore } from '../../bench/bulk-store.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
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
    const isOfSpan = filter.changedFrom !== undefined || filter.changedBefore !== undefined;
    const inOrder = isOfSpan ? rows.toSorted((a, b) => b.changed_at - a.changed_at || b.id - a.id) : rows;
    const matching = inOrder.filter((row) => matches(row, filter)).map(({ id }) => id);
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
    for (let start: EndEntityQuery['start'] = { offset: 0 }; ; ) {
      const { page, more } = await store.listEndEntities({ account, ...filter, start, limit: 997 });
      chained.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (!more || !last) break;
      start = isOfSpan ? { behind: last } : { belowId: last.id };
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

test('counts follow whatever happens to a certificate, on whatever day', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await bulkStore(folder, 60);
  const database = new DatabaseSync(databaseFile(folder));
  t.after(() => database.close());
  const { account } = database.prepare('SELECT account FROM certificates').get() as { account: AccountId };
  const store = await SqliteStore.open({ dataDir: folder, mode: 'existing', verify: 'since-checkpoint' });
  t.after(() => store.close());
  const actor = { principal: 'p', requestId: 'r', sourceAddress: '' };
  const { page } = await store.listEndEntities({ account, start: { offset: 0 }, limit: 60 });
  for (const [index, { identifier, issuer, serialNumber, state, changedAt }] of page.entries()) {
    const happen = (event: EventOf, days: number) =>
      store.append({
        at: (changedAt + days * 86_400_000) as UnixMillis,
        account,
        actor,
        event: { identifier, issuer, serialNumber, ...event },
      });
    if (index % 3 === 0) await happen({ kind: 'certificate-labelled', resourceGroupId: 'rg-new' }, 1);
    if (index % 3 === 1) await happen({ kind: 'certificate-labelled', aliasName: 'a' }, index % 2);
    if (index % 4 === 0) await happen({ kind: 'certificate-uploaded' }, 2);
    if (index % 5 < 2 && state === 'issued') {
      await happen({ kind: 'certificate-revoked', revokedAt: unixSeconds(1), reason: 'certificateHold' }, 3);
      if (index % 5 === 1) await happen({ kind: 'certificate-released' }, 4);
    } else if (index % 5 < 2) await happen({ kind: 'certificate-deleted' }, 5);
  }
  for (const [table, unit, per] of [
    ['listing_counts', 'block', 'id / 4096'],
    ['change_counts', 'day', 'changed_at / 86400000'],
  ] as const) {
    const sort = `account, ${unit}, kind, state, issuer, resource_group`;
    const counted = database
      .prepare(`
      SELECT ${sort}, sum(n) AS n FROM (SELECT ${sort}, n FROM ${table} UNION ALL SELECT ${sort}, n FROM recounts)
      GROUP BY ${sort} HAVING sum(n) <> 0 ORDER BY 1, 2, 3, 4, 5, 6`)
      .all();
    const anew = database
      .prepare(`
      SELECT account, ${per} AS ${unit}, kind, state, issuer, coalesce(resource_group_id, '') AS resource_group, count(*) AS n
      FROM certificates WHERE kind IN ('client', 'server', 'custom') AND state IN ('issued', 'revoked')
      GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`)
      .all();
    assert.deepEqual(counted, anew, table);
  }
  const { broken, differences } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
});

type Without<Event> = Event extends unknown ? Omit<Event, 'identifier' | 'issuer' | 'serialNumber'> : never;
type EventOf = Without<CertificateEvent>;

/** Moves two certificates of one group far apart, leaves a block without any of another, and has some change late. */
function thinOut(database: DatabaseSync): void {
  database.exec(`
    UPDATE certificates SET resource_group_id = 'rg-sparse' WHERE id IN (30, 8600);
    UPDATE certificates SET resource_group_id = 'rg-9' WHERE resource_group_id = 'rg-5' AND id BETWEEN 4096 AND 8191;
    UPDATE certificates SET changed_at = changed_at - id % 7 * 86400000 WHERE id % 5 = 0;
    DELETE FROM recounts;
    DELETE FROM listing_counts;
    DELETE FROM change_counts;
    INSERT INTO change_counts (account, day, kind, state, issuer, resource_group, n)
    SELECT account, changed_at / 86400000, kind, state, issuer, coalesce(resource_group_id, ''), count(*)
    FROM certificates WHERE kind IN ('client', 'server', 'custom') GROUP BY 1, 2, 3, 4, 5, 6;
    INSERT INTO listing_counts (account, block, kind, state, issuer, resource_group, n)
    SELECT account, id / 4096, kind, state, issuer, coalesce(resource_group_id, ''), count(*)
    FROM certificates WHERE kind IN ('client', 'server', 'custom') GROUP BY 1, 2, 3, 4, 5, 6;
  `);
}

function filters({ issuers: [issuer] }: BulkStore, rows: readonly Row[]): Filter[] {
  const middle = (rows[rows.length >> 1]?.changed_at ?? 0) as UnixMillis;
  const later = (middle + 60_000 * 100) as UnixMillis;
  const midnight = (middle - (middle % 86_400_000)) as UnixMillis;
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
    { changedFrom: 0 as UnixMillis },
    { changedFrom: later, changedBefore: middle },
    { changedFrom: midnight, resourceGroupId: 'rg-3' },
    { changedFrom: (midnight - 3 * 86_400_000) as UnixMillis, changedBefore: midnight },
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
