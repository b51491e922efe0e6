// Serial numbers as JSON lines: each a string, or an object whose SerialNumber is one.

import { parseSerialNumber } from '../../../pki/serial-number.ts';
import { assertRoom, type Collecting, invalidSerialNumber, type SerialReader } from './serial-reader.ts';

export const longestLine = 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const closingBrace = 0x7d;
const objectBeginning = new TextEncoder().encode('{"SerialNumber":"');

export function serialLines(collecting: Collecting): SerialReader {
  const { keys } = collecting;
  /** A line that began in a chunk before. */
  const begun = new Uint8Array(longestLine);
  let begunLength = 0;
  let line = 1;

  const keep = (part: Uint8Array): void => {
    if (begunLength + part.length > longestLine) throw tooLong(line);
    begun.set(part, begunLength);
    begunLength += part.length;
  };
  const read = (bytes: Uint8Array, start: number, lineEnd: number): void => {
    assertRoom(collecting);
    const end = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    if (end - start > longestLine) throw tooLong(line);
    if (!readPlain(bytes, start, end)) keys.addText(readAny(bytes.subarray(start, end), line));
    line++;
  };
  /** The two forms that programs write, digits alone: no text is made of them. */
  const readPlain = (bytes: Uint8Array, start: number, end: number): boolean => {
    if (bytes[start] === quote) return bytes[end - 1] === quote && keys.addDigits(bytes, start + 1, end - 1);
    for (let at = 0; at < objectBeginning.length; at++) if (bytes[start + at] !== objectBeginning[at]) return false;
    if (bytes[end - 1] !== closingBrace || bytes[end - 2] !== quote) return false;
    return keys.addDigits(bytes, start + objectBeginning.length, end - 2);
  };
  return {
    take: (chunk) => {
      let at = 0;
      if (begunLength > 0) {
        const end = chunk.indexOf(lineFeed);
        keep(end < 0 ? chunk : chunk.subarray(0, end));
        if (end < 0) return;
        read(begun, 0, begunLength);
        begunLength = 0;
        at = end + 1;
      }
      for (let end = chunk.indexOf(lineFeed, at); end >= 0; end = chunk.indexOf(lineFeed, at)) {
        read(chunk, at, end);
        at = end + 1;
      }
      keep(chunk.subarray(at));
    },
    end: () => {
      // The last line need not end in a line feed.
      if (begunLength > 0) read(begun, 0, begunLength);
    },
  };
}

function readAny(bytes: Uint8Array, line: number): string {
  const place = `Line ${line}`;
  if (bytes.length === 0) throw invalidSerialNumber(place, 'is empty');
  const value = parseJson(bytes);
  const text = typeof value === 'object' && value !== null ? onlyMember(value) : value;
  if (typeof text !== 'string') {
    throw invalidSerialNumber(place, 'is neither a JSON string nor an object {"SerialNumber": "…"}');
  }
  const serialNumber = parseSerialNumber(text.trim());
  if (serialNumber === undefined) {
    const shown = JSON.stringify(text.slice(0, 64));
    throw invalidSerialNumber(place, `must be hexadecimal of at most 20 octets; it is ${shown}`);
  }
  return serialNumber;
}

/** `undefined` for what is no JSON. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** `undefined` where there are others: they would be meant to say something. */
function onlyMember(value: object): unknown {
  const [[name, member] = [], ...others] = Object.entries(value);
  return name === 'SerialNumber' && others.length === 0 ? member : undefined;
}

function tooLong(line: number): Error {
  return invalidSerialNumber(`Line ${line}`, `is longer than ${longestLine} octets`);
}
