// The status index in a file, for a quick start: written whole or not at all, and taken only if it is what was written and
// the journal is still the one it was made from. It is a view like any other, and may be deleted at any time.
//
// A line of JSON (the header), the words of every buffer as they lie in memory, and the SHA-256 of all that.

import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { equalBytes, hexToBytes } from '../base/bytes.ts';
import type { ChainHead } from '../registry/journal.ts';
import type { HashSeed } from '../registry/seeded-hash.ts';
import { type SharedStandings, Standings } from '../registry/standings.ts';
import { replaceDurableFile } from './durable-file.ts';

/** The place in the journal that it was made at, and how many certificates it holds. */
export interface CheckpointPlace extends ChainHead {
  readonly certificates: number;
}

interface Header {
  readonly format: string;
  readonly sequence: number;
  readonly hash: string;
  readonly certificates: number;
  readonly seed: HashSeed;
  /** Octets of each buffer. */
  readonly lengths: readonly number[];
}

/** To be changed with the layout of the tables. */
const format = `certitude status index 1 ${endianness()}`;
const longestHeader = 4096;
const digestOctets = 32;
const octetsAtOnce = 1 << 20;

export function statusCheckpointFile(dataDir: string): string {
  return join(dataDir, 'status-index.checkpoint');
}

/** @throws the system's error; the file is then as it was. */
export function writeStatusCheckpoint(
  dataDir: string,
  { sequence, hash, certificates }: CheckpointPlace,
  shared: SharedStandings,
): void {
  const buffers = buffersOf(shared);
  const header: Header = {
    format,
    sequence,
    hash: Buffer.from(hash).toString('hex'),
    certificates,
    seed: shared.seed,
    lengths: buffers.map(({ byteLength }) => byteLength),
  };
  replaceDurableFile(statusCheckpointFile(dataDir), (descriptor) => {
    const digest = createHash('sha256');
    const put = (bytes: Uint8Array) => {
      digest.update(bytes);
      writeAll(descriptor, bytes);
    };
    put(Buffer.from(`${JSON.stringify(header)}\n`));
    const part = Buffer.alloc(octetsAtOnce);
    for (const buffer of buffers) {
      for (let at = 0; at < buffer.byteLength; at += octetsAtOnce) {
        const length = Math.min(octetsAtOnce, buffer.byteLength - at);
        part.set(new Uint8Array(buffer, at, length));
        put(part.subarray(0, length));
      }
    }
    writeAll(descriptor, digest.digest());
  });
}

/**
 * @param fits  whether this is a place of the journal, from which it is worth going on.
 * @returns `undefined` for whatever is not a file that fits, whole and unchanged.
 */
export async function readStatusCheckpoint(
  dataDir: string,
  fits: (place: CheckpointPlace) => Promise<boolean>,
): Promise<{ readonly standings: Standings; readonly sequence: number } | undefined> {
  let descriptor: number;
  try {
    descriptor = openSync(statusCheckpointFile(dataDir), 'r');
  } catch {
    return undefined;
  }
  try {
    const found = readHeader(descriptor);
    if (!found || !(await fits({ ...found.header, hash: hexToBytes(found.header.hash) }))) return undefined;
    const standings = readStandings(descriptor, found);
    if (standings?.size !== found.header.certificates) return undefined;
    return { standings, sequence: found.header.sequence };
  } finally {
    closeSync(descriptor);
  }
}

interface FoundHeader {
  readonly header: Header;
  /** Its octets, the end of the line included. */
  readonly bytes: Uint8Array;
}

function readHeader(descriptor: number): FoundHeader | undefined {
  const start = Buffer.alloc(longestHeader);
  const end = start.subarray(0, readSync(descriptor, start, 0, longestHeader, 0)).indexOf('\n');
  if (end < 0) return undefined;
  let header: Header;
  try {
    header = JSON.parse(start.toString('utf8', 0, end)) as Header;
  } catch {
    return undefined;
  }
  if (header?.format !== format) return undefined;
  const isWhole =
    Number.isSafeInteger(header.sequence) &&
    Number.isSafeInteger(header.certificates) &&
    /^[0-9a-f]{64}$/.test(header.hash) &&
    Number.isInteger(header.seed?.low) &&
    Number.isInteger(header.seed?.high) &&
    Array.isArray(header.lengths);
  return isWhole ? { header, bytes: start.subarray(0, end + 1) } : undefined;
}

function readStandings(descriptor: number, { header, bytes }: FoundHeader): Standings | undefined {
  const { shared } = new Standings(header.seed);
  const buffers = buffersOf(shared);
  const { lengths } = header;
  const haveRoom = buffers.every(({ byteLength, maxByteLength }, index) => {
    const length = lengths[index];
    return length !== undefined && length % 4 === 0 && length >= byteLength && length <= maxByteLength;
  });
  const octets = lengths.reduce((sum, length) => sum + length, bytes.length + digestOctets);
  if (!haveRoom || lengths.length !== buffers.length || fstatSync(descriptor).size !== octets) return undefined;
  const digest = createHash('sha256').update(bytes);
  let position = bytes.length;
  for (const [index, buffer] of buffers.entries()) {
    buffer.grow(lengths[index] ?? 0);
    if (!readInto(buffer, { descriptor, position, digest })) return undefined;
    position += buffer.byteLength;
  }
  const written = Buffer.alloc(digestOctets);
  readSync(descriptor, written, 0, digestOctets, position);
  if (!equalBytes(written, digest.digest())) return undefined;
  const standings = new Standings(shared);
  return standings.takeOver() ? standings : undefined;
}

interface Source {
  readonly descriptor: number;
  readonly position: number;
  readonly digest: Hash;
}

/** @returns whether the file had as much. */
function readInto(buffer: SharedArrayBuffer, { descriptor, position, digest }: Source): boolean {
  const part = Buffer.alloc(octetsAtOnce);
  for (let at = 0; at < buffer.byteLength; ) {
    const wanted = Math.min(octetsAtOnce, buffer.byteLength - at);
    const length = readSync(descriptor, part, 0, wanted, position + at);
    if (length === 0) return false;
    const read = part.subarray(0, length);
    digest.update(read);
    new Uint8Array(buffer, at, length).set(read);
    at += length;
  }
  return true;
}

function buffersOf({ authorities, short, long, further, changes }: SharedStandings): SharedArrayBuffer[] {
  const ofTable = [short, long, further].flatMap(({ published, directory, segments, entries }) => [
    published,
    directory,
    segments,
    entries,
  ]);
  return [authorities.published, authorities.records, ...ofTable, changes];
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
