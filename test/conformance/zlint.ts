// Where zlint is, the linter of certificates; `.ci/packages` fetches it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cached = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'certitude', 'zlint', 'zlint');

/** The program's path; `undefined` where there is none. */
export function findZlint(): string | undefined {
  if (existsSync(cached)) return cached;
  return spawnSync('zlint', ['-version']).status === 0 ? 'zlint' : undefined;
}
