// Runs the service for a benchmark: as operators run it, in a process of its own.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
/** For looking closer: `--cpu-prof --cpu-prof-dir=…`, say. */
const nodeOptions = (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter((option) => option !== '');
export const benchKey = { accessKeyId: 'benchRootAccessKey', accessKeySecret: 'benchRootAccessKeySecret0123' };

export interface BenchService {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process to the first good answer of /readyz. */
  readonly readyMillis: number;
  readonly stop: () => Promise<void>;
}

export async function runService(
  dataDir: string,
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<BenchService> {
  const began = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, main, 'serve', '--quickstart'], {
    stdio: 'ignore',
    env: {
      CERTITUDE_DATA_DIR: dataDir,
      CERTITUDE_LISTEN: `127.0.0.1:${port}`,
      CERTITUDE_ROOT_ACCESS_KEY_ID: benchKey.accessKeyId,
      CERTITUDE_ROOT_ACCESS_KEY_SECRET: benchKey.accessKeySecret,
      CERTITUDE_DEMO: '0',
      CERTITUDE_QPS: '0',
      ...environment,
    },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const ready = await fetch(`${url}/readyz`).catch(() => undefined);
    // What answers there could be another's.
    if (ready?.ok && child.exitCode === null) break;
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const readyMillis = performance.now() - began;
  return {
    url,
    pid: child.pid ?? 0,
    readyMillis,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
