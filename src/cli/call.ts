// `certitude call`: any operation of the API, by its own names.

import type { Command } from 'commander';
import { callOperation } from '../client/rpc-client.ts';
import { findOperation, operationsOf, products } from '../protocols/rpc/catalog.ts';
import { commandName } from '../protocols/rpc/derive.ts';
import { parametersOf } from '../protocols/rpc/describe.ts';
import type { Operation } from '../protocols/rpc/operation.ts';
import { connect, connectionHelp, type Environment } from './connection.ts';
import { UsageError } from './failure.ts';
import { printJson, printLine, printTable } from './terminal.ts';

export function addCallCommand(program: Command, environment: Environment): void {
  program
    .command('call')
    .summary('call an operation of the API')
    .description('Calls an operation with --Parameter value for each of its parameters and prints the answer as JSON.')
    .argument('[operation]', 'name of the operation')
    .argument('[parameters...]', '--Parameter value, as the operation names them; lists as --Tags.1.Key value')
    .helpOption(false)
    .allowUnknownOption()
    .addHelpText('after', help())
    .action(async (name: string | undefined, rest: string[]) => {
      const { parameters, connection, wantsHelp } = readArguments(rest);
      if (name === undefined || name === '--help' || name === '-h') {
        printLine(`Usage: certitude call <operation> [--Parameter value ...]\n${help()}`);
        return;
      }
      const operation = findOperation(name);
      if (!operation) throw new UsageError(`There is no operation ${name} here; \`certitude call --help\` lists them.`);
      if (wantsHelp) return explain(operation);
      const { product, name: action } = operation;
      const called = { name: action, version: product.version };
      printJson(await callOperation(called, parameters, connect(connection, environment)));
    });
}

function help(): string {
  const operations = products.map((product) => {
    const lines = Array.from(
      operationsOf(product).values(),
      (operation) => `  ${commandName(operation).padEnd(48)}${operation.summary}`,
    );
    return `${product.title} (${product.code} ${product.version}):\n${lines.join('\n')}`;
  });
  return `
Operations (certitude call <operation> --help shows the parameters of one):

${operations.join('\n\n')}

Options:
  --endpoint <url>  address of the service
  --ca-file <path>  PEM file with the CAs to trust over https
${connectionHelp}

Example:
  certitude call ListClientCertificate --ShowSize 5`;
}

/** Parameters are told from options by the capital they begin with. */
function readArguments(rest: readonly string[]) {
  const parameters = new Map<string, string>();
  let endpoint: string | undefined;
  let caFile: string | undefined;
  let wantsHelp = false;
  for (let at = 0; at < rest.length; at++) {
    const text = rest[at] ?? '';
    if (text === '--help' || text === '-h') {
      wantsHelp = true;
      continue;
    }
    if (text === '--json') continue; // answers are JSON in any case
    const [, name, inline] = /^--([A-Za-z][A-Za-z0-9.]*|ca-file)(?:=(.*))?$/s.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`${JSON.stringify(text)} is not of the form --Parameter value.`);
    const value = inline ?? rest[++at];
    if (value === undefined) throw new UsageError(`--${name} has no value.`);
    if (name === 'endpoint') endpoint = value;
    else if (name === 'ca-file') caFile = value;
    else if (parameters.has(name))
      throw new UsageError(`--${name} is given twice; lists are --${name}.1, --${name}.2.`);
    else parameters.set(name, value);
  }
  return { parameters, connection: { endpoint, caFile }, wantsHelp };
}

function explain(operation: Operation): void {
  printLine(`${operation.name}: ${operation.summary}\n`);
  for (const note of operation.notes) printLine(`- ${note}`);
  const rows = parametersOf(operation.request).map(({ path, type, required, description }) => [
    `--${path}`,
    type,
    required ? 'required' : '',
    description,
  ]);
  printTable(['parameter', 'type', '', 'meaning'], rows);
}
