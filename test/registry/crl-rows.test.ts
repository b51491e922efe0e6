// Pages of revoked certificates are, packed, what the table has in plain.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { type CrlRow, CrlRowCursor, crlRowsOf } from '../../src/registry/crl-rows.ts';
import { type Identifier, revocationReasons } from '../../src/registry/model.ts';
import { publishingWorld, start } from './publishing.ts';
import { rowsOf } from './reading-crl-rows.ts';

test('what a store packs is what its table has, page by page', async (t) => {
  const { store, issue, revoke, issuing, dataDir } = await publishingWorld(t);
  const issued = [];
  for (const reason of [undefined, ...revocationReasons]) {
    for (const invalidityDate of [undefined, unixSeconds(0), unixSeconds(start - 77)]) {
      const certificate = await issue();
      await revoke(certificate, reason, invalidityDate);
      issued.push(certificate);
    }
  }
  await issue();
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
  t.after(() => database.close());
  const plain = database
    .prepare(
      "SELECT serial, revoked_at, reason, invalidity_date, not_after, sequence FROM certificates WHERE state = 'revoked' AND issuer = ?",
    )
    .all(issuing.identifier)
    .map((row) => ({
      serialNumber: row.serial,
      revokedAt: row.revoked_at,
      reason: row.reason ?? undefined,
      invalidityDate: row.invalidity_date ?? undefined,
      notAfter: row.not_after,
      sequence: row.sequence,
    }))
    .sort((a, b) => (String(a.serialNumber) < String(b.serialNumber) ? -1 : 1));
  assert.equal(plain.length, issued.length);
  const { identifier: issuer } = issuing;
  for (const limit of [1, 4, plain.length, plain.length + 1]) {
    const found: CrlRow[] = [];
    for (;;) {
      const rows = rowsOf(await store.crlRows({ issuer, after: found.at(-1)?.serialNumber ?? '', limit }));
      found.push(...rows);
      if (rows.length < limit) break;
    }
    assert.deepEqual(found, plain);
  }
  const none = await store.crlRows({ issuer: 'nobody' as Identifier, after: '', limit: 10 });
  assert.deepEqual(none, crlRowsOf([]));
  const everything = { issuer, upTo: await store.headSequence(), validUntil: unixSeconds(0) };
  assert.equal(await store.crlCount(everything), plain.length);
});

test('rows are packed and read again as they were', () => {
  const row: CrlRow = {
    serialNumber: '7f'.repeat(20) as SerialNumber,
    revokedAt: unixSeconds(start),
    reason: 'aACompromise',
    invalidityDate: -5 as CrlRow['revokedAt'],
    notAfter: unixSeconds(253_402_300_799),
    sequence: Number.MAX_SAFE_INTEGER,
  };
  const bare = { ...row, serialNumber: '00' as SerialNumber, reason: undefined, invalidityDate: undefined };
  for (const rows of [[], [bare], [row], [bare, row, bare], [row, bare, bare]]) {
    assert.deepEqual(rowsOf(crlRowsOf(rows)), rows);
  }
});

test('a page whose columns are not of one length is refused', () => {
  const page = crlRowsOf([
    {
      serialNumber: '01' as SerialNumber,
      revokedAt: unixSeconds(1),
      reason: undefined,
      invalidityDate: undefined,
      notAfter: unixSeconds(2),
      sequence: 3,
    },
  ]);
  for (const broken of [
    { count: 2 },
    { count: 0 },
    { revokedAt: '' },
    { notAfter: '1x' },
    { sequence: '1,2' },
    { sequence: '-' },
  ]) {
    const cursor = new CrlRowCursor({ ...page, ...broken });
    assert.throws(() => {
      while (cursor.next());
    }, TypeError);
  }
});
