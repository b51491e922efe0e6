// `certitude access policy …`

import type { Command } from 'commander';
import {
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  describePolicy,
  setDefaultPolicyVersion,
  writePolicy,
} from '../../access/administration/policies.ts';
import { formatUtc, toSeconds } from '../../base/time.ts';
import type { Environment } from '../connection.ts';
import { commandIn, inAccount, storeCommand as leaf, report, type StoreOptions, show } from '../in-store.ts';
import { readText } from '../input.ts';

export function addPolicyCommands(access: Command, environment: Environment): void {
  const policy = access.command('policy').description('Policies: JSON documents of allowed and denied actions.');
  leaf(
    policy,
    'put <name> <file>',
    'create a policy from a file (- for standard input) or replace the document of its default version',
  ).action((name: string, file: string, options: StoreOptions) =>
    inAccount(environment, options, async (context) => {
      const command = { ...commandIn(context), policy: name, document: await readText(file) };
      await writePolicy(command, context.opened.administration);
      report(options, { policy: name }, `The policy ${name} is in force for everyone it is attached to.`);
    }),
  );
  leaf(policy, 'describe <name> <text>', 'say what a policy is for').action(
    (name: string, description: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        await describePolicy({ ...commandIn(context), policy: name, description }, context.opened.administration);
        report(options, { policy: name, description }, `The policy ${name} is described.`);
      }),
  );
  leaf(policy, 'delete <name>', 'delete a policy attached to nobody, with no other versions').action(
    (name: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        await deletePolicy({ ...commandIn(context), policy: name }, context.opened.administration);
        report(options, { deleted: name }, `The policy ${name} is deleted.`);
      }),
  );
  leaf(policy, 'list', 'list system and own policies with their documents').action((options: StoreOptions) =>
    inAccount(environment, options, async ({ opened, account }) =>
      show(
        options,
        opened.directory.policies(account),
        ['policy', 'kind', 'version', 'attached', 'document'],
        ({ name, kind, defaultVersion, attachmentCount, document }) => [
          name,
          kind,
          defaultVersion,
          String(attachmentCount),
          document.replace(/\s+/g, ' '),
        ],
      ),
    ),
  );
  addVersionCommands(policy, environment);
}

function addVersionCommands(policy: Command, environment: Environment): void {
  const version = policy.command('version').description('Versions of a policy, five at most; the default is in force.');
  leaf(version, 'create <name> <file>', 'add a version; the oldest makes room where there are five')
    .option('--default', 'put it in force at once')
    .action((name: string, file: string, options: StoreOptions & { readonly default?: boolean }) =>
      inAccount(environment, options, async (context) => {
        const setAsDefault = options.default === true;
        const document = await readText(file);
        const command = { ...commandIn(context), policy: name, document, setAsDefault, rotate: true };
        const made = await createPolicyVersion(command, context.opened.administration);
        const instead = made.removed === undefined ? '' : ` ${made.removed} has made room for it.`;
        const force = setAsDefault ? 'is in force' : 'is not in force yet';
        report(options, { policy: name, ...made }, `Version ${made.version} of ${name} ${force}.${instead}`);
      }),
    );
  leaf(version, 'set-default <name> <version>', 'put a version in force').action(
    (name: string, wanted: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        const command = { ...commandIn(context), policy: name, version: wanted };
        await setDefaultPolicyVersion(command, context.opened.administration);
        report(options, { policy: name, version: wanted }, `Version ${wanted} of ${name} is in force.`);
      }),
  );
  leaf(version, 'delete <name> <version>', 'delete a version that is not the default').action(
    (name: string, wanted: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        const command = { ...commandIn(context), policy: name, version: wanted };
        await deletePolicyVersion(command, context.opened.administration);
        report(options, { policy: name, deleted: wanted }, `Version ${wanted} of ${name} is deleted.`);
      }),
  );
  leaf(version, 'list <name>', 'list the versions with their documents').action((name: string, options: StoreOptions) =>
    inAccount(environment, options, async ({ opened, account }) =>
      show(
        options,
        opened.directory.policyVersions(account, name),
        ['version', 'in force', 'created', 'document'],
        ({ version: id, isDefault, createdAt, document }) => [
          id,
          isDefault ? 'yes' : '',
          createdAt === undefined ? '' : formatUtc(toSeconds(createdAt)),
          document.replace(/\s+/g, ' '),
        ],
      ),
    ),
  );
}
