// What a publication of a large CRL takes: read, written, signed, checked and durable in the store, beside `openssl ca -gencrl`,
// which writes a file and checks nothing. In turns, medians of both.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CrlMeasurement } from './crl-publishing.ts';
import { median, type Row } from './figures.ts';
import { revokedStore } from './revoked-store.ts';

const runs = 3;
const publishing = fileURLToPath(new URL('./crl-publishing.ts', import.meta.url));

export async function benchCrl(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [100_000, 1_000_000]) rows.push(...(await benchList(count)));
  return rows;
}

async function benchList(count: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  try {
    const store = join(folder, 'store');
    const { serials } = await revokedStore(store, count);
    const theirs = opensslAuthority(join(folder, 'openssl'), serials);
    const measured: CrlMeasurement[] = [];
    const openssl: number[] = [];
    for (let run = 0; run < runs; run++) {
      measured.push(publish(store));
      if (theirs) openssl.push(theirs());
    }
    const figure = (of: (each: CrlMeasurement) => number) => median(measured.map(of));
    const baseline = openssl.length > 0 ? median(openssl) : undefined;
    const list = `CRL with ${count} entries`;
    const megabytes = figure(({ octets }) => octets) / 1e6;
    const published = (what: string, of: (each: CrlMeasurement) => number): Row => {
      const millis = figure(of);
      return {
        what: `${list}, ${megabytes.toFixed(1)} MB, ${what}: made, checked, published`,
        figure: `${millis.toFixed(0)} ms`,
        ...(baseline !== undefined && { ratio: ratioOf(baseline, millis) }),
      };
    };
    return [
      baseline === undefined
        ? { what: `${list}: openssl ca -gencrl`, figure: 'not installed' }
        : { what: `${list}: openssl ca -gencrl`, figure: `${baseline.toFixed(0)} ms`, ratio: 1 },
      published('after revocations', ({ nextMillis }) => nextMillis),
      published('the first after a restart', ({ firstMillis }) => firstMillis),
      published('from all rows', ({ wholeMillis }) => wholeMillis),
      {
        what: '  the same again at a restart: read and served',
        figure: `${figure(({ loadMillis }) => loadMillis).toFixed(0)} ms`,
      },
      {
        what: '  longest turn of the event loop meanwhile, processor time',
        figure: `${figure(({ longestTurnMillis }) => longestTurnMillis).toFixed(1)} ms`,
      },
      {
        what: '  peak memory over the idle process, the list before included',
        figure: `${(figure(({ peakOctets }) => peakOctets) / 2 ** 20).toFixed(0)} MiB`,
      },
      {
        what: '  peak memory of one from all rows, in the same way',
        figure: `${(figure(({ wholePeakOctets }) => wholePeakOctets) / 2 ** 20).toFixed(0)} MiB`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In a process of its own: its memory is measured. */
function publish(dataDir: string): CrlMeasurement {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', publishing, dataDir], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** @returns what makes the list once and says how many milliseconds it took; `undefined` without openssl. */
function opensslAuthority(folder: string, serials: readonly string[]): (() => number) | undefined {
  if (spawnSync('openssl', ['version']).status !== 0) return undefined;
  mkdirSync(folder);
  const reasons = ['', ',keyCompromise', '', ',superseded'];
  const line = (serial: string, index: number) =>
    `R\t271101000000Z\t261101000000Z${reasons[index % reasons.length]}\t${serial.toUpperCase()}\tunknown\t/CN=device`;
  writeFileSync(join(folder, 'index.txt'), `${serials.map(line).join('\n')}\n`);
  writeFileSync(join(folder, 'index.txt.attr'), 'unique_subject = no\n');
  writeFileSync(join(folder, 'crlnumber'), '01\n');
  writeFileSync(
    join(folder, 'openssl.cnf'),
    '[ca]\ndefault_ca = here\n[here]\ndatabase = index.txt\ncrlnumber = crlnumber\ndefault_md = sha256\ndefault_crl_days = 7\n' +
      'certificate = ca.pem\nprivate_key = ca.key\ncrl_extensions = crl_ext\n[crl_ext]\nauthorityKeyIdentifier = keyid\n' +
      '[req]\ndistinguished_name = dn\nx509_extensions = v3_ca\n[dn]\n[v3_ca]\nsubjectKeyIdentifier = hash\nbasicConstraints = critical,CA:TRUE\n',
  );
  const run = (...parameters: string[]) => {
    const { status, stderr } = spawnSync('openssl', parameters, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'ca.key'];
  run('req', '-config', 'openssl.cnf', '-x509', ...key, '-out', 'ca.pem', '-days', '3650', '-subj', '/CN=Bench');
  return () => {
    const began = performance.now();
    run('ca', '-config', 'openssl.cnf', '-gencrl', '-out', 'list.crl');
    return performance.now() - began;
  };
}

function ratioOf(baseline: number, millis: number): number {
  return Math.round((baseline / millis) * 100) / 100;
}
