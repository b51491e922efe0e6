// Calls that change something, each good for once and durable before it is answered, from 16 connections, everything on but the
// limit; beside a bare node:http server that reads the same requests, and what SQLite inserts durably.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { burst, burstAt, clients } from './burst.ts';
import { durableRows } from './durable-rows.ts';
import { median, type Row } from './figures.ts';
import { startBareServer } from './load.ts';
import { freePort, runService } from './service.ts';

/** One before, to warm up. */
export const rounds = 5;

export interface Change {
  /** Makes the store in the folder and gives back what makes the requests of a round. */
  readonly prepare: (dataDir: string) => Promise<() => readonly Buffer[]>;
  /** What is done, and what each call makes. */
  readonly doing: string;
  readonly one: string;
  readonly many: string;
}

export async function measureChanges({ prepare, doing, one, many }: Change): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const barePort = await freePort();
  const bare = await startBareServer(barePort);
  try {
    const dataDir = join(folder, 'data');
    const requests = await prepare(dataDir);
    const service = await runService(dataDir, await freePort());
    const figures = { bare: [] as number[], change: [] as number[], micros: [] as number[] };
    try {
      await burstAt(service, requests());
      for (let round = 0; round < rounds; round++) {
        const each = requests();
        figures.bare.push(await burst(barePort, each));
        const { rate, micros } = await burstAt(service, each);
        figures.change.push(rate);
        figures.micros.push(micros);
      }
    } finally {
      await service.stop();
    }
    const [bareRate, rate] = [median(figures.bare), median(figures.change)];
    return [
      {
        what: `bare node:http, POST of the same requests, ${clients} clients`,
        figure: `${bareRate.toFixed(0)} calls/s`,
        ratio: 1,
      },
      ...durableRows(),
      {
        what: `${doing}, ${clients} clients, durable`,
        figure: `${rate.toFixed(0)} ${many}/s`,
        ratio: Math.round((rate / bareRate) * 1000) / 1000,
      },
      { what: 'of it, processor time of the service', figure: `${median(figures.micros).toFixed(0)} µs a ${one}` },
    ];
  } finally {
    await bare.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
}
