// Builds the console into dist/console and compresses its files. With --if-changed it does nothing where what is there was
// built from the sources as they are.

import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = `${root}dist/console/`;
const stamp = `${folder}built-from`;
/** All that can end up in the console; more than does costs a build too many, never one too few. */
const sources = ['console/**/*.{ts,tsx,css,html,json}', 'src/**/*.ts', 'package-lock.json'];

const builtFrom = hashOfSources();
const isThere = existsSync(stamp) && readFileSync(stamp, 'utf8') === builtFrom;
const onlyIfChanged = process.argv.includes('--if-changed');
// Where the packages for development are left out, the service does without a console rather than not start.
if (onlyIfChanged && !isThere && !isInstalled('vite'))
  console.error('The console is not built: Vite is not installed.');
else if (!onlyIfChanged || !isThere) await buildConsole();

function isInstalled(name: string): boolean {
  return existsSync(`${root}node_modules/${name}/package.json`);
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const name of globSync(sources, { cwd: root }).sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(root + name))
      .update('\0');
  }
  return hash.digest('hex');
}

async function buildConsole(): Promise<void> {
  // Only where there is something to build: it takes longer to load than the rest to run.
  const { build } = await import('vite');
  await build({ configFile: `${root}console/vite.config.ts`, logLevel: 'warn' });
  for (const name of globSync('assets/**/*.{js,css,svg}', { cwd: folder })) {
    const body = readFileSync(folder + name);
    writeFileSync(`${folder}${name}.gz`, gzipSync(body, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    writeFileSync(`${folder}${name}.br`, brotliCompressSync(body, { params }));
  }
  writeFileSync(stamp, builtFrom);
}
