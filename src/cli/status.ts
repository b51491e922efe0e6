// `certitude status`: asks a running service how certificates stand.

import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { CallRefused, type Connection, callOperation } from '../client/rpc-client.ts';
import { cas } from '../protocols/rpc/product.ts';
import { addConnectionOptions, type ConnectionOptions, connect, type Environment } from './connection.ts';
import { exitStatus } from './exit-status.ts';
import { UsageError } from './failure.ts';
import { serialsFromArguments, serialsFromFile } from './serial-input.ts';
import { coloured, printJson, printTable } from './terminal.ts';

type Status = 'good' | 'revoked' | 'unknown';

interface Answer {
  readonly SerialNumber: string;
  readonly Status: Status;
  readonly RevokeTime: number;
}

const operation = { name: 'DescribeClientCertificateStatusForSerialNumber', version: cas.version };

export function addStatusCommand(program: Command, environment: Environment): void {
  const command = program
    .command('status')
    .summary('tell whether certificates are good, revoked or unknown')
    .description('Tells for each serial number whether its certificate is good, revoked or unknown.')
    .argument('[serial...]', 'serial numbers in hexadecimal, with or without colons')
    .option('--file <path>', 'read serial numbers and PEM certificates from a file; - for standard input')
    .option('--batch <number>', 'serial numbers asked for in one call', '1000');
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
      async (serials: string[], options: ConnectionOptions & { file?: string; json?: boolean; batch: string }) => {
        const asked = [
          ...serialsFromArguments(serials),
          ...(options.file === undefined ? [] : await serialsFromFile(options.file)),
        ];
        if (asked.length === 0) throw new UsageError('Name one or more serial numbers, or a file with --file.');
        const batch = Number(options.batch);
        if (!(Number.isInteger(batch) && batch > 0)) throw new UsageError('--batch must be a whole number from 1.');
        const answers = await ask(asked, batch, connect(options, environment));
        if (options.json) printJson(answers.map(forPrograms));
        else printTable(['serial number', 'status', 'revoked at'], answers.map(forPeople));
        process.exitCode = overall(answers);
      },
    );
}

async function ask(serials: readonly string[], batch: number, connection: Connection): Promise<Answer[]> {
  const answers: Answer[] = [];
  const bar = serials.length > batch && process.stderr.isTTY ? new SingleBar({ stream: process.stderr }) : undefined;
  bar?.start(serials.length, 0);
  for (let at = 0; at < serials.length; at += batch) {
    const part = serials.slice(at, at + batch);
    const answer = await callPatiently(new Map([['SerialNumber', part.join(',')]]), connection);
    answers.push(...(answer['CertificateStatus'] as Answer[]));
    bar?.update(answers.length);
  }
  bar?.stop();
  return answers;
}

/** Long lists take many calls; a service that asks to wait is waited for. */
async function callPatiently(parameters: ReadonlyMap<string, string>, connection: Connection) {
  for (let patience = 20; ; patience--) {
    try {
      return await callOperation(operation, parameters, connection);
    } catch (error) {
      if (!(error instanceof CallRefused) || error.retryAfterMillis === undefined || patience === 0) throw error;
      await sleep(error.retryAfterMillis);
    }
  }
}

function forPrograms({ SerialNumber, Status, RevokeTime }: Answer) {
  return { serialNumber: SerialNumber, status: Status, revokedAt: Status === 'revoked' ? moment(RevokeTime) : null };
}

function forPeople({ SerialNumber, Status, RevokeTime }: Answer): string[] {
  const colour = Status === 'good' ? 'green' : Status === 'revoked' ? 'red' : 'yellow';
  return [SerialNumber, coloured(colour, Status), Status === 'revoked' ? moment(RevokeTime) : ''];
}

/** A service may be set to answer in milliseconds; as seconds such a number would lie beyond the year 5000. */
function moment(revokeTime: number): string {
  const millis = revokeTime > 100_000_000_000 ? revokeTime : revokeTime * 1000;
  return `${new Date(millis).toISOString().slice(0, 19)}Z`;
}

function overall(answers: readonly Answer[]): number {
  if (answers.some(({ Status }) => Status === 'revoked')) return exitStatus.revoked;
  return answers.every(({ Status }) => Status === 'good') ? exitStatus.good : exitStatus.unknown;
}
