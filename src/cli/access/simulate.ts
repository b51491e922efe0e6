// `certitude access simulate`: whether somebody may do something, or who may, and because of which statement.

import type { Command } from 'commander';
import type { Asked } from '../../access/explain.ts';
import { whoMay } from '../../access/explain.ts';
import { parseAddress } from '../../access/ip-range.ts';
import { findPrincipal, nameOf, simulate, simulationJson } from '../../access/simulation.ts';
import { lineFilter } from '../../app/access-log/filter.ts';
import type { AccessLine } from '../../app/access-log/line.ts';
import { readAccessLog } from '../../app/access-log/reader.ts';
import { parseUtc, toMillis, type UnixMillis, unixMillis } from '../../base/time.ts';
import { findOperation, products } from '../../protocols/rpc/catalog.ts';
import type { Environment } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { InputError, UsageError } from '../failure.ts';
import {
  existingLogFolder,
  type InStore,
  inAccount,
  type StoreOptions,
  show,
  storeCommand,
  withOpenStore,
} from '../in-store.ts';
import { printJson } from '../terminal.ts';
import { explainCall } from './explained-call.ts';
import { groundOf, printSimulation } from './simulation.ts';

interface Options extends StoreOptions {
  readonly user?: string;
  readonly role?: string;
  readonly root?: boolean;
  readonly action?: string;
  readonly resource: string;
  readonly context: readonly string[];
  readonly requestId?: string;
}

const help = `
Judged by the policies as they are now, with the evaluator that judges calls. Without --user, --role or --root: who may?
Facts that are not given: the time is now, the transport is not TLS, the address is unknown; what is unknown counts
against the caller. Keys: acs:SourceIp, acs:SecureTransport, acs:CurrentTime, acs:UserAgent, acs:MFAPresent,
acs:RequestTag/<key>, acs:ResourceTag/<key>.

Exit status: 0 allowed, 1 denied; of "who may?" 0.

Examples:
  certitude access simulate --action CreateRevokeClientCertificate               who could revoke?
  certitude access simulate --user alice --action yundun-cert:ListCert --context acs:SourceIp=10.0.0.1
  certitude access simulate --role deployer --action CreateClientCertificate --context acs:ResourceTag/env=dev
  certitude access simulate --request-id 8E07…                                   would that call be refused now?`;

