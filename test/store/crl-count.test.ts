// What a CA's list must have at least is counted in the store: as a plain walk along all certificates counts it, from and up to any
// entry of the journal, whatever has become of them.

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';
import { folder, issue, issueRoot, openedStore, reserve } from './writing.ts';

const seed = newSeed('CRL_COUNT_SEED');
const states = ['reserved', 'pending', 'issued', 'revoked', 'revoked', 'deleted', 'abandoned'];

for (const run of [0, 1, 2]) {
  test(`revoked certificates are counted as they stand (CRL_COUNT_SEED=${seed}, run ${run})`, async (t) => {
    const random = seededRandom(seed + run);
    const dataDir = folder(t);
    const store = await openedStore(t, dataDir);
    const roots = [await issueRoot(store), await issueRoot(store)];
    for (let count = 0; count < 40; count++) await issue(store, await reserve(store, random.pick(roots)));
    const database = new DatabaseSync(databaseFile(dataDir));
    t.after(() => database.close());
    // Of a root's own certificate no list needs to tell, revoked or not.
    const change = database.prepare('UPDATE certificates SET state = ?, sequence = ?, not_after = ? WHERE id = ?');
    for (const { id } of database.prepare('SELECT id FROM certificates').all()) {
      change.run(random.pick(states), 1 + random.below(12), random.below(6), Number(id));
    }
    const rows = database.prepare('SELECT * FROM certificates').all();
    let counted = 0;
    for (const { identifier: issuer } of roots) {
      for (const after of [undefined, -1, 0, 1, 5, 11, 12]) {
        for (const upTo of [0, 1, 5, 6, 11, 12, 13]) {
          for (const validUntil of [0, 1, 3, 5, 6].map(unixSeconds)) {
            const expected = rows.filter(
              (row) =>
                (row['state'] === 'revoked' || row['state'] === 'deleted') &&
                row['issuer'] === issuer &&
                row['identifier'] !== issuer &&
                Number(row['sequence']) > (after ?? 0) &&
                Number(row['sequence']) <= upTo &&
                Number(row['not_after']) >= validUntil,
            ).length;
            const query = { issuer, ...(after !== undefined && { after }), upTo, validUntil };
            assert.equal(await store.publications.crlCount(query), expected, JSON.stringify(query));
            counted += expected;
          }
        }
      }
    }
    assert.ok(counted > 0);
  });
}
