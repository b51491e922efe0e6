// What an operator does on the command line beside a running service.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { until } from '../until.ts';
import { type CommandResult, certitude, type Service } from './running-service.ts';

/** Runs a command that has to succeed. */
export async function operator(
  service: Pick<Service, 'environment'>,
  ...args: readonly string[]
): Promise<CommandResult> {
  const result = await certitude(args, service.environment);
  assert.equal(result.status, 0, `${args.join(' ')}: ${result.stderr}`);
  return result;
}

/** Until the running service has taken over what is in the journal now, which it follows ten times a second. */
export async function followed({ url, dataDir }: Pick<Service, 'url' | 'dataDir'>): Promise<void> {
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
  const head = "SELECT max(sequence) AS head FROM journal WHERE kind <> 'certificate-reserved'";
  const last = Number(database.prepare(head).get()?.['head']);
  database.close();
  await until(
    async () => /^certitude_journal_sequence (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1],
    (followedTo) => Number(followedTo) >= last,
  );
}
