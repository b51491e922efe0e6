// What the operator's commands have in common that work in the store itself, beside a running service or without one.

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command as CliCommand } from 'commander';
import type { Command } from '../access/administration/command.ts';
import { logFolder } from '../app/access-log/files.ts';
import { loadConfig } from '../app/config.ts';
import { operatorActor } from '../app/initialise.ts';
import { type OpenStore, openStore } from '../app/open-store.ts';
import type { AccountId } from '../base/journal-entry.ts';
import { databaseFile } from '../drivers/sqlite/database.ts';
import { StoreProblem } from '../drivers/store-problem.ts';
import type { Environment } from './connection.ts';
import { UsageError } from './failure.ts';
import { printJson, printLine, printTable } from './terminal.ts';

export interface StoreOptions {
  readonly account?: string;
  readonly json?: boolean;
}

export interface InStore {
  readonly opened: OpenStore;
  readonly account: AccountId;
}

/** A command that works in one account of the store. */
export function storeCommand(parent: CliCommand, usage: string, description: string): CliCommand {
  return parent
    .command(usage)
    .description(description)
    .option('--account <number>', 'account to work in; not needed when there is one only')
    .option('--json', 'print JSON for programs');
}

/** Opens the store, does the work, closes the store. */
export async function withOpenStore(environment: Environment, work: (opened: OpenStore) => Promise<void>) {
  const opened = await openStore(loadConfig(environment), 'existing');
  try {
    await work(opened);
  } finally {
    await opened.store.close();
  }
}

/** The same in the account that is meant. */
export async function inAccount(
  environment: Environment,
  { account }: StoreOptions,
  work: (context: InStore) => Promise<void>,
): Promise<void> {
  await withOpenStore(environment, (opened) => work({ opened, account: chooseAccount(opened, account) }));
}

/**
 * The folder of the access log, which may be there without a store, copied from elsewhere, and is not before the first call.
 * @throws {StoreProblem} where there is neither: nothing would look like no calls.
 */
export function existingLogFolder(environment: Environment): string {
  const { dataDir } = loadConfig(environment);
  const folder = logFolder(dataDir);
  // One that may not be looked at is no missing one: statSync says so.
  if (statSync(folder, { throwIfNoEntry: false }) || existsSync(databaseFile(dataDir))) return folder;
  throw new StoreProblem(
    'missing',
    `There is no access log in ${resolve(dataDir)}, and no store. Check the data folder, which CERTITUDE_DATA_DIR names.`,
  );
}

/** On the operator's behalf, in the account that is meant. */
export function commandIn({ account }: InStore): Command {
  return { actor: operatorActor(), account };
}

export function report({ json }: StoreOptions, value: object, sentence: string): void {
  if (json) printJson(value);
  else printLine(sentence);
}

export function show<Row>(
  { json }: StoreOptions,
  rows: readonly Row[],
  head: readonly string[],
  cells: (row: Row) => string[],
): void {
  if (json) printJson(rows);
  else printTable(head, rows.map(cells));
}

function chooseAccount({ directory }: OpenStore, wanted: string | undefined): AccountId {
  const accounts = directory.accounts().map(({ account }) => account);
  const [only] = accounts;
  if (wanted === undefined) {
    if (only !== undefined && accounts.length === 1) return only;
    throw new UsageError(`There are ${accounts.length} accounts; name one with --account: ${accounts.join(', ')}.`);
  }
  const found = accounts.find((account) => account === wanted);
  if (found === undefined)
    throw new UsageError(`There is no account ${wanted}; \`certitude access account list\` shows them.`);
  return found;
}
