// A store with a CA of which very many certificates are revoked, for measuring CRLs. The rows are written straight into the
// table and the journal knows nothing of them: what CRLs are made from is there, and nothing else.

import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { BackgroundWork } from '../src/app/background.ts';
import { loadConfig } from '../src/app/config.ts';
import { initialise, operatorActor } from '../src/app/initialise.ts';
import { openStore } from '../src/app/open-store.ts';
import { systemClock, toSeconds } from '../src/base/time.ts';
import { FileSigner } from '../src/drivers/file-signer.ts';
import { databaseFile } from '../src/drivers/sqlite/database.ts';
import { nameOf } from '../src/pki/name.ts';
import { generateSerialNumber } from '../src/pki/serial-number.ts';
import { verifySignatureInPool } from '../src/pki/signature.ts';
import { createRoot } from '../src/registry/authorities.ts';
import { Issuers } from '../src/registry/issuers.ts';
import { type Identifier, revocationReasons } from '../src/registry/model.ts';
import { benchKey } from './service.ts';

export const revokedStoreUrl = 'http://bench.example';

/** @returns the CA, and whom it revoked, for others to make the same list. */
export async function revokedStore(dataDir: string, count: number): Promise<{ issuer: Identifier; serials: string[] }> {
  const opened = await openStore({ ...loadConfig({}), dataDir }, 'create');
  const made = await initialise(opened, benchKey);
  if (!made) throw new Error('the store was not new');
  const { account } = made;
  const { store, sealer } = opened;
  const actor = operatorActor();
  const { identifier: issuer } = await createRoot(
    { account, actor, labels: {}, algorithm: 'ECC_256', subject: nameOf({ commonName: 'Bench' }), years: 10 },
    {
      store,
      issuers: new Issuers(store),
      signer: new FileSigner(sealer),
      verify: verifySignatureInPool,
      clock: systemClock,
      randomForNames: randomBytes,
      background: new BackgroundWork(() => {}),
      issuanceRules: { publicUrl: revokedStoreUrl, allowRsa1024: false },
    },
  );
  await store.close();

  const now = toSeconds(systemClock.now());
  const serials = Array.from({ length: count }, () => generateSerialNumber(randomBytes));
  const row = {
    account,
    kind: 'client',
    issuer,
    state: 'revoked',
    key_algorithm: 'ECC_256',
    subject: 'CN=device',
    not_before: now - 86_400,
    not_after: now + 365 * 86_400,
    sequence: 1,
    changed_at: systemClock.now(),
    labels_sequence: 1,
    has_key: 0,
    issued_count: 0,
  };
  const database = new DatabaseSync(databaseFile(dataDir));
  try {
    // The store is thrown away after the run, so a power cut may cost it.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY');
    const indexes = database
      .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
      .all() as { name: string; sql: string }[];
    for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
    database.exec('BEGIN IMMEDIATE');
    const columns = [...Object.keys(row), 'identifier', 'serial', 'revoked_at', 'reason'];
    const insert = database.prepare(
      `INSERT INTO certificates (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const fixed = Object.values(row);
    for (const [index, serial] of serials.entries()) {
      const reason = index % 2 === 0 ? null : (revocationReasons[index % revocationReasons.length] ?? null);
      insert.run(...fixed, randomBytes(16).toString('hex'), serial, now - (index % 86_400), reason);
    }
    database.exec('COMMIT');
    for (const { sql } of indexes) database.exec(sql);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  return { issuer, serials };
}
