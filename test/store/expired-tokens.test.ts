// Client tokens are forgotten by the moment they were taken, some at a time, and the journal is found as it was written all the same.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type UnixMillis, unixMillis } from '../../src/base/time.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { account, draft, folder, issueRoot, openedStore, reserve } from './writing.ts';

const operation = 'CreateClientCertificate';
const named = (token: string) => ({ operation, token, parameters: `of ${token}` });
const differencesOf = async (store: SqliteStore) => (await store.verifyJournal()).differences;

test('what was taken before a moment is forgotten and may be taken anew; what is missing since then is found', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const root = await issueRoot(store);
  const moment = (offset: number) => (draft.at + 1000 + offset) as UnixMillis;
  for (const offset of [-1, 0, 1]) await reserve(store, root, { clientToken: named(`${offset}`), at: moment(offset) });
  const remembered = async () => {
    const found = await Promise.all(['-1', '0', '1'].map((token) => store.clientToken(account, operation, token)));
    return found.map((token) => token !== undefined);
  };
  assert.equal(await store.dropClientTokens(moment(0)), false);
  assert.deepEqual(await remembered(), [false, true, true]);
  assert.deepEqual(await differencesOf(store), []);

  const anew = await reserve(store, root, { clientToken: named('-1'), at: moment(2) });
  assert.equal((await store.clientToken(account, operation, '-1'))?.identifier, anew.identifier);
  assert.deepEqual(await differencesOf(store), []);
  // A clock that was set back says less, and takes nothing back.
  await store.dropClientTokens(moment(-1000));
  assert.deepEqual(await remembered(), [true, true, true]);
  assert.deepEqual(await differencesOf(store), []);

  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  database.prepare("DELETE FROM client_tokens WHERE token = '0'").run();
  database.close();
  assert.deepEqual(
    (await differencesOf(store)).map(({ column }) => column),
    ['client_token'],
  );
});

test('they go five hundred at a time, the oldest first', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { timeout: 5000 });
  t.after(() => database.close());
  const insert = database.prepare('INSERT INTO client_tokens VALUES (?, ?, ?, ?, ?, ?)');
  for (let index = 1; index <= 1001; index++) insert.run(account, operation, `${index}`, '', 'nobody', index);
  const oldest = () => database.prepare('SELECT min(taken_at) AS at FROM client_tokens').get()?.['at'];
  const drop = () => store.dropClientTokens(unixMillis(1001));
  assert.deepEqual([await drop(), oldest()], [true, 501]);
  assert.deepEqual([await drop(), oldest()], [true, 1001], 'whether there are more is not known yet');
  assert.deepEqual([await drop(), oldest()], [false, 1001]);
});

test('of a store from before their moments were kept they count from the latest one in the journal, though the clock was set back since', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const root = await issueRoot(store);
  const moment = (offset: number) => (draft.at + 1000 + offset) as UnixMillis;
  await reserve(store, root, { clientToken: named('ahead'), at: moment(5000) });
  await reserve(store, root, { clientToken: named('last'), at: moment(0) });
  await store.close();
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  database.exec(`
    DROP INDEX client_tokens_by_moment;
    ALTER TABLE client_tokens DROP COLUMN taken_at;
    DELETE FROM kysely_migration WHERE name >= '0015'`);
  database.close();
  const migrated = await openedStore(t, dataDir, 'existing');
  const remembered = async (token: string) => (await migrated.clientToken(account, operation, token)) !== undefined;
  for (const [offset, isThere] of [
    [1, true],
    [5000, true],
    [5001, false],
  ] as const) {
    await migrated.dropClientTokens(moment(offset));
    assert.deepEqual([await remembered('ahead'), await remembered('last')], [isThere, isThere], `${offset}`);
    assert.deepEqual(await differencesOf(migrated), [], `${offset}`);
  }
});
