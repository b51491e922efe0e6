// `certitude access key …`

import type { Command } from 'commander';
import {
  type AccessKeyPair,
  createAccessKey,
  deleteAccessKey,
  switchAccessKey,
} from '../../access/administration/access-keys.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { formatUtc, toSeconds } from '../../base/time.ts';
import type { Environment } from '../connection.ts';
import { commandIn, inAccount, storeCommand as leaf, report, type StoreOptions, show } from '../in-store.ts';

export function addKeyCommands(access: Command, environment: Environment): void {
  const key = access.command('key').description('Access keys: at most two for each user and for the root.');
  leaf(key, 'create', 'make an access key; its secret is shown once')
    .option('--user <name>', 'whose key; the root of the account when left out')
    .action((options: StoreOptions & { readonly user?: string }) =>
      inAccount(environment, options, async (context) => {
        const { user } = options;
        const command = { ...commandIn(context), ...(user !== undefined && { user }) };
        showKey(context.account, await createAccessKey(command, context.opened.administration), options);
      }),
    );
  for (const [verb, active] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    leaf(key, `${verb} <accessKeyId>`, `${verb} an access key`).action((accessKeyId: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        await switchAccessKey({ ...commandIn(context), accessKeyId, active }, context.opened.administration);
        report(options, { accessKeyId, active }, `The access key ${accessKeyId} is ${verb}d.`);
      }),
    );
  }
  leaf(key, 'delete <accessKeyId>', 'delete an access key and erase its secret').action(
    (accessKeyId: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        await deleteAccessKey({ ...commandIn(context), accessKeyId }, context.opened.administration);
        report(options, { deleted: accessKeyId }, `The access key ${accessKeyId} is deleted.`);
      }),
  );
  leaf(key, 'list', 'list the access keys, and when each was last used').action((options: StoreOptions) =>
    inAccount(environment, options, async ({ opened: { directory, store }, account }) => {
      const uses = new Map((await store.lastUses()).map((use) => [use.subject, use]));
      const keys = directory.accessKeys(account).map((each) => {
        const use = uses.get(each.id);
        return use === undefined ? each : { ...each, lastUsed: { at: use.at, service: use.service } };
      });
      show(options, keys, ['access key', 'user', 'state', 'last used'], (each) => [
        each.id,
        each.user ?? '(root)',
        each.active ? 'enabled' : 'disabled',
        'lastUsed' in each ? `${formatUtc(toSeconds(each.lastUsed.at))} ${each.lastUsed.service}` : '',
      ]);
    }),
  );
}

export function showKey(account: AccountId, pair: AccessKeyPair, options: StoreOptions): void {
  report(
    options,
    { account, ...pair },
    `Account ${account}. The secret is shown this once:\n  export CERTITUDE_ACCESS_KEY_ID=${pair.accessKeyId}\n  export CERTITUDE_ACCESS_KEY_SECRET=${pair.accessKeySecret}`,
  );
}
