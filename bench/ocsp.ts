// OCSP, answered from what is kept and signed on demand, beside a bare node:http server, `cfssl ocspserve` and
// `openssl ocsp` where they are installed.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectPublicKeyOf } from '../src/pki/algorithm.ts';
import { parseCertificate } from '../src/pki/certificate.ts';
import { certIdOf, nonceExtension, requestOf } from '../test/pki/asking.ts';
import { median, type Row } from './figures.ts';
import { fillStoreOf } from './filled-store.ts';
import { generator, load, loadByConnections, type Requests, startBareServer } from './load.ts';
import { type BenchService, runService } from './service.ts';

const rounds = 5;
const certificates = 1000;
const ports = { bare: 18_474, ecc: 18_475, rsa: 18_476, cfssl: 18_477, opensslEcc: 18_478, opensslRsa: 18_479 };
const post = { method: 'POST', headers: { 'content-type': 'application/ocsp-request' } } as const;

interface Contender {
  readonly what: string;
  readonly port: number;
  readonly requests: Requests;
  /** Whether with a new connection for each request, as `openssl ocsp` knows no other way. */
  readonly closing?: true;
  /** What its figure is measured by. */
  readonly beside?: string;
}

export async function benchOcsp(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const stopping: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const bare = await startBareServer(ports.bare);
    stopping.push(() => bare.terminate());
    const ecc = await startOurs(folder, 'ECC_256', ports.ecc, stopping);
    const rsa = await startOurs(folder, 'RSA_2048', ports.rsa, stopping);
    const contenders: Contender[] = [
      { what: 'bare node:http, GET', port: ports.bare, requests: ecc.get },
      { what: 'bare node:http, POST', port: ports.bare, requests: ecc.post, beside: 'bare node:http, GET' },
      { what: 'kept answer, GET', port: ports.ecc, requests: ecc.get, beside: 'bare node:http, GET' },
      { what: 'kept answer, POST', port: ports.ecc, requests: ecc.post, beside: 'bare node:http, GET' },
      { what: 'signed on demand, EC', port: ports.ecc, requests: ecc.nonce, beside: 'bare node:http, GET' },
      { what: 'signed on demand, RSA-2048', port: ports.rsa, requests: rsa.nonce, beside: 'bare node:http, GET' },
    ];
    if (await startCfssl(folder, ecc, stopping)) {
      // By POST only: Debian's release takes a plus in a path for a blank.
      const atRoot = { ...post, each: ecc.post.each.map((each) => ({ ...each, path: '/' })) };
      const what = 'cfssl ocspserve on one CPU, POST';
      contenders.push({ what, port: ports.cfssl, requests: atRoot, beside: 'kept answer, POST' });
    }
    for (const [name, ours, oursAt, port, options] of [
      ['EC', ecc, ports.ecc, ports.opensslEcc, ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
      ['RSA-2048', rsa, ports.rsa, ports.opensslRsa, ['-newkey', 'rsa:2048']],
    ] as const) {
      const mine = `signed on demand, ${name}, new connection each`;
      contenders.push({ what: mine, port: oursAt, requests: ours.nonce, closing: true });
      const theirs = await startOpenssl(join(folder, name), port, options, stopping);
      if (theirs)
        contenders.push({
          what: `openssl ocsp, ${name}, new connection each`,
          port,
          requests: theirs,
          closing: true,
          beside: mine,
        });
    }
    return await measure(contenders);
  } finally {
    for (const stop of stopping.reverse()) await stop();
  }
}

