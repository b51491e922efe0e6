// What must hold of a certificate revocation list before it is published: it says what it was meant to, the issuer signed it,
// and it takes nothing back that the list before it said.

import { equalBytes } from '../base/bytes.ts';
import { readAlgorithmIdentifier, signatureAlgorithmIdentifier } from './algorithm.ts';
import type { CertListParameters } from './crl.ts';
import { CrlCursor } from './crl-entries.ts';
import { crlExtensions } from './crl-extensions.ts';
import type { Crl } from './crl-reader.ts';
import { DerReader } from './der-reader.ts';
import { type Extension, encodeExtensions } from './extensions.ts';
import { oids } from './oid.ts';

export type CrlDefect =
  | 'signature-algorithm-differs'
  | 'signature-invalid'
  | 'issuer-differs'
  | 'this-update-differs'
  | 'next-update-differs'
  | 'extensions-differ';

/** Whether the signature over `crl.tbs` is that of the issuer's key. */
export type VerifyCrl = (crl: Crl) => boolean | Promise<boolean>;

/**
 * Compares a list, read again, with what it was to say; the entries are for {@link compareEntries} to read.
 *
 * @param expected  the parameters it was written from; the issuer's name comes from the issuer's certificate.
 * @returns what is wrong, nothing if it may be published.
 */
export async function crlDefects(
  crl: Crl,
  expected: Omit<CertListParameters, 'expectedEntries'>,
  verify: VerifyCrl,
): Promise<CrlDefect[]> {
  const defects: CrlDefect[] = [];
  const algorithm = readAlgorithmIdentifier(new DerReader(signatureAlgorithmIdentifier(expected.signatureAlgorithm)));
  if (crl.signatureAlgorithm.id !== algorithm.id) defects.push('signature-algorithm-differs');
  if (!equalBytes(crl.issuerDer, expected.issuerDer)) defects.push('issuer-differs');
  if (crl.thisUpdate !== expected.thisUpdate) defects.push('this-update-differs');
  if (crl.nextUpdate !== expected.nextUpdate) defects.push('next-update-differs');
  const extensions = encodeExtensions(crlExtensions(expected));
  if (!equalBytes(encodeExtensions(crl.extensions.raw), extensions)) defects.push('extensions-differ');
  if (!(await verify(crl))) defects.push('signature-invalid');
  return defects;
}

export type SuccessionDefect = 'issuer-differs' | 'scope-differs' | 'number-not-above' | 'this-update-earlier';

/** Whether one list may take the place of another of its kind (RFC 5280 §5.2.3); which entries it lacks is asked apart. */
export function successionDefects(previous: Crl, next: Crl): SuccessionDefect[] {
  const defects: SuccessionDefect[] = [];
  if (!equalBytes(previous.issuerDer, next.issuerDer)) defects.push('issuer-differs');
  const [before, after] = [previous.extensions, next.extensions];
  const sameKind = (before.baseNumber === undefined) === (after.baseNumber === undefined);
  if (!sameKind || !equalBytes(scopeOf(before.raw), scopeOf(after.raw))) defects.push('scope-differs');
  if (after.number <= before.number) defects.push('number-not-above');
  if (next.thisUpdate < previous.thisUpdate) defects.push('this-update-earlier');
  return defects;
}

/** The entries of a list are not ascending, each serial number once. */
export class EntriesOutOfOrder extends Error {
  override readonly name = 'EntriesOutOfOrder';
}

/**
 * Reads all entries of a list, and finds those of the list before that are not on it, for whoever publishes to say of each
 * whether it may go. Our lists ascend by serial number as text, so that one walk along both is enough.
 *
 * @param isPreviousRead  that list went through this very function: what both have octet for octet need not be read again.
 * @param lost  is called for each, with the cursor on it.
 * @yields in steps of a few milliseconds.
 * @returns how many entries the list has.
 * @throws {DecodingError} {EntriesOutOfOrder}
 */
export function* compareEntries(
  next: Crl,
  previous: Crl | undefined,
  lost: (entry: CrlCursor) => void,
  isPreviousRead = false,
): Generator<undefined, number, void> {
  const old = previous && new CrlCursor(previous);
  const cursor = new CrlCursor(next);
  let [start, end] = [0, 0];
  let count = 0;
  let steps = 0;
  const ascendTo = (serialStart: number, serialEnd: number): void => {
    if (count > 0 && compareOctets(next.der, start, end, next.der, serialStart, serialEnd) >= 0) {
      throw new EntriesOutOfOrder(`entry ${count + 1} does not ascend`);
    }
    [start, end] = [serialStart, serialEnd];
  };
  while (!cursor.isAtEnd) {
    if (old && isPreviousRead) {
      const shared = sharedEntries(old, previous.entriesEnd, cursor, next.entriesEnd);
      if (shared.count > 0) {
        cursor.next();
        ascendTo(cursor.serialStart, cursor.serialEnd);
        cursor.seek(shared.lastAt);
        cursor.next();
        [start, end] = [cursor.serialStart, cursor.serialEnd];
        count += shared.count;
        old.seek(old.position + shared.octets);
        yield;
        continue;
      }
    }
    cursor.next();
    ascendTo(cursor.serialStart, cursor.serialEnd);
    count++;
    while (old && !old.isAtEnd) {
      const at = old.position;
      old.next();
      const order = compareOctets(old.bytes, old.serialStart, old.serialEnd, next.der, start, end);
      if (order < 0) lost(old);
      if (++steps % entriesPerStep === 0) yield;
      if (order > 0) old.seek(at);
      if (order >= 0) break;
    }
    if (++steps % entriesPerStep === 0) yield;
  }
  while (old?.next()) {
    lost(old);
    if (++steps % entriesPerStep === 0) yield;
  }
  return count;
}

/** The entries that both lists have from where the cursors are, as far as one look reaches. */
function sharedEntries(
  old: CrlCursor,
  oldEnd: number,
  cursor: CrlCursor,
  cursorEnd: number,
): { readonly count: number; readonly octets: number; readonly lastAt: number } {
  const reach = Math.min(octetsPerLook, oldEnd - old.position, cursorEnd - cursor.position);
  const [a, b] = [old.position, cursor.position];
  const isSame = (octets: number) =>
    Buffer.compare(old.bytes.subarray(a, a + octets), cursor.bytes.subarray(b, b + octets)) === 0;
  let same = reach;
  // Where they differ, halves tell how far they do not.
  while (same > leastOctets && !isSame(same)) same >>= 1;
  let [count, octets, lastAt] = [0, 0, b];
  if (!isSame(same)) return { count, octets, lastAt };
  for (;;) {
    const length = 2 + (cursor.bytes[b + octets + 1] ?? 0);
    if (octets + length > same) return { count, octets, lastAt };
    lastAt = b + octets;
    octets += length;
    count++;
  }
}

/** As their hexadecimal text compares: octet by octet, and what ends first comes first. */
export function compareOctets(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let offset = 0; offset < shared; offset++) {
    const difference = (a[aStart + offset] ?? 0) - (b[bStart + offset] ?? 0);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

function scopeOf(extensions: readonly Extension[]): Uint8Array {
  return extensions.find(({ id }) => id === oids.issuingDistributionPoint)?.value ?? wholeScope;
}

/** No value of an extension is empty. */
const wholeScope = new Uint8Array();

/** A millisecond or two. */
const entriesPerStep = 2048;
const octetsPerLook = 256 * 1024;
/** Some entries; where less is the same, they are read one by one. */
const leastOctets = 256;
