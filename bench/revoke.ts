// Revoking by the signed API.

import { DatabaseSync } from 'node:sqlite';
import { databaseFile } from '../src/drivers/sqlite/database.ts';
import { bulkStore } from './bulk-store.ts';
import { measureChanges, rounds } from './durable-changes.ts';
import type { Row } from './figures.ts';
import { signedPost } from './signed-path.ts';

const callsPerRound = 10_000;

export function benchRevoke(): Promise<Row[]> {
  return measureChanges({ doing: 'revoking', one: 'revocation', many: 'revocations', prepare });
}

async function prepare(dataDir: string): Promise<() => Buffer[]> {
  // Every second one is revoked already.
  await bulkStore(dataDir, 2 * callsPerRound * (rounds + 1));
  const identifiers = issuedIn(dataDir);
  return () =>
    identifiers
      .splice(0, callsPerRound)
      .map((Identifier) => signedPost('CreateRevokeClientCertificate', { Identifier, Reason: 'keyCompromise' }));
}

/** In random order, as revocations come. */
function issuedIn(dataDir: string): string[] {
  const database = new DatabaseSync(databaseFile(dataDir), { readOnly: true });
  try {
    const rows = database
      .prepare(
        "SELECT identifier FROM certificates WHERE state = 'issued' AND kind IN ('client', 'server') ORDER BY identifier",
      )
      .all();
    return rows.map(({ identifier }) => String(identifier));
  } finally {
    database.close();
  }
}
