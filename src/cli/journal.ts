// `certitude journal …`: checks and shows the journal of the store.

import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { loadConfig } from '../app/config.ts';
import { bytesToHex } from '../base/bytes.ts';
import { SqliteStore } from '../drivers/sqlite/store.ts';
import type { Environment } from './connection.ts';
import { exitStatus } from './exit-status.ts';
import { UsageError } from './failure.ts';
import { printJson, printLine, printNote, printTable } from './terminal.ts';

export function addJournalCommand(program: Command, environment: Environment): void {
  const journal = program
    .command('journal')
    .summary('everything that ever happened, in one hash chain')
    .description('The journal: everything that ever happened, in one hash chain.');
  const withStore = async (work: (store: SqliteStore) => Promise<void>): Promise<void> => {
    const store = await SqliteStore.open({
      dataDir: loadConfig(environment).dataDir,
      mode: 'existing',
      verify: 'none',
    });
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };

  journal
    .command('verify')
    .description(
      'Checks the whole chain, and the certificates against it. Exit status 0 only if all is as it was written.',
    )
    .option('--json', 'print JSON for programs')
    .action(({ json }: { json?: boolean }) =>
      withStore(async (store) => {
        const bar = process.stderr.isTTY ? new SingleBar({ stream: process.stderr }) : undefined;
        let started = false;
        const report = await store.verifyJournal(({ done, total }) => {
          if (!started) bar?.start(total, done);
          started = true;
          bar?.update(done);
        });
        bar?.stop();
        const sound = report.broken === undefined && report.differences.length === 0;
        if (!sound) process.exitCode = exitStatus.store;
        if (json) {
          printJson({ sound, ...report, head: { sequence: report.head.sequence, hash: bytesToHex(report.head.hash) } });
          return;
        }
        if (sound) {
          printLine(
            `The journal is as it was written: ${report.entries} entries, ${report.certificates} certificates.`,
          );
          printLine(
            `Its last hash is ${bytesToHex(report.head.hash)}; a copy kept elsewhere shows later whether the end was cut off.`,
          );
        }
        if (report.broken)
          printNote(`certitude: the chain breaks at entry ${report.broken.sequence}: ${report.broken.problem}.`);
        for (const { identifier, column, sequence } of report.differences) {
          const source = sequence === 0 ? 'the journal' : `entry ${sequence}`;
          printNote(
            column.endsWith('_counts')
              ? `certitude: certificates of CA ${identifier}: ${column} are not as many as there are.`
              : `certitude: certificate ${identifier}: ${column} is not what ${source} says.`,
          );
        }
        if (!sound) printNote('  Keep this data folder as evidence and restore a backup.');
      }),
    );

  journal
    .command('list')
    .description('Shows entries, oldest first.')
    .option('--after <sequence>', 'begin after this entry', '0')
    .option('--limit <number>', 'how many, up to 1000', '50')
    .option('--json', 'print JSON for programs')
    .action(({ after, limit, json }: { after: string; limit: string; json?: boolean }) => {
      const query = { after: Number(after), limit: Number(limit) };
      if (!(Number.isSafeInteger(query.after) && query.after >= 0))
        throw new UsageError('--after must be a whole number.');
      if (!(Number.isInteger(query.limit) && query.limit >= 1 && query.limit <= 1000))
        throw new UsageError('--limit must be a whole number from 1 to 1000.');
      return withStore(async (store) => {
        const entries = await store.journalEntries(query);
        if (json) printJson(entries);
        else {
          printTable(
            ['entry', 'at', 'event', 'about', 'by'],
            entries.map(({ sequence, at, event, actor }) => [
              String(sequence),
              new Date(at).toISOString(),
              event.kind,
              'serialNumber' in event ? event.serialNumber : Object.values(event).slice(1, 3).join(' ').slice(0, 60),
              actor.principal,
            ]),
          );
        }
      });
    });
}