/** All contenders in turn, again and again, so that whatever else the machine does falls on all of them. */
async function measure(contenders: readonly Contender[]): Promise<Row[]> {
  const figures = new Map<string, number[]>(contenders.map(({ what }) => [what, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { what, port, requests, closing } of contenders) {
      const rate = closing ? loadByConnections(port, requests) : load(`http://127.0.0.1:${port}`, requests);
      figures.get(what)?.push(await rate);
    }
  }
  const rateOf = (what: string) => median(figures.get(what) ?? []);
  return contenders.map(({ what, beside, closing }) => {
    const rate = rateOf(what);
    const row = { what, figure: `${rate.toFixed(0)} answers/s (${closing ? 'connections' : generator})` };
    return beside === undefined ? row : { ...row, ratio: Math.round((rate / rateOf(beside)) * 1000) / 1000 };
  });
}

async function startOurs(folder: string, algorithm: 'ECC_256' | 'RSA_2048', port: number, stopping: (() => unknown)[]) {
  const dataDir = join(folder, algorithm);
  const { serials, root } = await fillStoreOf(dataDir, certificates, algorithm);
  const service: BenchService = await runService(dataDir, port);
  stopping.push(service.stop);
  return { url: service.url, ...requestsAbout(root, serials) };
}

export function requestsAbout(authority: Uint8Array, serials: readonly string[]) {
  const { subjectDer, spki } = parseCertificate(authority);
  const issuer = { nameDer: subjectDer, key: subjectPublicKeyOf(spki) };
  const plain = serials.map((serial) => requestOf([certIdOf(serial, 'sha1', { issuer })]));
  const nonce = serials.map((serial) => requestOf([certIdOf(serial, 'sha1', { issuer })], [nonceExtension(32)]));
  const asPost = (all: readonly Uint8Array[]): Requests => ({
    ...post,
    each: all.map((body) => ({ path: '/ocsp', body })),
  });
  const get: Requests = {
    method: 'GET',
    each: plain.map((der) => ({ path: `/ocsp/${encodeURIComponent(Buffer.from(der).toString('base64'))}` })),
  };
  return { get, post: asPost(plain), nonce: asPost(nonce) };
}

/** With the answers of our own service, which are all it serves. */
async function startCfssl(
  folder: string,
  ours: { url: string; post: Requests },
  stopping: (() => unknown)[],
): Promise<boolean> {
  if (spawnSync('cfssl', ['version']).error) return false;
  const answers: string[] = [];
  for (const { body } of ours.post.each) {
    const reply = await fetch(`${ours.url}/ocsp`, { method: 'POST', headers: post.headers, body: body ?? null });
    answers.push(Buffer.from(await reply.arrayBuffer()).toString('base64'));
  }
  writeFileSync(join(folder, 'answers'), answers.join('\n'));
  const options = ['ocspserve', '-port', String(ports.cfssl), '-responses', join(folder, 'answers'), '-path', '/'];
  await startBeside('cfssl', options, /Now listening/, stopping);
  return true;
}

async function startOpenssl(
  prefix: string,
  port: number,
  keyOptions: readonly string[],
  stopping: (() => unknown)[],
): Promise<Requests | undefined> {
  const [key, certificate, index] = [`${prefix}.key`, `${prefix}.pem`, `${prefix}.index`];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-nodes',
    ...keyOptions,
    '-subj',
    '/CN=Bench',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  if (made.status !== 0) return undefined;
  const der = spawnSync('openssl', ['x509', '-in', certificate, '-outform', 'DER']).stdout;
  const serials = Array.from({ length: certificates }, (_, each) => (0x1000 + each).toString(16));
  writeFileSync(
    index,
    serials.map((serial) => `V\t491231235959Z\t\t${serial.toUpperCase()}\tunknown\t/CN=${serial}\n`).join(''),
  );
  const files = ['-index', index, '-CA', certificate, '-rsigner', certificate, '-rkey', key, '-ndays', '1'];
  await startBeside('openssl', ['ocsp', '-port', String(port), ...files], /waiting for OCSP client/, stopping);
  return requestsAbout(der, serials).nonce;
}

/** Up when it says so: a connection that asks nothing, to see whether it listens, keeps `openssl ocsp` busy for good. */
async function startBeside(
  command: string,
  options: readonly string[],
  says: RegExp,
  stopping: (() => unknown)[],
): Promise<void> {
  const child = spawn(command, options, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GOMAXPROCS: '1' },
  });
  stopping.push(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  for (let tries = 0; tries < 100; tries++) {
    if (says.test(output)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${command} does not listen: ${output}`);
}
