// `npm run bench -- NAME [--json]`: measures, each figure beside its baseline from the same run.

import { benchCrl } from './crl.ts';
import type { Row } from './figures.ts';
import { benchIssue } from './issue.ts';
import { benchLists } from './lists.ts';
import { benchMemory } from './memory.ts';
import { benchOcsp } from './ocsp.ts';
import { benchRevoke } from './revoke.ts';
import { benchStart } from './start.ts';
import { benchStatus } from './status.ts';
import { benchWorkers } from './workers.ts';

const benches: Record<string, () => Promise<Row[]>> = {
  crl: benchCrl,
  issue: benchIssue,
  lists: benchLists,
  memory: benchMemory,
  ocsp: benchOcsp,
  revoke: benchRevoke,
  start: benchStart,
  status: benchStatus,
  workers: benchWorkers,
};
const [name, ...rest] = process.argv.slice(2);
const bench = name === undefined || !Object.hasOwn(benches, name) ? undefined : benches[name];
if (!bench) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json]`);
  process.exitCode = 64;
} else {
  const rows = await bench();
  if (rest.includes('--json')) {
    console.log(JSON.stringify({ bench: name, node: process.version, at: new Date().toISOString(), rows }));
  } else {
    console.table(rows);
  }
}
