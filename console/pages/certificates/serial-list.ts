// Reads a pasted list, or a CSV file, of serial numbers and identifiers.

import { parseSerialNumber } from '../../../src/pki/serial-number.ts';

export interface Listed {
  /** As it stands in the list. */
  readonly written: string;
  /** Its hexadecimal digits: of an identifier those are all of it, leading zeros too. */
  readonly digits: string;
}

export interface ReadList {
  /** Each once, in the order of the list. */
  readonly entries: readonly Listed[];
  /** How many are neither. */
  readonly passedOver: number;
}

/** @param text one a line, or with a head that names a column `serial…` or `identifier`: then that column is read. */
export function readList(text: string): ReadList {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const head = cellsOf(lines[0] ?? '').map((cell) => cell.toLowerCase());
  const named = head.findIndex((cell) => /^identifier$/.test(cell));
  const column = named >= 0 ? named : head.findIndex((cell) => /^serial/.test(cell));
  const words =
    column >= 0
      ? lines.slice(1).map((line) => cellsOf(line)[column] ?? '')
      : lines.flatMap((line) => line.split(/[\s,;"']+/)).filter((word) => word !== '');
  const entries = new Map<string, Listed>();
  let passedOver = 0;
  for (const word of words) {
    const serialNumber = parseSerialNumber(word);
    if (serialNumber === undefined) passedOver++;
    else if (!entries.has(serialNumber)) {
      entries.set(serialNumber, { written: word, digits: word.replaceAll(':', '').toLowerCase() });
    }
  }
  return { entries: [...entries.values()], passedOver };
}

/** RFC 4180, without line breaks in cells; the apostrophe is what keeps spreadsheets from calculating. */
function cellsOf(line: string): readonly string[] {
  const cells = line.match(/(?<=^|[,;\t])(?:"(?:[^"]|"")*"|[^,;\t]*)/g) ?? [];
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('""', '"')
      .replace(/^'/, '')
      .trim(),
  );
}
