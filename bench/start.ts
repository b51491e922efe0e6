// How long a restart takes with 100,000 certificates, beside one with none.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from './figures.ts';
import { fillStore } from './filled-store.ts';
import { runService } from './service.ts';

const certificates = 100_000;
const runs = 5;
const port = 18_471;

export async function benchStart(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  try {
    await fillStore(join(folder, 'full'), certificates);
    await fillStore(join(folder, 'empty'), 0);
    const full: number[] = [];
    const empty: number[] = [];
    for (let run = 0; run < runs; run++) {
      empty.push(await restart(join(folder, 'empty')));
      full.push(await restart(join(folder, 'full')));
    }
    const [none, many] = [median(empty), median(full)];
    return [
      { what: 'restart without certificates, process start to ready', figure: `${none.toFixed(0)} ms` },
      { what: `restart with ${certificates} certificates`, figure: `${many.toFixed(0)} ms`, ratio: round(many / none) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function restart(dataDir: string): Promise<number> {
  const service = await runService(dataDir, port);
  await service.stop();
  return service.readyMillis;
}

function round(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}
