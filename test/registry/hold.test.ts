// Holds that are lifted while somebody revokes for good.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isCertificateEntry } from '../../src/drivers/sql/journal-rows.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { revokeEndEntity } from '../../src/registry/revocation.ts';
import { newHashSeed } from '../../src/registry/seeded-hash.ts';
import { StatusIndex } from '../../src/registry/status-index.ts';
import { publishingWorld, start } from './publishing.ts';

const second = 1000;

for (const [what, isReleased, revokedAt] of [
  ['is revoked for good since it was put on hold', false, start],
  ['and released meanwhile is revoked since now: in between it was good', true, start + second],
] as const) {
  test(`what was on hold ${what}`, async (t) => {
    const { store, clock, issue, revoke, release } = await publishingWorld(t);
    const statusIndex = new StatusIndex(newHashSeed(randomBytes));
    await store.follow((entry) => {
      if (isCertificateEntry(entry)) statusIndex.apply(entry);
    });
    const certificate = await issue();
    await revoke(certificate, 'certificateHold');
    clock.pass(second);
    const append = store.appendAbout.bind(store);
    t.mock.method(store, 'appendAbout', async (...drafted: Parameters<SqliteStore['appendAbout']>) => {
      t.mock.restoreAll();
      if (isReleased) await release(certificate);
      return await append(...drafted);
    });
    const [{ account } = assert.fail()] = await store.signers();
    const actor = { principal: 'acs:certitude::operator', requestId: '', sourceAddress: '' };
    const { identifier, serialNumber } = certificate;
    await revokeEndEntity({ account, actor, identifier, reason: 'keyCompromise' }, { store, clock });
    assert.equal((await store.certificate(account, identifier))?.revokedAt, revokedAt);
    assert.deepEqual(statusIndex.lookup(account, serialNumber), {
      status: 'revoked',
      revokedAt,
      reason: 'keyCompromise',
    });
    assert.deepEqual((await store.verifyJournal()).differences, []);
  });
}
