// The command line: `certitude <command>`. Each command has a file of its own.

import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { Environment } from './connection.ts';
import { exitStatus } from './exit-status.ts';
import { reportFailure } from './failure.ts';

/** In the order of help. Each is loaded when it is named: to ask for a status needs a tenth of the code that serving does. */
const commands: Readonly<Record<string, (program: Command, environment: Environment) => Promise<void>>> = {
  serve: async (...to) => (await import('./serve.ts')).addServeCommand(...to),
  init: async (...to) => (await import('./serve.ts')).addInitCommand(...to),
  status: async (...to) => (await import('./status.ts')).addStatusCommand(...to),
  call: async (...to) => (await import('./call.ts')).addCallCommand(...to),
  access: async (...to) => (await import('./access/access.ts')).addAccessCommand(...to),
  quota: async (...to) => (await import('./quota.ts')).addQuotaCommand(...to),
  crl: async (...to) => (await import('./crl.ts')).addCrlCommand(...to),
  console: async (...to) => (await import('./console.ts')).addConsoleCommand(...to),
  journal: async (...to) => (await import('./journal.ts')).addJournalCommand(...to),
  log: async (...to) => (await import('./log.ts')).addLogCommand(...to),
};

const program = new Command('certitude')
  .description('A private PKI that tells for any serial number whether its certificate is good, revoked or unknown.')
  .version(packageJson.version)
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

const [named = ''] = process.argv.slice(2);
for (const name of Object.hasOwn(commands, named) ? [named] : Object.keys(commands))
  await commands[name]?.(program, process.env);
overrideExit(program);

// Node.js would leave with 1, which means "revoked", and a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitStatus.outputClosed);
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitStatus.usage;
  else process.exitCode = reportFailure(error, process.argv.includes('--json'));
}

/** Usage errors must not leave with 1, which means "revoked". */
function overrideExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) overrideExit(child);
}
