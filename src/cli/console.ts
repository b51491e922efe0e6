// `certitude console …`: what the operator does for those who sign in to the console.

import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { loadConfig } from '../app/config.ts';
import { consoleUrl, linkAddress, linkMinutes, makeLinkToken } from '../app/console-link.ts';
import { systemClock } from '../base/time.ts';
import type { Environment } from './connection.ts';
import { inAccount, report, type StoreOptions, storeCommand } from './in-store.ts';

export function addConsoleCommand(program: Command, environment: Environment): void {
  const console = program
    .command('console')
    .summary('the console: a link that signs in once')
    .description('What the operator of the machine does for the console. Works beside a running service.');

  storeCommand(console, 'link', `make a link that signs in as the account's root, once, within ${linkMinutes} minutes`)
    .option('--url <url>', 'address of the service as the browser reaches it; as it listens when left out')
    .addHelpText(
      'after',
      `
Whoever has the link may do everything in the account until the session ends. The link made before counts for nothing
from here on. The service keeps a hash of it alone.`,
    )
    .action((options: StoreOptions & { readonly url?: string }) =>
      inAccount(environment, options, async ({ opened, account }) => {
        const { store } = opened;
        const token = await makeLinkToken(account, { store, clock: systemClock, random: randomBytes });
        const base = options.url ? `${options.url.replace(/\/+$/, '')}/console/` : consoleUrl(loadConfig(environment));
        const link = linkAddress(base, token);
        report(options, { account, link }, link);
      }),
    );
}
