// Revoking by the signed API from 16 connections, everything on but the limit; beside a bare node:http server that reads the same
// requests, and what SQLite inserts durably.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseFile } from '../src/drivers/sqlite/database.ts';
import { bulkStore } from './bulk-store.ts';
import { burst, burstAt, clients } from './burst.ts';
import { durableRows } from './durable-rows.ts';
import { median, type Row } from './figures.ts';
import { startBareServer } from './load.ts';
import { freePort, runService } from './service.ts';
import { signedPost } from './signed-path.ts';

const rounds = 5;
const callsPerRound = 10_000;

export async function benchRevoke(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const barePort = await freePort();
  const bare = await startBareServer(barePort);
  try {
    const dataDir = join(folder, 'data');
    // Every second one is revoked already.
    await bulkStore(dataDir, 2 * callsPerRound * (rounds + 1));
    const identifiers = issuedIn(dataDir);
    const requests = () =>
      identifiers
        .splice(0, callsPerRound)
        .map((Identifier) => signedPost('CreateRevokeClientCertificate', { Identifier, Reason: 'keyCompromise' }));
    const service = await runService(dataDir, await freePort());
    const figures = { bare: [] as number[], revoke: [] as number[], micros: [] as number[] };
    try {
      await burstAt(service, requests());
      for (let round = 0; round < rounds; round++) {
        const each = requests();
        figures.bare.push(await burst(barePort, each));
        const { rate, micros } = await burstAt(service, each);
        figures.revoke.push(rate);
        figures.micros.push(micros);
      }
    } finally {
      await service.stop();
    }
    const [bareRate, rate] = [median(figures.bare), median(figures.revoke)];
    return [
      {
        what: `bare node:http, POST of the same requests, ${clients} clients`,
        figure: `${bareRate.toFixed(0)} calls/s`,
        ratio: 1,
      },
      ...durableRows(),
      {
        what: `revoking, ${clients} clients, durable`,
        figure: `${rate.toFixed(0)} revocations/s`,
        ratio: Math.round((rate / bareRate) * 1000) / 1000,
      },
      { what: 'of it, processor time of the service', figure: `${median(figures.micros).toFixed(0)} µs a revocation` },
    ];
  } finally {
    await bare.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
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
