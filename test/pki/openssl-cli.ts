// openssl as an oracle: a folder of its own for each test file, and one call.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';

const installed = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'certitude-pki-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export function needsOpenssl(t: TestContext): boolean {
  if (!installed) t.skip('openssl is not installed');
  return installed;
}

export function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

export function get(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}

/** Runs openssl in the folder and gives all that it printed; fails with its words when it does not succeed. */
export function openssl(...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', parameters, { encoding: 'utf8', cwd: folder });
  assert.equal(status, 0, `openssl ${parameters.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}
