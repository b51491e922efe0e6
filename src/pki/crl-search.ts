// Looks for one certificate on a list, and counts what is on it.

import { hexToBytes } from '../base/bytes.ts';
import type { CrlEntry } from './crl.ts';
import { CrlCursor } from './crl-entries.ts';
import type { Crl } from './crl-reader.ts';
import type { SerialNumber } from './serial-number.ts';

/**
 * The entry of a serial number; `undefined` if it is not listed.
 * @yields every few milliseconds. @throws {DecodingError} for a list that is not as we write them.
 */
export function* entryOf(crl: Crl, serialNumber: SerialNumber): Generator<undefined, CrlEntry | undefined, void> {
  const cursor = new CrlCursor(crl);
  const octets = hexToBytes(serialNumber);
  for (let steps = 1; cursor.next(); steps++) {
    if (isAt(cursor, octets)) return cursor.entry();
    if (steps % entriesPerStep === 0) yield;
  }
  return undefined;
}

/** How many entries a list has. @yields every few milliseconds. @throws {DecodingError} */
export function* countEntries(crl: Crl): Generator<undefined, number, void> {
  const cursor = new CrlCursor(crl);
  let count = 0;
  while (cursor.next()) if (++count % entriesPerStep === 0) yield;
  return count;
}

function isAt({ bytes, serialStart, serialEnd }: CrlCursor, octets: Uint8Array): boolean {
  if (serialEnd - serialStart !== octets.length) return false;
  for (let at = 0; at < octets.length; at++) if (bytes[serialStart + at] !== octets[at]) return false;
  return true;
}

/** A millisecond or two. */
const entriesPerStep = 4096;
