// The signed status call of one serial number, everything on but the limit, beside a bare node:http server.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import autocannon from 'autocannon';
import { median, type Row } from './figures.ts';
import { fillStore } from './filled-store.ts';
import { runService } from './service.ts';
import { signedPath } from './signed-path.ts';

const rounds = 5;
const callsPerRound = 20_000;
const connections = 32;
const servicePort = 18_472;
const barePort = 18_473;

export async function benchStatus(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const bare = new Worker(bareServer, { eval: true });
  try {
    await new Promise((resolve) => bare.once('message', resolve));
    const serials = await fillStore(join(folder, 'data'), 10_000);
    const service = await runService(join(folder, 'data'), servicePort);
    const figures = { bare: [] as number[], status: [] as number[] };
    try {
      for (let round = 0; round < rounds; round++) {
        const paths = Array.from({ length: callsPerRound }, (_, index) =>
          signedPath('DescribeClientCertificateStatusForSerialNumber', {
            SerialNumber: serials[index % serials.length] ?? '',
          }),
        );
        figures.bare.push(await load(`http://127.0.0.1:${barePort}`, paths));
        figures.status.push(await load(service.url, paths));
      }
    } finally {
      await service.stop();
    }
    const [bareRate, statusRate] = [median(figures.bare), median(figures.status)];
    return [
      { what: 'bare node:http, constant 290 octets, GET', figure: `${bareRate.toFixed(0)} calls/s`, ratio: 1 },
      {
        what: 'signed status call (V1, GET, one serial number)',
        figure: `${statusRate.toFixed(0)} calls/s`,
        ratio: Math.round((statusRate / bareRate) * 1000) / 1000,
      },
    ];
  } finally {
    await bare.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
}

const bareServer = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ a: 'x'.repeat(282) });
  createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(body);
  }).listen(${barePort}, '127.0.0.1', () => parentPort.postMessage('up'));
`;

/** Calls a second; every answer must be HTTP 200. */
async function load(url: string, paths: readonly string[]): Promise<number> {
  let next = 0;
  const result = await autocannon({
    url,
    connections,
    amount: paths.length,
    requests: [{ setupRequest: (request: object) => ({ ...request, path: paths[next++ % paths.length] }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors`);
  return paths.length / ((result.finish.getTime() - result.start.getTime()) / 1000);
}
