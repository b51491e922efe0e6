// `npm run bench -- NAME`: measures, each figure beside its baseline from the same run. `npm run bench -- --help` tells the rest.

import { Command, CommanderError } from 'commander';
import type { Row } from './figures.ts';
import { besideGoal } from './goals.ts';
import { keep, runAll, SuiteFileProblem, tableOf } from './suite.ts';

interface Bench {
  readonly run: () => Promise<Row[]>;
  readonly measures: string;
}

// Each loaded when it is run: help and what another needs are not waited for.
const benches: Readonly<Record<string, Bench>> = {
  bulk: {
    run: async () => (await import('./bulk.ts')).benchBulk(),
    measures: 'many serial numbers in a call, in each of its forms',
  },
  crl: {
    run: async () => (await import('./crl.ts')).benchCrl(),
    measures: 'a CRL of a million entries, beside openssl ca -gencrl',
  },
  growth: {
    run: async () => (await import('./growth.ts')).benchGrowth(),
    measures: 'a restart and the status call, as the store grows',
  },
  issue: {
    run: async () => (await import('./issue.ts')).benchIssue(),
    measures: 'issuing from P-256 requests, 16 clients, durable',
  },
  lists: {
    run: async () => (await import('./lists.ts')).benchLists(),
    measures: 'a page of each list over a million certificates',
  },
  memory: {
    run: async () => (await import('./memory.ts')).benchMemory(),
    measures: 'the status index: octets a certificate, and look-ups',
  },
  ocsp: {
    run: async () => (await import('./ocsp.ts')).benchOcsp(),
    measures: 'OCSP answers, kept and signed on demand, beside cfssl and openssl',
  },
  revoke: { run: async () => (await import('./revoke.ts')).benchRevoke(), measures: 'revoking, 16 clients, durable' },
  secrets: {
    run: async () => (await import('./secrets.ts')).benchSecrets(),
    measures: 'whether the time of comparing secrets tells where they differ',
  },
  start: {
    run: async () => (await import('./start.ts')).benchStart(),
    measures: 'a restart with a million certificates',
  },
  status: {
    run: async () => (await import('./status.ts')).benchStatus(),
    measures: 'the signed status call of one serial number',
  },
  workers: {
    run: async () => (await import('./workers.ts')).benchWorkers(),
    measures: 'two threads that serve, beside one',
  },
};

const further = `
Each benchmark prints its figures beside a baseline measured in the same run; absolute figures of a machine that others
share mean little. Most take a minute or two, some several, and want the machine for themselves.

Options of each:
  --json              print JSON for programs
  --large             the sizes as well that take minutes and gigabytes
  --out <file>        with all: keep machine, date and figures in this file, for table

Environment:
  TMPDIR              where the data folders are made: the disk to be measured. On tmpfs a sync costs nothing.
  BENCH_CERTIFICATES  certificates in the store of lists and bulk, 1000000 unless set
  BENCH_NODE_OPTIONS  options of Node.js for the service, as --cpu-prof

wrk, openssl and cfssl are used where they are installed. docs/performance.md has what the figures mean.

Examples:
  npm run bench -- status
  npm run bench -- all --out figures.json
  npm run bench -- table figures.json`;

const program = new Command('npm run bench --')
  .description('Measures the service, as operators run it, on this machine.')
  .helpCommand(false)
  .showSuggestionAfterError(false)
  .addHelpText('after', further)
  .exitOverride();
program.on('command:*', ([name]) => {
  const names = Object.keys(benches).join(', ');
  program.error(`There is no benchmark ${JSON.stringify(name)}: choose ${names} or all, or see --help.`);
});

for (const [name, bench] of Object.entries(benches)) {
  measuring(name, bench.measures).action(({ json }: { json?: boolean }) => measure(name, bench, json === true));
}
measuring('all', 'all of these, one after the other')
  .option('--out <file>', 'keep machine, date and figures in this file as well')
  .action(measureAll);
program
  .command('table <file>')
  .summary('such a file as Markdown')
  .description('Shows what `all --out` kept as Markdown.')
  .action((file: string) => console.log(tableOf(file)));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof SuiteFileProblem) console.error(`error: ${error.message}`);
  else if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}

function measuring(name: string, measures: string): Command {
  return program
    .command(name)
    .description(measures)
    .option('--json', 'print JSON for programs')
    .option('--large', 'the sizes as well that take minutes and gigabytes');
}

async function measure(name: string, { run }: Bench, json: boolean): Promise<void> {
  const rows = (await run()).map((row) => besideGoal(name, row));
  if (json) console.log(JSON.stringify({ bench: name, node: process.version, at: new Date().toISOString(), rows }));
  else console.table(rows);
}

async function measureAll(options: { json?: boolean; large?: boolean; out?: string }): Promise<void> {
  const suite = await runAll(Object.keys(benches), options.large ? ['--large'] : []);
  if (options.out !== undefined) keep(suite, options.out);
  if (options.json) console.log(JSON.stringify(suite));
  else for (const { rows } of suite.measured) console.table(rows);
  if (suite.measured.some(({ error }) => error !== undefined)) process.exitCode = 1;
}
