// A real store with the directory that follows it, for tests of what administration does to both.

import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createAccount } from '../../src/access/administration/accounts.ts';
import type { Administration } from '../../src/access/administration/command.ts';
import { Directory } from '../../src/access/directory.ts';
import { Refused } from '../../src/base/refusal.ts';
import { type MonotonicMillis, unixMillis } from '../../src/base/time.ts';
import { isCertificateEntry } from '../../src/drivers/sql/journal-rows.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { openedStore } from '../store/writing.ts';

const actor = { principal: 'acs:certitude::operator', requestId: 'R', sourceAddress: '' };

/** The first account of the store; a new one is given one. Secrets are kept as they are. */
export async function administered(t: TestContext, dataDir: string, mode: 'create' | 'existing') {
  const store = await openedStore(t, dataDir, mode);
  const directory = await followed(store);
  let now = 1_800_000_000_000;
  const services: Administration = {
    store,
    clock: { now: () => unixMillis(now++), monotonic: () => 0 as MonotonicMillis },
    randomBytes,
    seal: (_, secret) => secret,
  };
  const account = directory.accounts()[0]?.account ?? (await createAccount({ actor, name: 'main' }, services));
  return { store, directory, services, account, by: { actor, account } };
}

export async function followed(store: SqliteStore): Promise<Directory> {
  const directory = new Directory((_, sealed) => sealed);
  await store.follow((entry) => {
    if (!isCertificateEntry(entry)) directory.apply(entry);
  });
  return directory;
}

/** What was refused, as `<kind> <thing>`; `undefined` if nothing was. */
export async function asRefusal(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused) || !('what' in error.refusal)) throw error;
    return `${error.refusal.kind} ${error.refusal.what}`;
  }
}
