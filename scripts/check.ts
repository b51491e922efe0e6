// `npm run check`: everything that has to hold before a change is done. `--tested` leaves the tests out, after `npm test`.

import { spawnSync } from 'node:child_process';

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc', '--noEmit']],
  ['types of the console', ['tsc', '--noEmit', '-p', 'console']],
  ['format and lint', ['biome', 'check', '--error-on-warnings']],
  ['floating promises and cycles', ['oxlint', '--deny-warnings']],
  ['dead files and unlisted packages', ['knip']],
  ['generated documents', ['node', 'scripts/generate-docs.ts', '--check']],
  // The architecture test is one of the tests.
  ...(process.argv.includes('--tested') ? [] : [['tests', ['npm', 'test']] as const]),
];

const failed: string[] = [];
for (const [name, [command = '', ...args]] of steps) {
  console.log(`\n== ${name}`);
  if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
