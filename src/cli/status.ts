// `certitude status`: asks a running service how certificates stand.

import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Connection } from '../client/rpc-client.ts';
import { askStatus, type StatusAnswer, usualBatch } from './asking-status.ts';
import { addConnectionOptions, type ConnectionOptions, connect, type Environment } from './connection.ts';
import { exitStatus } from './exit-status.ts';
import { UsageError } from './failure.ts';
import { serialsFromArguments, serialsFromFile } from './serial-input.ts';
import { coloured, printJson, printTable } from './terminal.ts';

export function addStatusCommand(program: Command, environment: Environment): void {
  const command = program
    .command('status')
    .summary('tell whether certificates are good, revoked or unknown')
    .description('Tells for each serial number whether its certificate is good, revoked or unknown.')
    .argument('[serial...]', 'serial numbers in hexadecimal, with or without colons')
    .option('--file <path>', 'read serial numbers and PEM certificates from a file; - for standard input')
    .option(
      '--batch <number>',
      `serial numbers in one call of the API (${usualBatch}); without it, longer lists are asked for by /v1/status`,
    );
  addConnectionOptions(command)
    .addHelpText(
      'after',
      `
Exit status: 0 all good, 1 one or more revoked, 2 none revoked but one or more unknown, above 60 an error.

Examples:
  certitude status 62b2b943a32d96883a6650e672ea0276
  certitude status --file device.pem
  cut -f2 -d, devices.csv | certitude status --file - --json`,
    )
    .action(
      async (serials: string[], options: ConnectionOptions & { file?: string; json?: boolean; batch?: string }) => {
        const asked = [
          ...serialsFromArguments(serials),
          ...(options.file === undefined ? [] : await serialsFromFile(options.file)),
        ];
        if (asked.length === 0) throw new UsageError('Name one or more serial numbers, or a file with --file.');
        const batch = options.batch === undefined ? undefined : Number(options.batch);
        if (batch !== undefined && !(Number.isInteger(batch) && batch > 0))
          throw new UsageError('--batch must be a whole number from 1.');
        const answers = await ask(asked, batch, connect(options, environment));
        if (options.json) printJson(answers.map(forPrograms));
        else printTable(['serial number', 'status', 'revoked at'], answers.map(forPeople));
        process.exitCode = overall(answers);
      },
    );
}

async function ask(serials: readonly string[], batch: number | undefined, connection: Connection) {
  const isLong = serials.length > (batch ?? usualBatch);
  const bar = isLong && process.stderr.isTTY ? new SingleBar({ stream: process.stderr }) : undefined;
  bar?.start(serials.length, 0);
  try {
    return await askStatus(serials, { connection, batch, onProgress: (answered) => bar?.update(answered) });
  } finally {
    bar?.stop();
  }
}

function forPrograms({ SerialNumber, Status, RevokeTime }: StatusAnswer) {
  return { serialNumber: SerialNumber, status: Status, revokedAt: Status === 'revoked' ? moment(RevokeTime) : null };
}

function forPeople({ SerialNumber, Status, RevokeTime }: StatusAnswer): string[] {
  const colour = Status === 'good' ? 'green' : Status === 'revoked' ? 'red' : 'yellow';
  return [SerialNumber, coloured(colour, Status), Status === 'revoked' ? moment(RevokeTime) : ''];
}

/** A service may be set to answer in milliseconds; as seconds such a number would lie beyond the year 5000. */
function moment(revokeTime: number): string {
  const millis = revokeTime > 100_000_000_000 ? revokeTime : revokeTime * 1000;
  return `${new Date(millis).toISOString().slice(0, 19)}Z`;
}

function overall(answers: readonly StatusAnswer[]): number {
  if (answers.some(({ Status }) => Status === 'revoked')) return exitStatus.revoked;
  return answers.every(({ Status }) => Status === 'good') ? exitStatus.good : exitStatus.unknown;
}
