// Two threads that serve beside one: the same load on each service in turn, of status calls and of OCSP answers that are kept.
// In calls for each second of the processor as well, since the load generator takes its share of a small machine.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processorMicros } from './burst.ts';
import { median, type Row } from './figures.ts';
import { fillStoreOf } from './filled-store.ts';
import { generator, load, loadOnce } from './load.ts';
import { requestsAbout } from './ocsp.ts';
import { type BenchService, runService } from './service.ts';
import { signedPath } from './signed-path.ts';

const rounds = 5;
const certificates = 1000;
/** More than a second of wrk takes; autocannon sends all there are. */
const callsPerRound = generator === 'wrk' ? 100_000 : 20_000;
const ports = [18_495, 18_496] as const;
/** What a thread has answered is counted a moment later. */
const countedMillis = 300;

export async function benchWorkers(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const services: BenchService[] = [];
  try {
    const { serials, root } = await fillStoreOf(join(folder, '1'), certificates, 'ECC_256');
    cpSync(join(folder, '1'), join(folder, '2'), { recursive: true });
    for (const [index, port] of ports.entries()) {
      const workers = String(index + 1);
      services.push(await runService(join(folder, workers), port, { CERTITUDE_WORKERS: workers }));
    }
    const { get } = requestsAbout(root, serials);
    // Each answer is signed once, and then made known to each thread.
    for (const { url } of services) for (let warming = 0; warming < 2; warming++) await load(url, get);
    return [
      ...(await compare('signed status call', services, (url) => loadOnce(url, calls(serials)))),
      ...(await compare('OCSP, kept answer, GET', services, (url) => load(url, get))),
    ];
  } finally {
    for (const { stop } of services) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function calls(serials: readonly string[]): readonly string[] {
  const action = 'DescribeClientCertificateStatusForSerialNumber';
  return Array.from({ length: callsPerRound }, (_, index) =>
    signedPath(action, { SerialNumber: serials[index % serials.length] ?? '' }),
  );
}

/** The second of the services by the first, which has one thread. */
async function compare(
  what: string,
  services: readonly BenchService[],
  ask: (url: string) => Promise<number>,
): Promise<Row[]> {
  const figures = services.map(() => ({ rates: [] as number[], perCpuSecond: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, { url, pid }] of services.entries()) {
      const [answered, micros] = [await answersOf(url), processorMicros(pid)];
      figures[index]?.rates.push(await ask(url));
      await sleep(countedMillis);
      const taken = (processorMicros(pid) - micros) / 1e6;
      figures[index]?.perCpuSecond.push(((await answersOf(url)) - answered) / taken);
    }
  }
  const [one, two] = figures.map(({ rates, perCpuSecond }) => ({
    rate: median(rates),
    perCpuSecond: median(perCpuSecond),
  }));
  if (!one || !two) return [];
  const ratio = (a: number, b: number) => Math.round((a / b) * 1000) / 1000;
  return [
    { what: `${what}, one thread (${generator})`, figure: `${one.rate.toFixed(0)} answers/s`, ratio: 1 },
    { what: `${what}, two threads`, figure: `${two.rate.toFixed(0)} answers/s`, ratio: ratio(two.rate, one.rate) },
    { what: `${what}, one thread, by processor`, figure: `${one.perCpuSecond.toFixed(0)} answers/CPU s`, ratio: 1 },
    {
      what: `${what}, two threads, by processor`,
      figure: `${two.perCpuSecond.toFixed(0)} answers/CPU s`,
      ratio: ratio(two.perCpuSecond, one.perCpuSecond),
    },
  ];
}

/** Status calls and OCSP answers so far, by all threads. */
async function answersOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = text.split('\n').filter((line) => /^certitude_(?:calls|ocsp)_total\{/.test(line));
  return counts.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
