// What lists count stays exact whatever happens to certificates, in whatever order, within a block of ids and across blocks.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refused } from '../../src/base/refusal.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import { idsPerBlock, linesKept, millisPerDay } from '../../src/drivers/sql/listing-counts.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import type { EndEntityQuery } from '../../src/registry/store.ts';
import { account, append, draft, folder, issue, issueRoot, openedStore, reserve, type Subject } from './writing.ts';

const kinds = ['client', 'server', 'custom'] as const;
const groups = ['rg-1', 'rg-2', ''] as const;
const deeds = ['reserve', 'pend', 'issue', 'revoke', 'hold', 'release', 'delete', 'abandon', 'label', 'move'] as const;

interface Step {
  readonly deed: (typeof deeds)[number];
  /** Of those there are, counted round. */
  readonly which: number;
  readonly kind: (typeof kinds)[number];
  readonly group: (typeof groups)[number] | undefined;
  readonly hours: number;
}

const steps = fc.array(
  fc.record<Step>({
    deed: fc.constantFrom(...deeds),
    which: fc.nat(),
    kind: fc.constantFrom(...kinds),
    group: fc.option(fc.constantFrom(...groups), { nil: undefined }),
    hours: fc.nat(30),
  }),
  { minLength: 20, maxLength: 70, size: 'max' },
);

/** Every deed on one certificate or another, so that none is left to chance. */
const beginning: readonly Step[] = (
  [
    ['pend', 0],
    ['issue', 0],
    ['hold', 0],
    ['move', 0],
    ['release', 0],
    ['revoke', 0],
    ['label', 0],
    ['delete', 0],
    ['pend', 1],
    ['abandon', 1],
    ['reserve', 2],
    ['issue', 2],
  ] as const
).map(([deed, which]) => ({ deed, which, kind: 'client', group: 'rg-1', hours: 5 }));

const firstLine = 1_000_000;

interface Row {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly issuer: string;
  readonly resource_group_id: string | null;
  readonly changed_at: number;
}

type Filter = Omit<EndEntityQuery, 'account' | 'start' | 'limit'>;

test('after any sequence of changes every filter counts and pages what a walk over all certificates finds', async (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const done = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const dataDir = folder(t);
      const store = await openedStore(t, dataDir);
      const database = new DatabaseSync(join(dataDir, 'certitude.db'));
      try {
        const issuers = [await issueRoot(store), await issueRoot(store)];
        // The certificates lie on both sides of a border between blocks.
        database.exec(`UPDATE sqlite_sequence SET seq = ${idsPerBlock - 6} WHERE name = 'certificates'`);
        // And the lines that wait to be added up are added up on the way, wherever their numbers begin.
        for (const id of [firstLine, firstLine + linesKept - 12]) {
          database.exec(`INSERT INTO recounts (id, account, block, day, kind, state, issuer, resource_group, n)
            VALUES (${id}, '${account}', 0, 0, 'client', 'issued', '', '', 0)`);
        }
        for (const deed of await carryOut([...beginning, ...sequence], store, issuers))
          done.set(deed, (done.get(deed) ?? 0) + 1);
        const rows = database
          .prepare(
            `SELECT * FROM certificates WHERE kind IN ('client', 'server', 'custom')
             AND state IN ('pending', 'issued', 'revoked') ORDER BY id DESC`,
          )
          .all() as unknown as Row[];
        assertCountsOf(database, rows);
        const added = database.prepare(`SELECT count(*) AS n FROM listing_counts`).get();
        assert.ok(Number(added?.['n']) > 0);
        for (const filter of filters(issuers, rows)) await assertListed(store, rows, filter);
        assert.deepEqual((await store.verifyJournal()).differences, []);
      } finally {
        database.close();
        await store.close();
      }
    }),
    { seed, numRuns: 8, endOnFailure: true },
  );
  for (const deed of deeds) assert.ok((done.get(deed) ?? 0) > 0, `${deed} was never possible`);
});

