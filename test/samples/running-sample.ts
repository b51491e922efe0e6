// Runs a sample as people do: in a folder of its own, with the clients installed there and the key in the environment.

import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rootKey } from '../journeys/running-service.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';

const run = promisify(execFile);
const nodeModules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** Makes the folder where there is none yet. */
export function installClients(folder: string): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(nodeModules, join(folder, 'node_modules'));
}

export interface RunningOptions {
  readonly key?: AccessKey;
  readonly path?: string;
}

/** @returns what it prints. */
export async function runSample(
  folder: string,
  [command, ...args]: readonly [string, ...string[]],
  { key = rootKey, path = process.env['PATH'] ?? '' }: RunningOptions = {},
): Promise<string> {
  const env = {
    PATH: path,
    ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
  };
  const { stdout } = await run(command, args, { cwd: folder, env });
  return stdout;
}

/** A server that answers `{}`: its host and port, and what came last, of the query and the form. */
export async function receiver(test: Pick<TestContext, 'after'>) {
  let last = new URLSearchParams();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, query = ''] = (request.url ?? '').split('?');
      last = new URLSearchParams(`${query}&${Buffer.concat(chunks)}`);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, received: () => last };
}
