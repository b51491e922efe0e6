// `certitude log`: the access log, one line for every call, filtered, followed, explained.

import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { parseRange } from '../access/ip-range.ts';
import { type LogFilter, lineFilter } from '../app/access-log/filter.ts';
import type { AccessLine, LossLine } from '../app/access-log/line.ts';
import { endOf, followAccessLog, readAccessLog } from '../app/access-log/reader.ts';
import { parseUtc } from '../base/time.ts';
import { explainCall } from './access/explained-call.ts';
import { findLine } from './access/simulate.ts';
import { statementText } from './access/simulation.ts';
import type { Environment } from './connection.ts';
import { UsageError } from './failure.ts';
import { existingLogFolder, withOpenStore } from './in-store.ts';
import { printNote } from './terminal.ts';

interface Options {
  readonly since?: string;
  readonly until?: string;
  readonly account?: string;
  readonly user?: string;
  readonly principal?: string;
  readonly accessKey?: string;
  readonly action?: string;
  readonly code?: string;
  readonly status?: string;
  readonly requestId?: string;
  readonly source?: string;
  readonly denied?: boolean;
  readonly failed?: boolean;
  readonly last?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly explain?: boolean;
}

const examples = `
Every call of the API has a line, refused ones included: when, who (proven by signature, or only claimed), from where,
what was asked, what the policies said and which statement of which policy decided, how it ended, how long it took, and
the request id that the caller was given. No parameters, no secrets. Works beside a running service or without one.

Moments are as 2026-02-23T12:46:24Z, or as long ago as 90s, 15m, 2h, 7d. Patterns know * and ?.

Examples:
  certitude log --last 20                          the last calls
  certitude log -f --denied                        what policies refuse, as it happens
  certitude log --request-id 8E07… --explain       why was this call refused?
  certitude log --since 1d --user alice --action 'Create*'
  certitude log --since 15m --status 5xx           what went wrong here
  certitude log --source 10.0.0.0/8 --failed --json | jq -r .code | sort | uniq -c`;

export function addLogCommand(program: Command, environment: Environment): void {
  program
    .command('log')
    .summary('who called what, from where, and how it ended')
    .description('Shows the access log, oldest first.')
    .option('--since <moment>', 'calls answered at this moment or later')
    .option('--until <moment>', 'calls answered at this moment or before')
    .option('--account <number>', 'calls of this account')
    .option('--user <name>', 'calls of this user')
    .option('--principal <pattern>', 'calls of principals with such an ARN')
    .option('--access-key <id>', 'calls signed with this access key, or that claim it')
    .option('--action <pattern>', 'calls of such operations')
    .option('--code <code>', 'calls refused with this error code')
    .option('--status <status>', 'calls answered with this HTTP status; 4xx and 5xx mean all of them')
    .option('--request-id <id>', 'the one call with this request id')
    .option('--source <address>', 'calls from this address or CIDR block')
    .option('--denied', 'calls that policies refused')
    .option('--failed', 'calls that were refused for any reason')
    .option('--last <number>', 'only so many, the last ones')
    .option(
      '-f, --follow',
      'go on with what is written from now on, after the last 10 unless --last or --since is given',
    )
    .option('--json', 'print JSON for programs, one object a line')
    .option('--explain', 'with --request-id: why the call was refused, and whether it would be now')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      const folder = existingLogFolder(environment);
      if (!options.explain) return await showLog(folder, options);
      if (options.requestId === undefined) throw new UsageError('--explain needs the --request-id of the call.');
      const line = await findLine(folder, options.requestId);
      return await withOpenStore(environment, async ({ directory }) =>
        explainCall(line, directory, options.json === true),
      );
    });
}

async function showLog(folder: string, options: Options): Promise<void> {
  const filter = readFilter(options, Date.now());
  const last = readLast(options);
  const select = lineFilter(filter);
  const print = options.json ? printAsJson : tablePrinter();
  // Before what there is is read, so that nothing falls between.
  const end = options.follow ? await endOf(folder) : undefined;

  const bar = progressBar(last !== undefined);
  const kept: (AccessLine | LossLine)[] = [];
  const reading = readAccessLog(folder, {
    ...filter,
    ...(end && { to: end }),
    onProgress: bar.update,
    onProblem: (path, problem) => printNote(`certitude: ${path} cannot be read to its end: ${problem.message}`),
  });
  for await (const lines of reading) {
    const found = lines.map(select).filter((line) => line !== undefined);
    if (last === undefined) await print(found);
    else {
      kept.push(...found);
      if (kept.length > 2 * last + 1000) kept.splice(0, kept.length - last);
    }
  }
  bar.stop();
  if (last !== undefined) await print(last === 0 ? [] : kept.slice(-last));
  if (end === undefined) return;

  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  for await (const lines of followAccessLog(folder, end, stop.signal)) {
    await print(lines.map(select).filter((line) => line !== undefined));
  }
}

