// Printing: tables and errors for people, JSON for programs. Results go to standard output, everything else to standard error.

import { styleText } from 'node:util';
import Table from 'cli-table3';

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({
    head: [...head],
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map(visible));
  printLine(table.toString());
}

export type Colour = 'green' | 'red' | 'yellow';

/** Colour only where somebody looks: not in pipes, not with NO_COLOR. */
export function coloured(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** Names in certificates and journals are other people's text: a terminal must show control characters, not obey them. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u001a\u001c-\u001f\u007f-\u009f]/g, '\uFFFD');
}
