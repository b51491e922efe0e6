// `certitude quota calls …`: how often an account may call an operation in a second. In force for the next call of a
// running service.

import type { Command } from 'commander';
import { mostCallsPerSecond, setCallLimit } from '../access/administration/accounts.ts';
import { loadConfig } from '../app/config.ts';
import { operatorActor } from '../app/initialise.ts';
import { findOperation } from '../protocols/rpc/catalog.ts';
import type { Environment } from './connection.ts';
import { UsageError } from './failure.ts';
import { inAccount, report, type StoreOptions, show, storeCommand } from './in-store.ts';

interface Options extends StoreOptions {
  readonly operation: string;
  readonly qps?: string;
  readonly unset?: boolean;
}

const help = `
Beyond the limit calls are refused as Throttling.User, with the milliseconds to wait in x-acs-retry-after. An account
without a limit of its own has that of CERTITUDE_QPS. What all accounts together may call is CERTITUDE_API_QPS.

Examples:
  certitude quota calls set --operation CreateClientCertificate --qps 2
  certitude quota calls set --operation '*' --qps 100      all operations without a limit of their own
  certitude quota calls set --operation '*' --unset        as all accounts again
  certitude quota calls show`;

export function addQuotaCallsCommand(quota: Command, environment: Environment): void {
  const calls = quota
    .command('calls')
    .summary('how often an account may call an operation')
    .description('How many calls of an operation an account may make in a second.')
    .addHelpText('after', help);

  storeCommand(calls, 'set', 'limit the calls of an operation, or lift the limit')
    .requiredOption('--operation <name>', 'operation, or * for all that have no limit of their own')
    .option('--qps <number>', `calls a second, up to ${mostCallsPerSecond}; 0 for no limit`)
    .option('--unset', 'take the limit away: what holds for all accounts holds again')
    .action((options: Options) => {
      const action = readOperation(options.operation);
      const callsPerSecond = readQps(options);
      return inAccount(environment, options, async ({ opened, account }) => {
        const limit = callsPerSecond === undefined ? {} : { callsPerSecond };
        await setCallLimit({ actor: operatorActor(), account, action, ...limit }, opened.administration);
        const what = action === '*' ? 'all operations without a limit of their own' : action;
        report(
          options,
          { account, action, callsPerSecond: callsPerSecond ?? null },
          sentence(account, what, callsPerSecond),
        );
      });
    });

  storeCommand(calls, 'show', "show the account's own limits, and what holds where it has none").action(
    (options: StoreOptions) =>
      inAccount(environment, options, async ({ opened, account }) => {
        const own = Array.from(opened.directory.callLimits(account), ([action, callsPerSecond]) => ({
          action,
          callsPerSecond,
          setFor: 'account' as const,
        }));
        const usual = { action: '*', callsPerSecond: loadConfig(environment).qpsOf(''), setFor: 'all' as const };
        show(options, [...own, usual], ['operation', 'calls a second', 'set for'], (row) => [
          row.action,
          row.callsPerSecond === 0 ? 'no limit' : String(row.callsPerSecond),
          row.setFor === 'account' ? 'this account' : 'all accounts (CERTITUDE_QPS)',
        ]);
      }),
  );
}

/** As policies write it. */
function readOperation(text: string): string {
  if (text === '*') return text;
  const operation = findOperation(text);
  if (operation === undefined)
    throw new UsageError(`There is no operation ${JSON.stringify(text)}; \`certitude call --help\` lists them.`);
  return operation.action;
}

function readQps({ qps, unset }: Options): number | undefined {
  if ((qps === undefined) !== (unset === true)) throw new UsageError('Give --qps with a number, or --unset.');
  if (qps === undefined) return undefined;
  const number = /^\d{1,6}$/.test(qps) ? Number(qps) : Number.NaN;
  if (!(number <= mostCallsPerSecond))
    throw new UsageError(`--qps must be a whole number from 0 to ${mostCallsPerSecond}.`);
  return number;
}

function sentence(account: string, what: string, callsPerSecond: number | undefined): string {
  if (callsPerSecond === undefined) return `The account ${account} may call ${what} as often as all accounts.`;
  return callsPerSecond === 0
    ? `The account ${account} may call ${what} without limit.`
    : `The account ${account} may call ${what} ${callsPerSecond} times a second.`;
}
