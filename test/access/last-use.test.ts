// Last uses of keys: known at once, written down at most once a minute each, there again after a restart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccessKey, deleteAccessKey } from '../../src/access/administration/access-keys.ts';
import { createMfaDevice, deleteMfaDevice } from '../../src/access/administration/sign-in.ts';
import { createUser, deleteUser } from '../../src/access/administration/users.ts';
import { LastUses, mfaCodeSubject, signInSubject } from '../../src/access/last-use.ts';
import type { LastUse } from '../../src/access/principals.ts';
import { unixMillis } from '../../src/base/time.ts';
import { folder, openedStore } from '../store/writing.ts';
import { administered } from './administered.ts';

const at = (seconds: number) => unixMillis(1_800_000_000_000 + seconds * 1000);

test('a use is known at once, and the latest counts', async () => {
  const { uses } = await recorded();
  assert.equal(uses.of('key'), undefined);
  uses.note({ subject: 'key', at: at(10), service: 'cas' });
  uses.note({ subject: 'key', at: at(5), service: 'Ram' });
  assert.deepEqual(uses.of('key'), { subject: 'key', at: at(10), service: 'cas' });
  assert.equal(uses.of(signInSubject('key')), undefined);
});

test('each subject is written down at most once a minute, and only what is new', async () => {
  const { uses, written } = await recorded();
  const flush = async (seconds: number, all = false) => {
    written.length = 0;
    await uses.flush(at(seconds), { all });
    return written.map(({ subject, at: moment }) => [subject, moment]);
  };
  uses.note({ subject: 'a', at: at(0), service: 'cas' });
  assert.deepEqual(await flush(1), [['a', at(0)]]);
  uses.note({ subject: 'a', at: at(2), service: 'cas' });
  uses.note({ subject: 'b', at: at(2), service: 'cas' });
  assert.deepEqual(await flush(60), [['b', at(2)]]);
  assert.deepEqual(await flush(61), [['a', at(2)]]);
  assert.deepEqual(await flush(200), []);
  uses.note({ subject: 'b', at: at(201), service: 'cas' });
  assert.deepEqual(await flush(202, true), [['b', at(201)]]);
});

test('what could not be written is written the next time', async () => {
  let fails = true;
  const written: LastUse[] = [];
  const uses = await LastUses.open({
    lastUses: async () => [],
    dropLastUses: async () => {},
    putLastUses: async (each) => {
      if (fails) throw new Error('no room');
      written.push(...each);
    },
  });
  uses.note({ subject: 'a', at: at(0), service: 'cas' });
  await assert.rejects(uses.flush(at(1), { all: false }), /no room/);
  fails = false;
  await uses.flush(at(2), { all: false });
  assert.deepEqual(written, [{ subject: 'a', at: at(0), service: 'cas' }]);
});

test('uses survive a restart, and an older one never replaces a later one', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir, 'create');
  const uses = await LastUses.open(store);
  uses.note({ subject: 'a', at: at(5), service: 'cas' });
  await uses.flush(at(6), { all: true });
  await store.putLastUses([{ subject: 'a', at: at(1), service: 'Ram' }]);
  await store.close();
  const again = await LastUses.open(await openedStore(t, dataDir, 'existing'));
  assert.deepEqual(again.of('a'), { subject: 'a', at: at(5), service: 'cas' });
});

test('what is no longer there is forgotten at the next start: keys, users and devices, however late their last use was written down', async (t) => {
  const dataDir = folder(t);
  const { store, services, by } = await administered(t, dataDir, 'create');
  const { account } = by;
  const start = async () => {
    await store.dropLastUses();
    return await LastUses.open(store);
  };
  const uses = await start();
  const subjects: string[] = [];
  for (const user of ['kept', 'gone']) {
    const userId = await createUser({ ...by, user }, services);
    const { accessKeyId } = await createAccessKey({ ...by, user }, services);
    await createMfaDevice({ ...by, device: user }, services);
    subjects.push(accessKeyId, signInSubject(userId), mfaCodeSubject(account, user));
  }
  for (const subject of subjects) uses.note({ subject, at: at(1), service: 'cas' });
  await deleteAccessKey({ ...by, accessKeyId: subjects[3] ?? '' }, services);
  await deleteMfaDevice({ ...by, device: 'gone' }, services);
  await deleteUser({ ...by, user: 'gone' }, services);
  await uses.flush(at(2), { all: true });
  const again = await start();
  assert.deepEqual(
    subjects.map((subject) => again.of(subject) !== undefined),
    [true, true, true, false, false, false],
  );
});

async function recorded() {
  const written: LastUse[] = [];
  const store = {
    lastUses: () => Promise.resolve([]),
    dropLastUses: () => Promise.resolve(),
    putLastUses: (uses: readonly LastUse[]) => {
      written.push(...uses);
      return Promise.resolve();
    },
  };
  return { written, uses: await LastUses.open(store) };
}
