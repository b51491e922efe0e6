// Lists on their way into the store: what is staged is seen by nobody until it is published, and leaves nothing behind.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import type { Identifier } from '../../src/registry/model.ts';
import type { Publication } from '../../src/registry/publication-store.ts';
import { until } from '../until.ts';
import { folder, openedStore } from './writing.ts';

const authority = 'c'.repeat(32) as Identifier;
/** So much is written in one transaction. */
const together = 4 * 1024 * 1024;

function publication(number: number, octets: number): Publication {
  const lists = new Map([['', randomBytes(octets)]]);
  lists.set('-delta', randomBytes(100));
  return {
    ...{ authority, number, sequence: number, lists, ends: new Map([['', randomBytes(40)]]) },
    ...{ thisUpdate: unixSeconds(number), nextUpdate: unixSeconds(number + 100) },
    ...{ base: { number: 0, sequence: 0 }, nextBase: { number: 1, sequence: 1 } },
  };
}

async function world(t: TestContext) {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const { publications } = store;
  const database = new DatabaseSync(databaseFile(dataDir), { timeout: 5000 });
  t.after(() => database.close());
  const count = database.prepare('SELECT count(*) AS count FROM crl_parts');
  const parts = () => Number(count.get()?.count);
  /** What was before is taken away behind the caller's back. */
  const untilParts = (expected: number) => until(parts, (count) => count === expected);
  const assertPublished = async (expected: Publication) => {
    const { ends, ...lists } = expected;
    const found = (await publications.publishedCrls(authority)) ?? assert.fail();
    assert.equal(found.number, lists.number);
    for (const [scope, bytes] of lists.lists)
      assert.equal(Buffer.compare(found.lists.get(scope) ?? assert.fail(), bytes), 0);
    const kept = (await publications.publishedEnds(authority, lists.number)) ?? assert.fail();
    for (const [scope, bytes] of ends ?? []) assert.equal(Buffer.compare(kept.get(scope) ?? assert.fail(), bytes), 0);
    for (const other of [lists.number - 1, lists.number + 1]) {
      assert.equal(await publications.publishedEnds(authority, other), undefined);
    }
  };
  return { store, publications, database, parts, untilParts, assertPublished };
}

for (const octets of [1, together - 141, together - 140, together - 139, together, together + 1, 3 * together + 5]) {
  test(`lists of ${octets} octets are published as they were, staged beforehand or not`, async (t) => {
    const { publications, untilParts, assertPublished } = await world(t);
    const [first, second, third] = [publication(1, octets), publication(2, octets), publication(3, 1)];
    const parts = Math.ceil(octets / together) + 2;
    assert.ok(await publications.publishCrls(first, 0));
    await assertPublished(first);
    await untilParts(parts);
    const staged = await publications.stageCrls(second);
    await assertPublished(first);
    assert.ok(await publications.publishCrls(second, 1, staged));
    await assertPublished(second);
    await untilParts(parts);
    assert.ok(await publications.publishCrls(third, 2));
    await assertPublished(third);
    await untilParts(3);
  });
}

test('what was staged and is not published goes: dropped, overtaken, or left by a crash', async (t) => {
  const { publications, parts, untilParts, assertPublished } = await world(t);
  const large = 2 * together + 1;
  assert.ok(await publications.publishCrls(publication(1, 1), 0));
  await untilParts(3);
  await publications.dropStagedCrls(authority, await publications.stageCrls(publication(2, large)));
  assert.equal(parts(), 3, 'dropped');
  const slower = publication(2, large);
  const overtaken = await publications.stageCrls(slower);
  const second = publication(2, 1);
  assert.ok(await publications.publishCrls(second, 1));
  assert.equal(await publications.publishCrls(slower, 1, overtaken), false);
  await assertPublished(second);
  await untilParts(3);
  // Nobody comes back for it.
  await publications.stageCrls(publication(3, large));
  assert.ok(parts() > 3);
  await assertPublished(second);
  const third = publication(3, 1);
  assert.ok(await publications.publishCrls(third, 2));
  await assertPublished(third);
  await untilParts(3);
});

test('what was staged goes where putting it in force fails', async (t) => {
  const { publications, untilParts, assertPublished } = await world(t);
  const first = publication(1, 1);
  assert.ok(await publications.publishCrls(first, 0));
  await untilParts(3);
  const second = { ...publication(2, 2 * together + 1), sequence: null as never };
  await assert.rejects(publications.publishCrls(second, 1));
  await untilParts(3);
  await assertPublished(first);
});

test('what is in force is not dropped, though whoever published it was told otherwise', async (t) => {
  const { publications, assertPublished } = await world(t);
  const first = publication(1, 2 * together);
  const staged = await publications.stageCrls(first);
  assert.ok(await publications.publishCrls(first, 0, staged));
  await publications.dropStagedCrls(authority, staged);
  await assertPublished(first);
});

test('what was not staged whole, or for another publication, is not published', async (t) => {
  const { publications, database, untilParts, assertPublished } = await world(t);
  const first = publication(1, 1);
  assert.ok(await publications.publishCrls(first, 0));
  await untilParts(3);
  const large = 2 * together;
  const second = publication(2, large);
  const other = await publications.stageCrls(publication(2, large));
  await assert.rejects(publications.publishCrls(second, 1, other), /staged for another publication/);
  await publications.dropStagedCrls(authority, other);

  const losses: Record<string, string> = {
    'a part is missing': 'DELETE FROM crl_parts WHERE attempt = ? AND part = 1',
    'a part is shorter than it was': 'UPDATE crl_parts SET bytes = substr(bytes, 2) WHERE attempt = ? AND part = 1',
    'a part stands in another place': 'UPDATE crl_parts SET part = 7 WHERE attempt = ? AND part = 1',
    'a part is of another number': 'UPDATE crl_parts SET number = 3 WHERE attempt = ? AND part = 1',
  };
  for (const [loss, statement] of Object.entries(losses)) {
    const staged = await publications.stageCrls(second);
    assert.ok(Number(database.prepare(statement).run(staged.attempt).changes) > 0, loss);
    await assert.rejects(publications.publishCrls(second, 1, staged), /list "" of c+ is not whole/, loss);
    await assertPublished(first);
  }
  await untilParts(3);
});

test('a number that is not above the one in force is not published (RFC 5280 §5.2.3)', async (t) => {
  const { publications, assertPublished } = await world(t);
  const present = publication(7, 1);
  assert.ok(await publications.publishCrls(present, 0));
  for (const number of [6, 7]) {
    await assert.rejects(publications.publishCrls(publication(number, 1), 7), /number 7 is in force/);
    await assertPublished(present);
  }
  assert.ok(await publications.publishCrls(publication(8, 1), 7));
});
