// Finds serial numbers in what somebody pastes or drops: lists, certificates in PEM or DER, tables with a column of them.

import { DerReader } from '../../../src/pki/der-reader.ts';
import { parseSerialNumber, type SerialNumber } from '../../../src/pki/serial-number.ts';

export interface Found {
  /** Each once, in the order met. */
  readonly serialNumbers: readonly SerialNumber[];
  /** How often one was met again. */
  readonly repeated: number;
  /** What was taken for one and is none; the first of them. */
  readonly notUnderstood: readonly string[];
  readonly notUnderstoodCount: number;
  /** How it was read. */
  readonly as: 'nothing' | 'certificates' | 'table' | 'list';
  /** Of a table: the head of its column, or its place from 1. */
  readonly column?: string;
}

/** More than the browser can show sensibly, and a long time of asking. */
export const mostSerialNumbers = 1_000_000;
const mostNotUnderstood = 10;

export function serialNumbersIn(text: string): Found {
  if (text.includes('-----BEGIN ')) return found(pemTexts(text).map(serialNumberOfPem), 'certificates');
  const rows = rowsOf(text);
  const column = columnOf(rows);
  if (!column) {
    const tokens = text.split(/[\s,;]+/).filter(Boolean);
    return tokens.length === 0 ? found([], 'nothing') : found(tokens.map(cleaned).map(read), 'list');
  }
  const { index, name, isHeaded } = column;
  const cells = rows.slice(isHeaded ? 1 : 0).map((row) => cleaned(row[index] ?? ''));
  return { ...found(cells.filter(Boolean).map(read), 'table'), column: name };
}

/** A file: text, or one certificate as octets. */
export function serialNumbersInFile(octets: Uint8Array): Found {
  // SEQUENCE with a length of two octets or one more: no text begins so.
  if (octets[0] === 0x30 && (octets[1] === 0x82 || octets[1] === 0x81)) {
    return found([serialNumberOfCertificate(octets) ?? { text: 'DER' }], 'certificates');
  }
  return serialNumbersIn(new TextDecoder().decode(octets));
}

/** Several sources as one. */
export function together(parts: readonly Found[]): Found {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const serialNumbers = new Set(parts.flatMap((part) => part.serialNumbers));
  const met = sum(parts.map((part) => part.serialNumbers.length + part.repeated));
  return {
    serialNumbers: [...serialNumbers],
    repeated: met - serialNumbers.size,
    notUnderstood: parts.flatMap((part) => part.notUnderstood).slice(0, mostNotUnderstood),
    notUnderstoodCount: sum(parts.map((part) => part.notUnderstoodCount)),
    as: parts.some(({ as }) => as !== 'nothing') ? 'list' : 'nothing',
  };
}

/** A serial number, or the text that is none. */
type Read = SerialNumber | { readonly text: string };

function read(text: string): Read {
  return parseSerialNumber(text) ?? { text: text.slice(0, 80) };
}

function found(all: readonly Read[], as: Found['as']): Found {
  const good = all.filter((each): each is SerialNumber => typeof each === 'string');
  const bad = all.flatMap((each) => (typeof each === 'string' ? [] : [each.text]));
  const serialNumbers = [...new Set(good)];
  return {
    serialNumbers,
    repeated: good.length - serialNumbers.length,
    notUnderstood: bad.slice(0, mostNotUnderstood),
    notUnderstoodCount: bad.length,
    as,
  };
}

/** What programs put around a number: quotes, `serial=` (openssl), `0x`, `="…"` (spreadsheets). */
function cleaned(text: string): string {
  return text
    .trim()
    .replace(/^=?["']*/, '')
    .replace(/["']*$/, '')
    .replace(/^serial(?: ?number)?\s*[:=]\s*/i, '')
    .replace(/^0x/i, '')
    .trim();
}

function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const delimiter = [',', ';', '\t'].find((each) => lines[0]?.includes(each));
  return delimiter === undefined ? lines.map((line) => [line]) : lines.map((line) => cellsOf(line, delimiter));
}

/** RFC 4180, but that a cell ends with its line. */
function cellsOf(line: string, delimiter: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    if (character === '"' && isQuoted && line[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...cells, cell];
}

interface Column {
  readonly index: number;
  readonly name: string;
  readonly isHeaded: boolean;
}

/** The column with serial numbers in it: by its head, or by what is in it; `undefined` where it is no table. */
function columnOf(rows: readonly (readonly string[])[]): Column | undefined {
  const [head = []] = rows;
  const named = head.findIndex((cell) => /serial|序列号/i.test(cell) && !/=/.test(cell));
  if (named >= 0 && rows.length > 1) return { index: named, name: (head[named] ?? '').trim(), isHeaded: true };
  // A list in one line, or in many.
  const isList = rows.every((row) => row.every((cell) => cell.trim() === '' || isSerialNumber(cell)));
  if (isList || head.length < 2) return undefined;
  const sample = rows.slice(0, 200);
  const shares = head.map((_, index) => sample.filter((row) => looksLikeOne(row[index] ?? '')).length / sample.length);
  const best = shares.indexOf(Math.max(...shares));
  if ((shares[best] ?? 0) < 0.5) return undefined;
  return { index: best, name: String(best + 1), isHeaded: !isSerialNumber(head[best] ?? '') };
}

function isSerialNumber(cell: string): boolean {
  return parseSerialNumber(cleaned(cell)) !== undefined;
}

/** Longer than numbers that mean something else, such as counts and dates. */
function looksLikeOne(cell: string): boolean {
  return cleaned(cell).replaceAll(':', '').length >= 12 && isSerialNumber(cell);
}

function pemTexts(text: string): readonly string[] {
  return text.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END/g) ?? [text.slice(0, 40)];
}

function serialNumberOfPem(block: string): Read {
  const base64 = block.replace(/^-----BEGIN [A-Z0-9 ]+-----/, '').replace(/-----END$/, '');
  try {
    const octets = Uint8Array.from(atob(base64.replace(/\s/g, '')), (character) => character.charCodeAt(0));
    return serialNumberOfCertificate(octets) ?? { text: block.slice(0, 60) };
  } catch {
    return { text: block.slice(0, 60) };
  }
}

/** Reads no further than to the number (RFC 5280 §4.1): what is behind it does not matter here. */
function serialNumberOfCertificate(der: Uint8Array): SerialNumber | undefined {
  try {
    const tbs = new DerReader(der, der.length).sequence().sequence();
    if (tbs.isConstructed(0)) tbs.constructed(0);
    const octets = tbs.integer();
    return parseSerialNumber(Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(''));
  } catch {
    return undefined;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