function readFilter(options: Options, now: number): LogFilter {
  const { account, accessKey, code, requestId, denied, failed, user, action } = options;
  if (user !== undefined && options.principal !== undefined)
    throw new UsageError('--user and --principal say the same; give one.');
  const principal = user === undefined ? options.principal : `acs:ram::*:user/${user}`;
  const source = options.source === undefined ? undefined : parseRange(options.source);
  if (options.source !== undefined && source === undefined)
    throw new UsageError(`--source must be an address or a CIDR block, not ${JSON.stringify(options.source)}.`);
  return {
    ...(options.since !== undefined && { since: readMoment('--since', options.since, now) }),
    ...(options.until !== undefined && { until: readMoment('--until', options.until, now) }),
    ...(requestId !== undefined && { requestId: requestId.toUpperCase() }),
    ...(account !== undefined && { account }),
    ...(principal !== undefined && { principal }),
    ...(accessKey !== undefined && { accessKeyId: accessKey }),
    // As policies write it, the product goes before.
    ...(action !== undefined && { action: action.slice(action.indexOf(':') + 1) }),
    ...(code !== undefined && { code }),
    ...(options.status !== undefined && { status: readStatus(options.status) }),
    ...(source && { source }),
    ...(denied && { denied }),
    ...(failed && { failed }),
  };
}

const unitMillis: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function readMoment(option: string, text: string, now: number): number {
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return now - Number(number) * (unitMillis[unit] ?? 0);
  const isMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  // Date.parse lets February 30 roll over into March.
  const isDay = parseUtc(`${text.slice(0, 10)}T00:00:00Z`) !== undefined;
  const moment = isMoment && isDay ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment))
    throw new UsageError(`${option} must be as 2026-02-23T12:46:24Z, 2026-02-23 or 15m, not ${JSON.stringify(text)}.`);
  return moment;
}

function readStatus(text: string): NonNullable<LogFilter['status']> {
  const [, hundreds, rest] = /^([1-5])(\d\d|xx)$/.exec(text) ?? [];
  if (hundreds === undefined || rest === undefined)
    throw new UsageError(`--status must be as 403 or 5xx, not ${JSON.stringify(text)}.`);
  const [low, high] = rest === 'xx' ? ['00', '99'] : [rest, rest];
  return { least: Number(hundreds + low), most: Number(hundreds + high) };
}

function readLast({ last, follow, since }: Options): number | undefined {
  if (last === undefined) return follow && since === undefined ? 10 : undefined;
  const count = /^\d{1,6}$/.test(last) ? Number(last) : Number.NaN;
  if (Number.isNaN(count)) throw new UsageError('--last must be a whole number up to 999999.');
  return count;
}

/** Seen where results do not go by: on a terminal, while what is found goes elsewhere or comes at the end. */
function progressBar(comesAtEnd: boolean) {
  const isSeen = process.stderr.isTTY && (comesAtEnd || !process.stdout.isTTY);
  if (!isSeen) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({ stream: process.stderr, clearOnComplete: true, format: '{bar} {percentage}%' });
  let started = false;
  return {
    update: (done: number, total: number) => {
      if (!started) bar.start(total, done);
      started = true;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}

type Print = (lines: readonly (AccessLine | LossLine)[]) => Promise<void>;

const printAsJson: Print = (lines) => printText(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

/** Columns of fixed width: what comes last is not known while the first line is printed. */
function tablePrinter(): Print {
  let isFirst = true;
  const row = (cells: readonly string[]) =>
    `${cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return (lines) => {
    if (lines.length === 0) return Promise.resolve();
    const head = isFirst ? row(['time', 'status', 'ms', 'from', 'who', 'action', 'outcome', 'request id']) : '';
    isFirst = false;
    return printText(head + lines.map((line) => ('lost' in line ? lossText(line) : row(cellsOf(line)))).join(''));
  };
}

const widths = [24, 6, 8, 15, 20, 34, 30];

function lossText({ time, lost }: LossLine): string {
  return `${time}  ${lost} lines were lost here: the log could not be written.\n`;
}

function cellsOf(line: AccessLine): string[] {
  return [
    line.time,
    String(line.status),
    line.millis.toFixed(1),
    line.source,
    whoOf(line),
    (line.action ?? '-') + (line.size === undefined || line.size === 1 ? '' : ` (${line.size})`),
    outcomeOf(line),
    line.requestId,
  ];
}

/** `user/alice`, or a key that somebody claims in `[ ]`. */
function whoOf({ principal, accessKeyId }: AccessLine): string {
  if (principal !== undefined) return principal.replace(/^acs:ram::\d+:/, '');
  return accessKeyId === undefined ? '-' : `[${accessKeyId}]`;
}

function outcomeOf({ code, decision, policy, statement = 0 }: AccessLine): string {
  if (decision === undefined || decision === 'Allow') return code ?? 'OK';
  return `${code ?? ''} ${decision}${policy === undefined ? '' : ` by ${statementText({ policy, statement })}`}`;
}

/** Waits where the reader is slower than we are. */
async function printText(text: string): Promise<void> {
  if (text === '' || process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
}
