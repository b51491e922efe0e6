// `certitude access login …` and `access mfa …`: what lets users sign in to the console.

import type { Command } from 'commander';
import {
  createLoginProfile,
  deleteLoginProfile,
  deleteMfaDevice,
  unbindMfaDevice,
  updateLoginProfile,
} from '../../access/administration/sign-in.ts';
import type { Environment } from '../connection.ts';
import { UsageError } from '../failure.ts';
import { commandIn, inAccount, storeCommand as leaf, report, type StoreOptions, show } from '../in-store.ts';
import { readText } from '../input.ts';

interface LoginOptions extends StoreOptions {
  readonly passwordFile: string;
  readonly reset?: boolean;
  readonly mfa?: boolean;
}

export function addLoginCommands(access: Command, environment: Environment): void {
  const login = access.command('login').description('Passwords, with which users sign in to the console.');
  leaf(login, 'set <user>', 'let a user sign in, or give it another password')
    .requiredOption('--password-file <file>', 'whose first line is the password (- for standard input)')
    .option('--reset', 'the user must choose another password when it signs in')
    .option('--mfa', 'the user must bind an MFA device when it signs in')
    .action((user: string, options: LoginOptions) =>
      inAccount(environment, options, async (context) => {
        const { directory, administration } = context.opened;
        const [password = ''] = (await readText(options.passwordFile)).split(/\r?\n/, 1);
        const command = {
          ...commandIn(context),
          user,
          password,
          policy: directory.passwordPolicy(context.account),
          passwordResetRequired: options.reset === true,
          mfaBindRequired: options.mfa === true,
        };
        if (directory.loginProfile(context.account, user)) await updateLoginProfile(command, administration);
        else await createLoginProfile(command, administration);
        report(options, { user }, `The user ${user} can sign in with this password.`);
      }),
    );
  leaf(login, 'delete <user>', 'let a user sign in no longer').action((user: string, options: StoreOptions) =>
    inAccount(environment, options, async (context) => {
      await deleteLoginProfile({ ...commandIn(context), user }, context.opened.administration);
      report(options, { deleted: user }, `The user ${user} cannot sign in any more.`);
    }),
  );

  const mfa = access.command('mfa').description('Virtual MFA devices, the second factor of signing in.');
  leaf(mfa, 'list', 'list the devices and whose they are').action((options: StoreOptions) =>
    inAccount(environment, options, async ({ opened, account }) =>
      show(options, opened.directory.mfaDevices(account), ['device', 'user'], ({ name, user }) => [name, user ?? '']),
    ),
  );
  leaf(mfa, 'reset <user>', "delete a user's device, for one who has lost it").action(
    (user: string, options: StoreOptions) =>
      inAccount(environment, options, async (context) => {
        const device = context.opened.directory.mfaDeviceOf(context.account, user)?.name;
        if (device === undefined) throw new UsageError(`The user ${user} has no MFA device.`);
        await unbindMfaDevice({ ...commandIn(context), user, device }, context.opened.administration);
        await deleteMfaDevice({ ...commandIn(context), device }, context.opened.administration);
        report(options, { deleted: device }, `The MFA device ${device} of ${user} is deleted.`);
      }),
  );
}
