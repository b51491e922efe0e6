// How long a restart takes with a million certificates, from the table and from the file of the last stop, beside one with none;
// and what of it is making the status index, beside a Map made of the same certificates.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepStatusCheckpoint, openStatusIndex } from '../src/app/open-status-index.ts';
import { SqliteStore } from '../src/drivers/sqlite/store.ts';
import { statusCheckpointFile } from '../src/drivers/status-checkpoint.ts';
import { firstPlace, type StandingPage, type StandingPlace } from '../src/registry/standing-page.ts';
import { bulkStore } from './bulk-store.ts';
import { median, type Row } from './figures.ts';
import { fillStore } from './filled-store.ts';
import { runService } from './service.ts';

const certificates = 1_000_000;
const runs = 5;
const port = 18_471;

export async function benchStart(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  try {
    const [full, empty] = [join(folder, 'full'), join(folder, 'empty')];
    await bulkStore(full, certificates);
    await fillStore(empty, 0);
    // The first service makes what only first ones make: OCSP responders and CRLs.
    await restart(full);
    await restart(empty);
    const millis = { empty: [] as number[], table: [] as number[], file: [] as number[] };
    for (let run = 0; run < runs; run++) {
      millis.empty.push(await restart(empty));
      millis.file.push(await restart(full));
      rmSync(statusCheckpointFile(full));
      millis.table.push(await restart(full));
    }
    const [none, table, file] = [median(millis.empty), median(millis.table), median(millis.file)];
    return [
      { what: 'restart without certificates, process start to ready', figure: `${none.toFixed(0)} ms`, ratio: 1 },
      {
        what: `restart with ${certificates}, from the table`,
        figure: `${table.toFixed(0)} ms`,
        ratio: round(table / none),
      },
      {
        what: `restart with ${certificates}, from the file`,
        figure: `${file.toFixed(0)} ms`,
        ratio: round(file / none),
      },
      ...(await making(full)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function making(dataDir: string): Promise<Row[]> {
  const store = await SqliteStore.open({ dataDir, mode: 'existing', verify: 'none' });
  try {
    const seconds = { read: [] as number[], map: [] as number[], table: [] as number[], file: [] as number[] };
    for (let run = 0; run < runs; run++) {
      rmSync(statusCheckpointFile(dataDir), { force: true });
      seconds.read.push(await timed(() => readAll(store)));
      seconds.map.push(await timed(() => makeMap(store)));
      seconds.table.push(await timed(() => openStatusIndex(store, dataDir)));
      const { statusIndex, sequence } = await openStatusIndex(store, dataDir);
      await keepStatusCheckpoint({ store, dataDir, statusIndex, sequence });
      seconds.file.push(await timed(() => openStatusIndex(store, dataDir)));
    }
    const row = (what: string, values: readonly number[]): Row => ({
      what,
      figure: `${(certificates / median(values) / 1e6).toFixed(2)} M certificates/s`,
      ratio: round(median(seconds.map) / median(values)),
    });
    return [
      row('a Map made from the table, numbers as text', seconds.map),
      row('the table read, and nothing made of it', seconds.read),
      row('the status index made from the table', seconds.table),
      row('the status index made from the file', seconds.file),
    ];
  } finally {
    await store.close();
  }
}

async function readAll(store: SqliteStore): Promise<void> {
  for (let place: StandingPlace | undefined = firstPlace; place; ) place = (await store.standingPage(place)).next;
}

async function makeMap(store: SqliteStore): Promise<Map<string, { since: string; revokedAt: string }>> {
  const map = new Map<string, { since: string; revokedAt: string }>();
  for (let coming: Promise<StandingPage> | undefined = store.standingPage(firstPlace); coming; ) {
    const page: StandingPage = await coming;
    coming = page.next && store.standingPage(page.next);
    const [serials, standings] = [page.serials, page.standings].map((column) =>
      Buffer.from(column).toString('latin1').split(','),
    );
    for (const [at, serial] of serials?.entries() ?? []) {
      const [since = '', revokedAt = ''] = (standings?.[at] ?? '').split(' ');
      map.set(serial, { since, revokedAt });
    }
  }
  return map;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function restart(dataDir: string): Promise<number> {
  const service = await runService(dataDir, port);
  await service.stop();
  return service.readyMillis;
}

function round(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}
