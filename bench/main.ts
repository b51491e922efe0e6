// `npm run bench -- NAME [--json] [--large]`: measures, each figure beside its baseline from the same run.
// `npm run bench -- all [--json] [--large] [--out FILE]`: all of them. `npm run bench -- table FILE`: such a file as Markdown.

import { parseArgs } from 'node:util';
import { benchBulk } from './bulk.ts';
import { benchCrl } from './crl.ts';
import type { Row } from './figures.ts';
import { besideGoal } from './goals.ts';
import { benchGrowth } from './growth.ts';
import { benchIssue } from './issue.ts';
import { benchLists } from './lists.ts';
import { benchMemory } from './memory.ts';
import { benchOcsp } from './ocsp.ts';
import { benchRevoke } from './revoke.ts';
import { benchStart } from './start.ts';
import { benchStatus } from './status.ts';
import { keep, runAll, tableOf } from './suite.ts';
import { benchWorkers } from './workers.ts';

const benches: Record<string, () => Promise<Row[]>> = {
  bulk: benchBulk,
  crl: benchCrl,
  growth: benchGrowth,
  issue: benchIssue,
  lists: benchLists,
  memory: benchMemory,
  ocsp: benchOcsp,
  revoke: benchRevoke,
  start: benchStart,
  status: benchStatus,
  workers: benchWorkers,
};

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, large: { type: 'boolean' }, out: { type: 'string' } },
  allowPositionals: true,
});
const [name = '', file] = positionals;
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) {
  const rows = (await bench()).map((row) => besideGoal(name, row));
  if (values.json)
    console.log(JSON.stringify({ bench: name, node: process.version, at: new Date().toISOString(), rows }));
  else console.table(rows);
} else if (name === 'all') {
  const suite = await runAll(Object.keys(benches), values.large ? ['--large'] : []);
  if (values.out !== undefined) keep(suite, values.out);
  if (values.json) console.log(JSON.stringify(suite));
  else for (const { rows } of suite.measured) console.table(rows);
  if (suite.measured.some(({ error }) => error !== undefined)) process.exitCode = 1;
} else if (name === 'table' && file !== undefined) {
  console.log(tableOf(file));
} else {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json] [--large]`);
  console.error('       npm run bench -- all [--json] [--large] [--out FILE]');
  console.error('       npm run bench -- table FILE');
  process.exitCode = 64;
}