/** What the state does not allow is refused and has to change no count. @returns what was done. */
async function carryOut(sequence: readonly Step[], store: SqliteStore, issuers: readonly Subject[]): Promise<string[]> {
  const made: { subject: Subject; kind: Step['kind'] }[] = [];
  const done: string[] = [];
  let at = draft.at as number;
  for (const { deed, which, kind, group, hours } of sequence) {
    at += hours * 3_600_000;
    const now = at as UnixMillis;
    const issuer = issuers[which % issuers.length] ?? assert.fail();
    const labels = group === undefined ? {} : { resourceGroupId: group };
    const one = made[which % Math.max(made.length, 1)];
    try {
      if (deed === 'reserve' || deed === 'pend') {
        const subject = await reserve(store, issuer, { kind, ...labels, pending: deed === 'pend', at: now });
        made.push({ subject, kind });
      } else if (one) {
        await change(store, deed, one, group, now);
      } else continue;
      done.push(deed);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return done;
}

async function change(
  store: SqliteStore,
  deed: Exclude<Step['deed'], 'reserve' | 'pend'>,
  { subject, kind }: { readonly subject: Subject; readonly kind: Step['kind'] },
  group: Step['group'],
  at: UnixMillis,
): Promise<unknown> {
  const revokedAt = unixSeconds(1);
  switch (deed) {
    case 'issue':
      return issue(store, subject, kind, at);
    case 'revoke':
      return append(store, { kind: 'certificate-revoked', ...subject, revokedAt }, {}, at);
    case 'hold':
      return append(store, { kind: 'certificate-revoked', ...subject, revokedAt, reason: 'certificateHold' }, {}, at);
    case 'release':
      return append(store, { kind: 'certificate-released', ...subject }, {}, at);
    case 'delete':
      return append(store, { kind: 'certificate-deleted', ...subject }, {}, at);
    case 'abandon':
      return append(store, { kind: 'certificate-abandoned', ...subject, why: 'authority-revoked' }, {}, at);
    case 'label':
      return append(store, { kind: 'certificate-labelled', ...subject, aliasName: 'a' }, {}, at);
    case 'move':
      return append(store, { kind: 'certificate-labelled', ...subject, resourceGroupId: group ?? 'rg-3' }, {}, at);
  }
}

function assertCountsOf(database: DatabaseSync, rows: readonly Row[]): void {
  for (const [table, unit, unitOf] of [
    ['listing_counts', 'block', ({ id }: Row) => Math.floor(id / idsPerBlock)],
    ['change_counts', 'day', ({ changed_at }: Row) => Math.floor(changed_at / millisPerDay)],
  ] as const) {
    const counted: Record<string, number> = {};
    const sort = `${unit}, kind, state, issuer, resource_group`;
    const all = `SELECT ${sort}, n FROM ${table} UNION ALL SELECT ${sort}, n FROM recounts`;
    for (const each of database
      .prepare(`SELECT ${sort}, sum(n) AS n FROM (${all}) GROUP BY ${sort} HAVING sum(n) <> 0`)
      .all()) {
      const { kind, state, issuer, resource_group, n } = each;
      counted[[each[unit], kind, state, issuer, resource_group].join(' ')] = Number(n);
    }
    const expected: Record<string, number> = {};
    for (const row of rows) {
      const sort = [unitOf(row), row.kind, row.state, row.issuer, row.resource_group_id ?? ''].join(' ');
      expected[sort] = (expected[sort] ?? 0) + 1;
    }
    assert.deepEqual(counted, expected, table);
  }
}

/** Every combination of what lists filter by. */
function filters([one, other]: readonly Subject[], rows: readonly Row[]): Filter[] {
  const middle = (rows[rows.length >> 1]?.changed_at ?? draft.at) as UnixMillis;
  const found: Filter[] = [];
  for (const kind of [undefined, ...kinds])
    for (const state of [undefined, 'pending', 'issued', 'revoked'] as const)
      for (const issuer of [undefined, one?.identifier, other?.identifier])
        for (const resourceGroupId of [undefined, ...groups, 'rg-3'])
          found.push({
            ...(kind && { kind }),
            ...(state && { state }),
            ...(issuer && { issuer }),
            ...(resourceGroupId !== undefined && { resourceGroupId }),
          });
  for (const span of [{ changedFrom: middle }, { changedBefore: middle }])
    for (const filter of [{}, { kind: 'client' }, { state: 'issued' }, { resourceGroupId: 'rg-1' }] as const)
      found.push({ ...span, ...filter });
  return found;
}

async function assertListed(store: SqliteStore, rows: readonly Row[], filter: Filter): Promise<void> {
  const isSpan = filter.changedFrom !== undefined || filter.changedBefore !== undefined;
  const matching = rows.filter((row) => matches(row, filter));
  if (isSpan) matching.sort((a, b) => b.changed_at - a.changed_at || b.id - a.id);
  const expected = matching.map(({ id }) => id);
  const what = JSON.stringify(filter);
  const limit = 4;
  for (let offset = 0; offset <= expected.length; offset += limit) {
    const { total, page, more } = await store.listEndEntities({ account, ...filter, start: { offset }, limit });
    assert.deepEqual(
      { total, ids: page.map(({ id }) => id), more },
      { total: expected.length, ids: expected.slice(offset, offset + limit), more: offset + limit < expected.length },
      `${what} from ${offset}`,
    );
  }
  const chained: number[] = [];
  for (let last: { readonly id: number; readonly changedAt: UnixMillis } | undefined; ; ) {
    const start = isSpan
      ? { behind: last ?? { changedAt: Number.MAX_SAFE_INTEGER as UnixMillis, id: 0 } }
      : { belowId: last?.id ?? Number.MAX_SAFE_INTEGER };
    const { total, page, more } = await store.listEndEntities({ account, ...filter, start, limit });
    assert.equal(total, expected.length, what);
    chained.push(...page.map(({ id }) => id));
    last = page.at(-1);
    if (!more || !last) break;
  }
  assert.deepEqual(chained, expected, `${what}, page after page`);
}

function matches(row: Row, filter: Filter): boolean {
  return (
    (filter.kind === undefined || row.kind === filter.kind) &&
    (filter.state === undefined || row.state === filter.state) &&
    (filter.issuer === undefined || row.issuer === filter.issuer) &&
    (filter.resourceGroupId === undefined || (row.resource_group_id ?? '') === filter.resourceGroupId) &&
    (filter.changedFrom === undefined || row.changed_at >= filter.changedFrom) &&
    (filter.changedBefore === undefined || row.changed_at < filter.changedBefore)
  );
}