export function addSimulateCommand(access: Command, environment: Environment): void {
  storeCommand(access, 'simulate', 'tell whether somebody may do something, or who may, and why')
    .option('--user <name>', 'whether this user may')
    .option('--role <name>', 'whether sessions of this role may')
    .option('--root', 'whether the root of the account may')
    .option('--action <action>', 'operation, or <product>:<operation>')
    .option('--resource <arn>', 'resource, * for all at once', '*')
    .option('--context <key=value...>', 'facts of the call that conditions ask for', collect, [])
    .option('--request-id <id>', 'take all of it from this line of the access log')
    .addHelpText('after', help)
    .action((options: Options) => {
      if (options.requestId !== undefined) return simulateLogged(environment, options.requestId, options);
      const asked = readAsked(options);
      return inAccount(environment, options, async (context) => {
        const arn = readPrincipal(options, context);
        if (arn === undefined) showWho(options, context, asked);
        else showOne(options, context, asked, arn);
      });
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function showOne(options: Options, { opened: { directory } }: InStore, asked: Asked, arn: string): void {
  const principal = findPrincipal(directory, arn);
  if (principal === undefined) throw new UsageError(`There is no ${arn}.`);
  const simulation = simulate(directory, principal, asked);
  if (options.json) printJson(simulationJson(simulation));
  else printSimulation(simulation);
  if (!simulation.verdict.decision.allowed) process.exitCode = exitStatus.denied;
}

function showWho(options: Options, { opened: { directory }, account }: InStore, asked: Asked): void {
  const verdicts = whoMay(directory, account, asked);
  const rows = options.json
    ? verdicts.map(({ arn, decision, through }) => ({
        principal: arn,
        allowed: decision.allowed,
        decision: nameOf(decision),
        ...('by' in decision && { by: { ...decision.by, through } }),
      }))
    : verdicts;
  show<object>(options, rows, ['principal', 'may', 'because'], (row) => {
    const verdict = row as (typeof verdicts)[number];
    return [verdict.arn, verdict.decision.allowed ? 'yes' : 'no', groundOf(verdict)];
  });
}

async function simulateLogged(environment: Environment, requestId: string, options: Options): Promise<void> {
  const { action, user, role, root, context } = options;
  if (action !== undefined || user !== undefined || role !== undefined || root || context.length > 0)
    throw new UsageError('--request-id takes all from the log; leave the other options out.');
  const line = await findLine(existingLogFolder(environment), requestId);
  await withOpenStore(environment, async ({ directory }) => explainCall(line, directory, options.json === true));
}

/** @throws {InputError} when there is no such line. */
export async function findLine(folder: string, requestId: string): Promise<AccessLine> {
  const select = lineFilter({ requestId: requestId.toUpperCase() });
  for await (const lines of readAccessLog(folder)) {
    for (const text of lines) {
      const line = select(text);
      if (line !== undefined && 'requestId' in line) return line;
    }
  }
  throw new InputError(
    `The access log has no call with the request id ${JSON.stringify(requestId)}; it may have been deleted.`,
  );
}

function readPrincipal({ user, role, root }: Options, { account }: InStore): string | undefined {
  if ([user, role, root].filter((each) => each !== undefined).length > 1)
    throw new UsageError('Give one of --user, --role and --root.');
  const prefix = `acs:ram::${account}`;
  if (user !== undefined) return `${prefix}:user/${user}`;
  if (role !== undefined) return `${prefix}:role/${role}`;
  return root ? `${prefix}:root` : undefined;
}

function readAsked({ action, resource, context }: Options): Asked {
  if (action === undefined) throw new UsageError('Give --action, or --request-id.');
  return { action: readAction(action), resource, context: readContext(context) };
}

/** @throws {UsageError} for an operation that is not there: the answer would be about a slip of the pen. */
function readAction(text: string): string {
  const operation = findOperation(text);
  if (operation) return operation.action;
  const [, product] = /^([a-z0-9-]+):[A-Za-z0-9_-]+$/.exec(text) ?? [];
  if (product === undefined || products.some(({ ramCode }) => ramCode === product))
    throw new UsageError(`There is no operation ${JSON.stringify(text)}; \`certitude call --help\` lists them.`);
  return text;
}

function readContext(facts: readonly string[]): Asked['context'] {
  const given = new Map(facts.map(readFact));
  if (given.size < facts.length) throw new UsageError('A key of --context is given twice.');
  const take = (key: string): string | undefined => {
    const value = given.get(key);
    given.delete(key);
    return value;
  };
  const time = take('acs:CurrentTime');
  const userAgent = take('acs:UserAgent');
  const context = {
    currentTime: time === undefined ? unixMillis(Date.now()) : readTime(time),
    secureTransport: readTruth('acs:SecureTransport', take('acs:SecureTransport')),
    mfaPresent: readTruth('acs:MFAPresent', take('acs:MFAPresent')),
    sourceIp: readAddress(take('acs:SourceIp')),
    ...(userAgent !== undefined && { userAgent }),
    requestTags: takeTags('acs:RequestTag/', given),
    resourceTags: takeTags('acs:ResourceTag/', given),
  };
  const [unknown] = given.keys();
  if (unknown !== undefined) throw new UsageError(`--context: ${JSON.stringify(unknown)} is no key that can be given.`);
  return context;
}

function readFact(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new UsageError(`--context ${JSON.stringify(text)} is not of the form key=value.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function readTime(value: string): UnixMillis {
  const time = parseUtc(value);
  if (time === undefined)
    throw new UsageError(`--context acs:CurrentTime must be as 2026-02-23T12:46:24Z, not ${JSON.stringify(value)}.`);
  return toMillis(time);
}

/** An address that is none would be judged like an unknown one, and a Deny could seem to hold. */
function readAddress(value: string | undefined): string {
  if (value === undefined) return 'unknown';
  if (parseAddress(value) === undefined)
    throw new UsageError(`--context acs:SourceIp must be an IPv4 or IPv6 address, not ${JSON.stringify(value)}.`);
  return value;
}

function readTruth(key: string, value: string | undefined): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new UsageError(`--context ${key} must be true or false.`);
}

function takeTags(prefix: string, given: Map<string, string>): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [key, value] of given) {
    if (!key.startsWith(prefix)) continue;
    tags.set(key.slice(prefix.length), value);
    given.delete(key);
  }
  return tags;
}
