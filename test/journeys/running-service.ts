// Starts the real service as a process of its own on a new data folder, for tests that look at it from outside.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compiledFolder } from '../compiled.ts';
import { until } from '../until.ts';

export const mainFile = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
export const rootKey = { accessKeyId: 'testRootAccessKey', accessKeySecret: 'testRootAccessKeySecret0123' };

export interface Service {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly environment: Record<string, string>;
  /** What it wrote on both outputs so far. */
  readonly output: () => string;
  /** The same, once this is in it: lines come a moment after what they tell of. */
  readonly printed: (pattern: RegExp) => Promise<string>;
  /** Sends it and does not wait. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
}

export interface ServiceOptions {
  readonly environment?: Record<string, string>;
  readonly dataDir?: string;
}

/** Up and ready; stopped and cleaned away when the test ends. */
export async function startService(test: Pick<TestContext, 'after'>, options: ServiceOptions = {}): Promise<Service> {
  const dataDir = options.dataDir ?? temporaryFolder(test);
  const port = await freePort();
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CERTITUDE_DATA_DIR: dataDir,
    CERTITUDE_LISTEN: `127.0.0.1:${port}`,
    CERTITUDE_ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
    CERTITUDE_ROOT_ACCESS_KEY_SECRET: rootKey.accessKeySecret,
    CERTITUDE_DEMO: '0',
    CERTITUDE_QPS: '0',
    NODE_COMPILE_CACHE: compiledFolder,
    ...options.environment,
  };
  const child = spawn(process.execPath, [mainFile, 'serve', '--quickstart'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  // Not before all that it wrote has been read.
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return await exited;
  };
  test.after(() => kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child, () => output);
  return {
    pid: child.pid ?? 0,
    url,
    port,
    dataDir,
    environment,
    output: () => output,
    printed: (pattern) =>
      until(
        () => output,
        (text) => pattern.test(text),
      ),
    signal: (signal) => void child.kill(signal),
    kill,
  };
}

export function temporaryFolder(test: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data');
}

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `certitude …` to its end. */
export async function certitude(
  args: readonly string[],
  environment: Record<string, string>,
  input = '',
): Promise<CommandResult> {
  const env = { NODE_COMPILE_CACHE: compiledFolder, ...environment };
  const child = spawn(process.execPath, [mainFile, ...args], { env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}

/**
 * Below the ports that the system gives to connections (and above 10080, which browsers and fetch refuse), for each process
 * others: nobody takes it between this and the
 * service's listening.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if (await isFree(port)) return port;
  }
}

let nextPort = 11_000 + (process.pid % 210) * 100;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const isReady = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}:\n${output()}`);
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok ?? false;
  };
  await until(isReady).catch((cause) => {
    throw new Error(`the service did not become ready:\n${output()}`, { cause });
  });
}
