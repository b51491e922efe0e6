// `certitude access …`: accounts, users, access keys and policies, in the store itself. A running service follows at once.

import type { Command } from 'commander';
import {
  type AccessKeyPair,
  createAccessKey,
  deleteAccessKey,
  switchAccessKey,
} from '../access/administration/access-keys.ts';
import { createAccount } from '../access/administration/accounts.ts';
import { attachPolicy, deletePolicy, detachPolicy, writePolicy } from '../access/administration/policies.ts';
import { createUser, deleteUser } from '../access/administration/users.ts';
import { operatorActor } from '../app/initialise.ts';
import type { AccountId } from '../base/journal-entry.ts';
import { addSimulateCommand } from './access-simulate.ts';
import type { Environment } from './connection.ts';
import {
  type InStore,
  inAccount,
  storeCommand as leaf,
  report,
  type StoreOptions,
  show,
  withOpenStore,
} from './in-store.ts';
import { readInput } from './input.ts';

interface Options extends StoreOptions {
  readonly user?: string;
}

export function addAccessCommand(program: Command, environment: Environment): void {
  const access = program
    .command('access')
    .summary('accounts, users, access keys and policies')
    .description(
      'Administers who may call: accounts, their users, access keys and policies. Works beside a running service.',
    );

  const inStore = (options: Options, work: (context: InStore) => Promise<void>) =>
    inAccount(environment, options, work);

  const account = access.command('account').description('Accounts: each has its own certificates, users and quotas.');
  leaf(account, 'create <name>', 'make an account with an access key for its root').action(
    (name: string, options: Options) =>
      withOpenStore(environment, async (opened) => {
        const actor = operatorActor();
        const made = await createAccount({ actor, name }, opened.administration);
        showKey(made, await createAccessKey({ actor, account: made }, opened.administration), options);
      }),
  );
  leaf(account, 'list', 'list the accounts').action((options: Options) =>
    withOpenStore(environment, async (opened) =>
      show(options, opened.directory.accounts(), ['account', 'name'], ({ account: id, name }) => [id, name]),
    ),
  );

  const user = access.command('user').description('Users: what a policy does not allow them, they may not do.');
  leaf(user, 'create <name>', 'make a user').action((name: string, options: Options) =>
    inStore(options, async ({ opened, account: id }) => {
      const userId = await createUser({ actor: operatorActor(), account: id, user: name }, opened.administration);
      report(
        options,
        { user: name, userId },
        `The user ${name} (${userId}) can do nothing yet: attach a policy, create a key.`,
      );
    }),
  );
  leaf(user, 'delete <name>', 'delete a user without keys and policies').action((name: string, options: Options) =>
    inStore(options, async ({ opened, account: id }) => {
      await deleteUser({ actor: operatorActor(), account: id, user: name }, opened.administration);
      report(options, { deleted: name }, `The user ${name} is deleted.`);
    }),
  );
  leaf(user, 'list', 'list users and what is attached to them').action((options: Options) =>
    inStore(options, async ({ opened, account: id }) => {
      const attachments = opened.directory.attachments(id);
      const users = opened.directory.users(id).map((each) => ({
        ...each,
        policies: attachments
          .filter((attachment) => 'user' in attachment && attachment.user === each.name)
          .map(({ policy }) => policy),
      }));
      show(options, users, ['user', 'id', 'policies'], ({ name, userId, policies }) => [
        name,
        userId,
        policies.join(', '),
      ]);
    }),
  );

  const key = access.command('key').description('Access keys: at most two for each user and for the root.');
  leaf(key, 'create', 'make an access key; its secret is shown once')
    .option('--user <name>', 'whose key; the root of the account when left out')
    .action((options: Options) =>
      inStore(options, async ({ opened, account: id }) => {
        const command = {
          actor: operatorActor(),
          account: id,
          ...(options.user !== undefined && { user: options.user }),
        };
        showKey(id, await createAccessKey(command, opened.administration), options);
      }),
    );
  for (const [verb, active] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    leaf(key, `${verb} <accessKeyId>`, `${verb} an access key`).action((accessKeyId: string, options: Options) =>
      inStore(options, async ({ opened, account: id }) => {
        const command = { actor: operatorActor(), account: id, accessKeyId, active };
        await switchAccessKey(command, opened.administration);
        report(options, { accessKeyId, active }, `The access key ${accessKeyId} is ${verb}d.`);
      }),
    );
  }
  leaf(key, 'delete <accessKeyId>', 'delete an access key and erase its secret').action(
    (accessKeyId: string, options: Options) =>
      inStore(options, async ({ opened, account: id }) => {
        await deleteAccessKey({ actor: operatorActor(), account: id, accessKeyId }, opened.administration);
        report(options, { deleted: accessKeyId }, `The access key ${accessKeyId} is deleted.`);
      }),
  );
  leaf(key, 'list', 'list the access keys').action((options: Options) =>
    inStore(options, async ({ opened, account: id }) =>
      show(
        options,
        opened.directory.accessKeys(id),
        ['access key', 'user', 'state'],
        ({ id: keyId, user: owner, active }) => [keyId, owner ?? '(root)', active ? 'enabled' : 'disabled'],
      ),
    ),
  );

  const policy = access.command('policy').description('Policies: JSON documents of allowed and denied actions.');
  leaf(
    policy,
    'put <name> <file>',
    'create a policy from a file (- for standard input) or replace its document',
  ).action((name: string, file: string, options: Options) =>
    inStore(options, async ({ opened, account: id }) => {
      const command = { actor: operatorActor(), account: id, policy: name, document: await readDocument(file) };
      await writePolicy(command, opened.administration);
      report(options, { policy: name }, `The policy ${name} is in force for everyone it is attached to.`);
    }),
  );
  leaf(policy, 'delete <name>', 'delete a policy attached to nobody').action((name: string, options: Options) =>
    inStore(options, async ({ opened, account: id }) => {
      await deletePolicy({ actor: operatorActor(), account: id, policy: name }, opened.administration);
      report(options, { deleted: name }, `The policy ${name} is deleted.`);
    }),
  );
  leaf(policy, 'list', 'list system and own policies with their documents').action((options: Options) =>
    inStore(options, async ({ opened, account: id }) =>
      show(options, opened.directory.policies(id), ['policy', 'kind', 'document'], ({ name, kind, document }) => [
        name,
        kind,
        document.replace(/\s+/g, ' '),
      ]),
    ),
  );

  addSimulateCommand(access, environment);

  for (const [verb, act, done] of [
    ['attach', attachPolicy, 'attached to'],
    ['detach', detachPolicy, 'detached from'],
  ] as const) {
    leaf(access, `${verb} <policy> <user>`, `${verb} a policy ${verb === 'attach' ? 'to' : 'from'} a user`).action(
      (name: string, owner: string, options: Options) =>
        inStore(options, async ({ opened, account: id }) => {
          await act({ actor: operatorActor(), account: id, policy: name, user: owner }, opened.administration);
          report(options, { policy: name, user: owner }, `The policy ${name} is ${done} ${owner}.`);
        }),
    );
  }
}

async function readDocument(file: string): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readInput(file));
}

function showKey(account: AccountId, pair: AccessKeyPair, options: Options): void {
  report(
    options,
    { account, ...pair },
    `Account ${account}. The secret is shown this once:\n  export CERTITUDE_ACCESS_KEY_ID=${pair.accessKeyId}\n  export CERTITUDE_ACCESS_KEY_SECRET=${pair.accessKeySecret}`,
  );
}
