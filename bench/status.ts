// The signed status call of one serial number, everything on but the limit, beside a bare node:http server.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from './figures.ts';
import { fillStore } from './filled-store.ts';
import { generator, loadOnce, startBareServer } from './load.ts';
import { runService } from './service.ts';
import { signedPath } from './signed-path.ts';

const rounds = 5;
/** More than a second of wrk takes; autocannon sends all there are. */
const callsPerRound = generator === 'wrk' ? 70_000 : 20_000;
const servicePort = 18_472;
const barePort = 18_473;

export async function benchStatus(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const bare = await startBareServer(barePort);
  try {
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
        figures.bare.push(await loadOnce(`http://127.0.0.1:${barePort}`, paths));
        figures.status.push(await loadOnce(service.url, paths));
      }
    } finally {
      await service.stop();
    }
    const [bareRate, statusRate] = [median(figures.bare), median(figures.status)];
    return [
      {
        what: `bare node:http, constant 290 octets, GET (${generator})`,
        figure: `${bareRate.toFixed(0)} calls/s`,
        ratio: 1,
      },
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
