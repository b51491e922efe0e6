// Many serial numbers in a call: the compatible call by POST, and /v1/status in lines and packed; beside a bare node:http server that
// reads the same requests. Of each how many serial numbers a second, and how long the service's event loop was held up.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../src/base/time.ts';
import { signedHeaders } from '../src/client/rpc-client.ts';
import { packedSerialsType, packedStatusesType } from '../src/protocols/rpc/bulk/media-types.ts';
import { packSerialNumbers } from '../src/protocols/rpc/bulk/serial-records.ts';
import { cas } from '../src/protocols/rpc/product.ts';
import { processorMicros } from './burst.ts';
import { isLarge, median, type Row } from './figures.ts';
import { startBareServer } from './load.ts';
import { madeSerial } from './made-serials.ts';
import { benchKey, freePort } from './service.ts';

const certificates = Number(process.env['BENCH_CERTIFICATES'] ?? (isLarge ? 10_000_000 : 1_000_000));
const rounds = 5;
const leastMillis = 1000;
/** As many as one account may have answered at a time. */
const connections = 2;
const operation = { name: 'DescribeClientCertificateStatusForSerialNumber', version: cas.version };
/** prom-client measures with a timer of this resolution, which is in what it tells. */
const timerMillis = 10;

interface Kind {
  readonly what: string;
  readonly path: string;
  readonly type: string;
  readonly accept: string;
  readonly sizes: readonly number[];
  readonly bodyOf: (serials: readonly string[]) => Uint8Array<ArrayBuffer>;
}

const text = (body: string) => new TextEncoder().encode(body);
const kinds: readonly Kind[] = [
  {
    what: 'compatible call, POST form, V3',
    path: '/',
    type: 'application/x-www-form-urlencoded',
    accept: '*/*',
    sizes: [100, 1000, 10_000],
    bodyOf: (serials) => text(`SerialNumber=${serials.join('%2C')}`),
  },
  {
    what: '/v1/status, JSON lines',
    path: '/v1/status',
    type: 'application/jsonl',
    accept: 'application/jsonl',
    sizes: [1000, 100_000, 1_000_000],
    bodyOf: (serials) => text(serials.map((serial) => `"${serial}"\n`).join('')),
  },
  {
    what: '/v1/status, packed',
    path: '/v1/status',
    type: packedSerialsType,
    accept: packedStatusesType,
    sizes: [1000, 100_000, 1_000_000],
    bodyOf: packSerialNumbers,
  },
];

export async function benchBulk(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const [port, barePort] = [await freePort(), await freePort()];
  const bare = await startBareServer(barePort);
  const service = await startService(join(folder, 'data'), port);
  const rows: Row[] = [];
  try {
    await idle(port, rows);
    for (const kind of kinds) {
      for (const size of kind.sizes) rows.push(...(await measure(kind, size, { port, barePort, pid: service.pid })));
    }
    return rows;
  } finally {
    await service.stop();
    await bare.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startService(dataDir: string, port: number) {
  const script = fileURLToPath(new URL('./bulk-service.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir, String(port), String(certificates)], { stdio: 'inherit' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** What the machine does to an event loop that has nothing to do. */
async function idle(port: number, rows: Row[]): Promise<void> {
  await delays(port);
  await new Promise((resolve) => setTimeout(resolve, 3 * leastMillis));
  rows.push({ what: `${certificates} certificates; nothing asked`, figure: `event loop ${await delays(port)}` });
}

async function measure(
  kind: Kind,
  size: number,
  { port, barePort, pid }: { readonly port: number; readonly barePort: number; readonly pid: number },
): Promise<Row[]> {
  const rates = { bare: [] as number[], service: [] as number[], micros: [] as number[] };
  const calls = Math.max(connections, Math.ceil(200_000 / size));
  const bodies = Array.from({ length: Math.min(calls, 20) }, () => kind.bodyOf(anySerials(size)));
  const requests = () =>
    Array.from({ length: calls }, (_, call) => requestOf(kind, bodies[call % bodies.length], port));
  await run(port, requests());
  await delays(port);
  for (let round = 0; round < rounds; round++) {
    for (const [rateOf, at] of [
      [rates.bare, barePort],
      [rates.service, port],
    ] as const) {
      let asked = 0;
      let millis = 0;
      const before = processorMicros(pid);
      while (millis < leastMillis / 2) {
        const made = requests();
        const began = performance.now();
        await run(at, made);
        millis += performance.now() - began;
        asked += calls * size;
      }
      rateOf.push(asked / millis / 1000);
      if (at === port) rates.micros.push((processorMicros(pid) - before) / asked);
    }
  }
  const [bareRate, rate, micros] = [median(rates.bare), median(rates.service), median(rates.micros)];
  const held = await delays(port);
  return [
    {
      what: `bare node:http, the same requests (${kind.what}, ${size})`,
      figure: `${bareRate.toFixed(2)} M/s`,
      ratio: 1,
    },
    {
      what: `${kind.what}, ${size} serial numbers a call`,
      figure: `${rate.toFixed(2)} M/s; ${(1 / micros).toFixed(2)} M a processor second; event loop ${held}`,
      ratio: Math.round((rate / bareRate) * 1000) / 1000,
    },
  ];
}

/** Nine in ten of them known. */
function anySerials(size: number): string[] {
  return Array.from({ length: size }, () => madeSerial(Math.floor((Math.random() * certificates * 10) / 9)));
}

function requestOf({ path, type, accept }: Kind, body: Uint8Array<ArrayBuffer> | undefined, port: number): Buffer {
  const sent = body ?? new Uint8Array();
  const endpoint = new URL(`http://127.0.0.1:${port}`);
  const headers = signedHeaders(
    operation,
    { path, type, body: sent },
    { endpoint, ...benchKey, clock: systemClock, random: randomBytes },
  );
  const lines = Object.entries({ ...headers, accept, 'content-length': String(sent.length) });
  const head = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), sent]);
}

/** Sends each once, over a few connections. @throws when one is not answered with 200. */
async function run(port: number, requests: readonly Buffer[]): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: connections }, () => sendAll(port, () => requests[next++])));
}

function sendAll(port: number, take: () => Buffer | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let octets = 0;
    let head = '';
    let last = '';
    const send = (): void => {
      octets = 0;
      head = '';
      last = '';
      const request = take();
      if (request) socket.write(request);
      else resolve(void socket.destroy());
    };
    socket.once('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed')));
    socket.on('data', (part: Buffer) => {
      octets += part.length;
      if (!head.includes('\r\n\r\n')) head += part.toString('latin1', 0, 2000);
      last = (last + part.toString('latin1', Math.max(0, part.length - 8))).slice(-8);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!head.startsWith('HTTP/1.1 200 ')) {
        socket.destroy(new Error(head));
        return;
      }
      const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, end + 2))?.[1];
      const isWhole = length === undefined ? last.endsWith('\r\n0\r\n\r\n') : octets === end + 4 + Number(length);
      if (isWhole) send();
    });
  });
}

/** Since it was asked last. */
async function delays(port: number): Promise<string> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const millis = (name: string) => {
    const seconds = Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(metrics)?.[1]);
    return Math.max(0, seconds * 1000 - timerMillis).toFixed(1);
  };
  return `p99 ${millis('p99')} ms, most ${millis('max')} ms`;
}
