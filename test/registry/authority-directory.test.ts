// The directory of authorities while its store fails now and then.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthorityDirectory } from '../../src/registry/authority-directory.ts';
import type { AuthorityRecord, Identifier } from '../../src/registry/model.ts';
import { StoreUnavailable } from '../../src/registry/store.ts';
import { publishingWorld } from './publishing.ts';

test('an authority that could not be read when it was made is taken in as soon as it can be', async (t) => {
  const { store, issuing } = await publishingWorld(t);
  const record = (await store.signers()).find(({ identifier }) => identifier === issuing.identifier) ?? assert.fail();
  const history = await store.historyOf(record.account, record.identifier, { first: 2 });
  const entry = history.find(({ event }) => event.kind === 'certificate-issued') ?? assert.fail();
  const errors: unknown[] = [];
  let isAway = true;
  const directory = new AuthorityDirectory(
    {
      signers: async () => [],
      signerOf: (account, identifier): Promise<AuthorityRecord | undefined> =>
        isAway ? Promise.reject(new StoreUnavailable('away')) : store.signerOf(account, identifier),
    },
    (error) => errors.push(error),
  );
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const added: Identifier[] = [];
  directory.onAdded((authority) => added.push(authority.record.identifier));
  directory.apply(entry);
  await directory.settled();
  assert.equal(directory.byIdentifier(record.identifier), undefined);
  t.mock.timers.tick(1000);
  await directory.settled();
  assert.equal(errors.length, 2, 'once a second');
  isAway = false;
  t.mock.timers.tick(1000);
  await directory.settled();
  assert.ok(directory.byIdentifier(record.identifier));
  t.mock.timers.tick(1000);
  await directory.settled();
  assert.deepEqual(added, [record.identifier], 'it is taken in once');
});
