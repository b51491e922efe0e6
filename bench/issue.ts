// Issuing client certificates from requests of the callers' (P-256), by the signed API; beside `openssl x509 -req` as well.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bulkStore } from './bulk-store.ts';
import { measureChanges } from './durable-changes.ts';
import type { Row } from './figures.ts';
import { certificationRequest } from './requests.ts';
import { signedPost } from './signed-path.ts';

const callsPerRound = 5000;
const keys = 200;

export async function benchIssue(): Promise<Row[]> {
  const csrs = Array.from({ length: keys }, (_, key) => certificationRequest(`device-${key}`));
  const rows = await measureChanges({
    doing: 'issuing from a request, P-256',
    one: 'certificate',
    many: 'certificates',
    prepare: (dataDir) => prepare(dataDir, csrs),
  });
  return [...rows, ...byOpenssl(csrs[0] ?? '')];
}

async function prepare(dataDir: string, csrs: readonly string[]): Promise<() => Buffer[]> {
  const { issuers } = await bulkStore(dataDir, 0);
  const request = (call: number) =>
    signedPost('CreateClientCertificateWithCsr', {
      ParentIdentifier: issuers[call % issuers.length] ?? '',
      Csr: csrs[call % keys] ?? '',
      SanType: '2',
      SanValue: `device-${call}.example`,
      Days: '365',
      Immediately: '1',
    });
  return () => Array.from({ length: callsPerRound }, (_, call) => request(call));
}

/** One process for each, as a script would; it keeps no record and syncs nothing. No rows where there is none. */
function byOpenssl(request: string): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  try {
    const [key, certificate, asked, issued] = ['ca.key', 'ca.pem', 'asked.pem', 'issued.pem'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    writeFileSync(asked, request);
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const made = spawnSync('openssl', ['req', '-x509', ...ec, '-keyout', key, '-out', certificate, '-subj', '/CN=CA']);
    if (made.status !== 0) return [];
    const times = 50;
    const began = performance.now();
    for (let time = 0; time < times; time++) {
      const files = ['-in', asked, '-CA', certificate, '-CAkey', key, '-out', issued];
      const { status, stderr } = spawnSync('openssl', ['x509', '-req', '-CAcreateserial', '-days', '365', ...files]);
      if (status !== 0) throw new Error(String(stderr));
    }
    const rate = (times * 1000) / (performance.now() - began);
    return [{ what: 'openssl x509 -req, one after the other', figure: `${rate.toFixed(0)} certificates/s` }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
