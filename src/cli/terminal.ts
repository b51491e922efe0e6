// Printing: tables and errors for people, JSON for programs. Results go to standard output, everything else to standard error.

import { stripVTControlCharacters, styleText } from 'node:util';
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

/** What a table of the library's is made of at a time: it takes much more than twice the time for twice the rows. */
const rowsAtATime = 100;

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const shown = rows.map((row) => row.map(visible));
  const colWidths = shown.length > rowsAtATime ? widthsOf([head, ...shown]) : [];
  for (let at = 0; at === 0 || at < shown.length; at += rowsAtATime) {
    const table = new Table({
      head: at === 0 ? [...head] : [],
      colWidths,
      style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], compact: true },
      // One table for whoever reads it.
      chars: { ...(at > 0 && noTop), ...(at + rowsAtATime < shown.length && noBottom) },
    });
    table.push(...shown.slice(at, at + rowsAtATime));
    printLine(table.toString());
  }
}

const noTop = { top: '', 'top-left': '', 'top-mid': '', 'top-right': '' };
const noBottom = { bottom: '', 'bottom-left': '', 'bottom-mid': '', 'bottom-right': '' };

/** Of each column, with a blank on both sides. What is not ASCII may be as wide as two letters. */
function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const text = stripVTControlCharacters(cell);
      const width = (/^[ -~]*$/.test(text) ? 1 : 2) * text.length + 2;
      widths[column] = Math.max(widths[column] ?? 0, width);
    }
  }
  return widths;
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
