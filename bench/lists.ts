// A page of each list over a million certificates, at the beginning, in the middle and at the end, with filters and
// without, through the socket; beside a bare node:http server that sends as many octets, and the same page of 1,000.

import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { findOperation } from '../src/protocols/rpc/catalog.ts';
import { type BulkStore, bulkStore } from './bulk-store.ts';
import { median, percentile, type Row } from './figures.ts';
import { freePort, runService } from './service.ts';
import { signedPath } from './signed-path.ts';

const certificates = Number(process.env['BENCH_CERTIFICATES'] ?? 1_000_000);
const few = 1000;
const callsPerFigure = 200;
const pageSize = 20;
const goalMillis = 20;

interface List {
  readonly operation: string;
  readonly filters: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export async function benchLists(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  try {
    const small = await pagesOf(join(folder, 'few'), few);
    rmSync(join(folder, 'few'), { recursive: true });
    const large = await pagesOf(join(folder, 'many'), certificates);
    const bareMillis = await bareFigures(
      Math.round(median(large.map(({ octets }) => octets).filter((octets) => octets > 0))),
    );
    const bare = median(bareMillis);
    const rows: Row[] = [
      { what: 'bare node:http, a page’s octets', figure: figureOf(bareMillis), ratio: 1 },
      ...small.map((page) => asRow(page, few, bare)),
      ...large.map((page) => asRow(page, certificates, bare)),
    ];
    const [, ...calm] = large;
    const slow = calm.filter(({ millis }) => median(millis) > goalMillis);
    const verdict = slow.length === 0 ? 'yes' : `no: ${slow.map(({ what }) => what).join('; ')}`;
    return [...rows, { what: `every page in ${goalMillis} ms or less (median)`, figure: verdict }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Page {
  readonly what: string;
  readonly octets: number;
  readonly millis: readonly number[];
}

/** In a fresh store of so many certificates; the store is kept until the folder goes. */
async function pagesOf(dataDir: string, count: number): Promise<Page[]> {
  const filled = await bulkStore(dataDir, count);
  const service = await runService(dataDir, await freePort());
  if (process.stderr.isTTY) process.stderr.write(`\nready after ${service.readyMillis.toFixed(0)} ms\n`);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const pages: Page[] = [await whilePublishing(service.url, filled, agent)];
    for (const list of listsOf(filled, count)) {
      const total = await totalOf(service.url, list, agent);
      const last = Math.max(1, Math.ceil(total / pageSize));
      for (const [depth, page] of depthsOf(last)) {
        const { millis, octets } = await timed(service.url, agent, () =>
          signedPath(list.operation, { ...list.parameters, ShowSize: String(pageSize), CurrentPage: String(page) }),
        );
        const what = `${list.operation}${list.filters && ` ${list.filters}`}, ${depth} of ${last} pages`;
        if (process.stderr.isTTY) process.stderr.write(`${what}: ${figureOf(millis)}\n`);
        pages.push({ what, octets, millis });
      }
    }
    return pages;
  } finally {
    agent.destroy();
    await service.stop();
  }
}

/** After a start the CRLs are made, with half of the certificates on them: lists are answered meanwhile. */
async function whilePublishing(url: string, { issuers, revoked }: BulkStore, agent: Agent): Promise<Page> {
  const began = performance.now();
  const millis: number[] = [];
  let octets = 0;
  for (const CaIdentifier of issuers) {
    for (;;) {
      const state = JSON.parse(await fetched(url + signedPath('GetCaInstanceCrlAddress', { CaIdentifier }), agent));
      if (state.HashCode !== '') break;
      const page = await timed(
        url,
        agent,
        () => signedPath('ListClientCertificate', { ShowSize: String(pageSize) }),
        10,
      );
      millis.push(...page.millis);
      octets = page.octets;
    }
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return { what: `ListClientCertificate while CRLs of ${revoked} entries are made (${seconds} s)`, octets, millis };
}

function depthsOf(last: number): [string, number][] {
  if (last < 3) return [['first', 1]];
  return [
    ['first', 1],
    ['middle', Math.ceil(last / 2)],
    ['last', last],
  ];
}

function listsOf({ issuers, rareGroup }: BulkStore, count: number): List[] {
  const issuer = issuers[0] ?? '';
  // Certificates change one a minute (bulk-store.ts): a tenth of them, in the middle.
  const day = (share: number) => `${new Date(Date.now() - count * share * 60_000).toISOString().slice(0, 10)}`;
  const lists: List[] = [
    { operation: 'ListClientCertificate', filters: '', parameters: {} },
    { operation: 'ListClientCertificate', filters: 'of a group', parameters: { ResourceGroupId: 'rg-3' } },
    { operation: 'ListClientCertificate', filters: 'of a rare group', parameters: { ResourceGroupId: rareGroup } },
    { operation: 'ListCert', filters: '', parameters: {} },
    { operation: 'ListCert', filters: 'of a kind', parameters: { Type: 'SERVER' } },
    { operation: 'ListCert', filters: 'revoked of a CA', parameters: { ParentIdentifier: issuer, Status: 'REVOKE' } },
    { operation: 'ListCert', filters: 'changed since the middle', parameters: { AfterDate: day(0.5) } },
    {
      operation: 'ListCert',
      filters: 'changed in a span',
      parameters: { AfterDate: day(0.55), BeforeDate: day(0.45) },
    },
    { operation: 'ListRevokeCertificate', filters: '', parameters: {} },
  ];
  return lists.filter(({ operation }) => findOperation(operation) !== undefined);
}

async function totalOf(url: string, { operation, parameters }: List, agent: Agent): Promise<number> {
  const answer = await fetched(url + signedPath(operation, { ...parameters, ShowSize: '1' }), agent);
  const { TotalCount } = JSON.parse(answer) as { TotalCount: number };
  return TotalCount;
}

/** One after the other on one connection, so that a figure is the time of a page and not of a queue. */
async function timed(
  url: string,
  agent: Agent,
  path: () => string,
  calls = callsPerFigure,
): Promise<{ millis: number[]; octets: number }> {
  const millis: number[] = [];
  let octets = 0;
  for (let call = 0; call < calls; call++) {
    const target = url + path();
    const began = performance.now();
    const answer = await fetched(target, agent);
    millis.push(performance.now() - began);
    octets = answer.length;
  }
  return { millis, octets };
}

function fetched(target: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(target, { agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`HTTP ${response.statusCode}: ${text}`));
      });
    }).on('error', reject);
  });
}

async function bareFigures(octets: number): Promise<number[]> {
  const port = await freePort();
  const bare = new Worker(bareServer, { eval: true, workerData: { octets, port } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await new Promise((resolve) => bare.once('message', resolve));
    const { millis } = await timed(`http://127.0.0.1:${port}`, agent, () => '/');
    return millis;
  } finally {
    agent.destroy();
    await bare.terminate();
  }
}

const bareServer = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const body = JSON.stringify({ a: 'x'.repeat(workerData.octets) });
  createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(body);
  }).listen(workerData.port, '127.0.0.1', () => parentPort.postMessage('up'));
`;

function asRow({ what, millis }: Page, count: number, bare: number): Row {
  return {
    what: `${what}, ${count} certificates`,
    figure: figureOf(millis),
    ...(millis.length > 0 && { ratio: Math.round(median(millis) / bare) }),
  };
}

function figureOf(millis: readonly number[]): string {
  if (millis.length === 0) return 'none were asked';
  return `median ${median(millis).toFixed(2)} ms, p99 ${percentile(millis, 0.99).toFixed(2)} ms`;
}
