// Issuing client certificates from requests of the callers' (P-256), by the signed API from 16 connections, everything on but
// the limit; beside a bare node:http server that reads the same requests, what SQLite inserts durably, and `openssl x509 -req`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bulkStore } from './bulk-store.ts';
import { burst, burstAt, clients } from './burst.ts';
import { durableRows } from './durable-rows.ts';
import { median, type Row } from './figures.ts';
import { startBareServer } from './load.ts';
import { certificationRequest } from './requests.ts';
import { freePort, runService } from './service.ts';
import { signedPost } from './signed-path.ts';

const rounds = 5;
const callsPerRound = 5000;
const keys = 200;

export async function benchIssue(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const barePort = await freePort();
  const bare = await startBareServer(barePort);
  try {
    const { issuers } = await bulkStore(join(folder, 'data'), 0);
    const csrs = Array.from({ length: keys }, (_, key) => certificationRequest(`device-${key}`));
    const requests = () =>
      Array.from({ length: callsPerRound }, (_, call) =>
        signedPost('CreateClientCertificateWithCsr', {
          ParentIdentifier: issuers[call % issuers.length] ?? '',
          Csr: csrs[call % keys] ?? '',
          SanType: '2',
          SanValue: `device-${call}.example`,
          Days: '365',
          Immediately: '1',
        }),
      );
    const service = await runService(join(folder, 'data'), await freePort());
    const figures = { bare: [] as number[], issue: [] as number[], micros: [] as number[] };
    try {
      await burstAt(service, requests());
      for (let round = 0; round < rounds; round++) {
        const each = requests();
        figures.bare.push(await burst(barePort, each));
        const { rate, micros } = await burstAt(service, each);
        figures.issue.push(rate);
        figures.micros.push(micros);
      }
    } finally {
      await service.stop();
    }
    const [bareRate, rate] = [median(figures.bare), median(figures.issue)];
    return [
      {
        what: `bare node:http, POST of the same requests, ${clients} clients`,
        figure: `${bareRate.toFixed(0)} calls/s`,
        ratio: 1,
      },
      ...durableRows(),
      ...byOpenssl(folder, csrs[0] ?? ''),
      {
        what: `issuing from a request, P-256, ${clients} clients, durable`,
        figure: `${rate.toFixed(0)} certificates/s`,
        ratio: Math.round((rate / bareRate) * 1000) / 1000,
      },
      { what: 'of it, processor time of the service', figure: `${median(figures.micros).toFixed(0)} µs a certificate` },
    ];
  } finally {
    await bare.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One process for each, as a script would; it keeps no record and syncs nothing. */
function byOpenssl(folder: string, request: string): Row[] {
  const [key, certificate, asked] = ['ca.key', 'ca.pem', 'asked.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(asked, request);
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const made = spawnSync('openssl', ['req', '-x509', ...ec, '-keyout', key, '-out', certificate, '-subj', '/CN=CA']);
  if (made.status !== 0) return [];
  const times = 50;
  const began = performance.now();
  for (let time = 0; time < times; time++) {
    const files = ['-in', asked, '-CA', certificate, '-CAkey', key, '-out', join(folder, 'issued.pem')];
    const { status, stderr } = spawnSync('openssl', ['x509', '-req', '-CAcreateserial', '-days', '365', ...files]);
    if (status !== 0) throw new Error(String(stderr));
  }
  const rate = (times * 1000) / (performance.now() - began);
  return [{ what: 'openssl x509 -req, one after the other', figure: `${rate.toFixed(0)} certificates/s` }];
}
