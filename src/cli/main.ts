// The command line: `certitude <command>`. Each command has a file of its own.

import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addAccessCommand } from './access/access.ts';
import { addCallCommand } from './call.ts';
import { addConsoleCommand } from './console.ts';
import { addCrlCommand } from './crl.ts';
import { exitStatus } from './exit-status.ts';
import { reportFailure } from './failure.ts';
import { addJournalCommand } from './journal.ts';
import { addLogCommand } from './log.ts';
import { addQuotaCommand } from './quota.ts';
import { addInitCommand, addServeCommand } from './serve.ts';
import { addStatusCommand } from './status.ts';

const program = new Command('certitude')
  .description('A private PKI that tells for any serial number whether its certificate is good, revoked or unknown.')
  .version(packageJson.version)
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

addServeCommand(program, process.env);
addInitCommand(program, process.env);
addStatusCommand(program, process.env);
addCallCommand(program, process.env);
addAccessCommand(program, process.env);
addQuotaCommand(program, process.env);
addCrlCommand(program, process.env);
addConsoleCommand(program, process.env);
addJournalCommand(program, process.env);
addLogCommand(program, process.env);
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
