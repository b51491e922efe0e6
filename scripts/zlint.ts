// Finds zlint, the linter of certificates, or fetches it: `node scripts/zlint.ts`. Debian has it from trixie on, as a static
// program that runs on older releases as well. apt fetches and verifies it with sources, lists and cache of its own, so
// the machine's configuration is neither used nor changed, and nothing is installed.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'certitude', 'zlint');
const binary = join(cache, 'zlint');
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The program's path; `undefined` where there is none. */
export function findZlint(): string | undefined {
  if (existsSync(binary)) return binary;
  return spawnSync('zlint', ['-version']).status === 0 ? 'zlint' : undefined;
}

/** @throws {Error} saying which step failed. */
export function fetchZlint(): void {
  if (!existsSync(keyring)) throw new Error(`${keyring} is missing: this is no Debian`);
  const work = join(cache, `work-${process.pid}`);
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  try {
    const sources = join(work, 'sources.list');
    writeFileSync(sources, `deb [signed-by=${keyring}] http://deb.debian.org/debian trixie main\n`);
    const apart = {
      'Dir::Etc::SourceList': sources,
      'Dir::Etc::SourceParts': '-',
      'Dir::State::Lists': join(work, 'lists'),
      'Dir::Cache': join(work, 'cache'),
      'Acquire::Languages': 'none',
      'Acquire::Retries': '3',
    };
    const options = Object.entries(apart).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    run('apt-get', [...options, 'update'], work);
    run('apt-get', [...options, 'download', 'zlint'], work);
    const archive = readdirSync(work).find((name) => /^zlint_.*\.deb$/.test(name));
    if (archive === undefined) throw new Error('apt-get fetched no zlint');
    run('dpkg', ['-x', archive, 'unpacked'], work);
    renameSync(join(work, 'unpacked', 'usr', 'bin', 'zlint'), binary);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], cwd: string): void {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error || status !== 0) throw new Error(`${command} ${args.at(-1)} failed: ${error?.message ?? stderr}`);
}

if (import.meta.main) {
  try {
    if (findZlint() === undefined) fetchZlint();
    console.log(`zlint: ${findZlint()}`);
  } catch (error) {
    console.error(`zlint cannot be had, so its test will be skipped: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
