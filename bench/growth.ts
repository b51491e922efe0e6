// Whether answers stay as fast as the store grows: a restart, and the signed status call, with more and more certificates; beside a
// bare node:http server.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseFile } from '../src/drivers/sqlite/database.ts';
import { bulkStore } from './bulk-store.ts';
import { isLarge, median, type Row } from './figures.ts';
import { generator, loadOnce, startBareServer } from './load.ts';
import { freePort, runService } from './service.ts';
import { signedPath } from './signed-path.ts';

const sizes = [100_000, 1_000_000, ...(isLarge ? [10_000_000] : [])];
const rounds = 5;
const callsPerRound = generator === 'wrk' ? 60_000 : 20_000;

export async function benchGrowth(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await measure(size)));
  return rows;
}

async function measure(size: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const barePort = await freePort();
  const bare = await startBareServer(barePort);
  try {
    const dataDir = join(folder, 'data');
    await bulkStore(dataDir, size);
    const serials = someOf(dataDir);
    const servicePort = await freePort();
    // The first one makes what only first ones make.
    await (await runService(dataDir, servicePort)).stop();
    const service = await runService(dataDir, servicePort);
    const figures = { bare: [] as number[], status: [] as number[] };
    try {
      for (let round = 0; round < rounds; round++) {
        const paths = Array.from({ length: callsPerRound }, (_, index) =>
          signedPath('DescribeClientCertificateStatusForSerialNumber', {
            SerialNumber: serials[index % serials.length] ?? '',
          }),
        );
        figures.bare.push(await loadOnce(`http://127.0.0.1:${barePort}`, paths));
        figures.status.push(await loadOnce(service.url, paths));
      }
    } finally {
      await service.stop();
    }
    const [bareRate, rate] = [median(figures.bare), median(figures.status)];
    const label = `${size} certificates`;
    return [
      { what: `${label}: restart`, figure: `${service.readyMillis.toFixed(0)} ms` },
      { what: `${label}: bare node:http, GET (${generator})`, figure: `${bareRate.toFixed(0)} calls/s`, ratio: 1 },
      {
        what: `${label}: signed status call of one serial number`,
        figure: `${rate.toFixed(0)} calls/s`,
        ratio: Math.round((rate / bareRate) * 1000) / 1000,
      },
    ];
  } finally {
    await bare.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From all over the store, good and revoked. */
function someOf(dataDir: string): string[] {
  const database = new DatabaseSync(databaseFile(dataDir), { readOnly: true });
  try {
    return database
      .prepare('SELECT serial FROM certificates ORDER BY serial LIMIT 20000')
      .all()
      .map(({ serial }) => String(serial));
  } finally {
    database.close();
  }
}
