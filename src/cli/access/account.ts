// `certitude access account …`

import type { Command } from 'commander';
import { createAccessKey } from '../../access/administration/access-keys.ts';
import { clearAccountAlias, createAccount, setAccountAlias } from '../../access/administration/accounts.ts';
import { operatorActor } from '../../app/initialise.ts';
import type { Environment } from '../connection.ts';
import {
  commandIn,
  inAccount,
  storeCommand as leaf,
  report,
  type StoreOptions,
  show,
  withOpenStore,
} from '../in-store.ts';
import { showKey } from './key.ts';

export function addAccountCommands(access: Command, environment: Environment): void {
  const account = access.command('account').description('Accounts: each has its own certificates, users and quotas.');
  leaf(account, 'create <name>', 'make an account with an access key for its root').action(
    (name: string, options: StoreOptions) =>
      withOpenStore(environment, async ({ administration }) => {
        const actor = operatorActor();
        const made = await createAccount({ actor, name }, administration);
        showKey(made, await createAccessKey({ actor, account: made }, administration), options);
      }),
  );
  leaf(account, 'list', 'list the accounts').action((options: StoreOptions) =>
    withOpenStore(environment, async ({ directory }) =>
      show(options, directory.accounts(), ['account', 'name', 'alias'], ({ account: id, name, alias }) => [
        id,
        name,
        alias ?? '',
      ]),
    ),
  );
  leaf(account, 'alias [alias]', 'give the account an alias, or take it away').action(
    (alias: string | undefined, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        const { administration } = context.opened;
        if (alias === undefined) await clearAccountAlias(commandIn(context), administration);
        else await setAccountAlias({ ...commandIn(context), alias }, administration);
        const sentence = alias === undefined ? 'has no alias' : `is also called ${alias}`;
        report(options, { account: context.account, alias }, `The account ${context.account} ${sentence}.`);
      }),
  );
}
