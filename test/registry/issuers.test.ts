// Authorities that are kept open for issuing: read once, and never believed longer than the journal allows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused } from '../../src/base/refusal.ts';
import { isCertificateEntry } from '../../src/drivers/sql/journal-rows.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { Issuers } from '../../src/registry/issuers.ts';
import { revokeAuthority } from '../../src/registry/revocation.ts';
import { publishingWorld } from './publishing.ts';

async function world(t: Parameters<typeof publishingWorld>[0]) {
  const { store, clock, issuing } = await publishingWorld(t);
  const [{ account } = assert.fail()] = await store.signers();
  const issuers = new Issuers(store);
  await store.follow((entry) => {
    if (isCertificateEntry(entry)) issuers.apply(entry);
  });
  const { identifier } = issuing;
  const record = await store.authority(account, identifier);
  const actor = { principal: 'acs:certitude::operator', requestId: '', sourceAddress: '' };
  const revoke = (which: string) => revokeAuthority({ account, actor, identifier: which }, { store, clock });
  const wanted = { account, identifier, kind: 'subordinate' } as const;
  return { store, issuers, wanted, root: String(record?.issuer), revoke };
}

function isRefused(kind: string) {
  return (error: unknown) => error instanceof Refused && error.refusal.kind === kind;
}

test('an authority is read once for as long as nothing happens to it or to those above it', async (t) => {
  const { store, issuers, wanted } = await world(t);
  const asked = t.mock.method(store, 'authority');
  const [first, second] = [await issuers.open(wanted), await issuers.open(wanted)];
  assert.equal(first, second);
  assert.equal(asked.mock.callCount(), 1);
  assert.equal(first.chain.length, 2);
});

test('kept open it is still of its kind and its account alone', async (t) => {
  const { issuers, wanted, root } = await world(t);
  await issuers.open(wanted);
  await assert.rejects(issuers.open({ ...wanted, kind: 'root' }), isRefused('not-a-root'));
  await assert.rejects(issuers.open({ ...wanted, identifier: root }), isRefused('not-a-subordinate'));
  const other = '1000000000000002' as typeof wanted.account;
  await assert.rejects(issuers.open({ ...wanted, account: other }), isRefused('authority-not-found'));
});

for (const which of ['itself', 'its root'] as const) {
  test(`once ${which} is revoked it is opened no more, though it was kept`, async (t) => {
    const { issuers, wanted, root, revoke } = await world(t);
    await issuers.open(wanted);
    await revoke(which === 'itself' ? wanted.identifier : root);
    await assert.rejects(issuers.open(wanted), isRefused('authority-revoked'));
  });
}

test('one that is revoked while it is being opened is not kept', async (t) => {
  const { store, issuers, wanted, revoke } = await world(t);
  const sealedKey = store.sealedKey.bind(store);
  // The last that is read of it.
  t.mock.method(store, 'sealedKey', async (...query: Parameters<SqliteStore['sealedKey']>) => {
    t.mock.restoreAll();
    await revoke(wanted.identifier);
    return await sealedKey(...query);
  });
  await issuers.open(wanted);
  await assert.rejects(issuers.open(wanted), isRefused('authority-revoked'));
});
