// The files of the access log: their names, their order, and how much of them is kept.

import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface LogFile {
  readonly path: string;
  /** When it was begun, as its name says: `2026-02-23T12-46-24.123Z`. Files in this order are in the order of time. */
  readonly began: string;
  readonly compressed: boolean;
  readonly octets: number;
  /** When it was written last, milliseconds since 1970. */
  readonly writtenAt: number;
}

export function logFolder(dataDir: string): string {
  return join(dataDir, 'log');
}

/** @param moment milliseconds since 1970 */
export function beganAt(moment: number): string {
  return new Date(moment).toISOString().replaceAll(':', '-');
}

/** The moment a name was made of. */
export function momentOf(began: string): number {
  return Date.parse(`${began.slice(0, 13)}:${began.slice(14, 16)}:${began.slice(17)}`);
}

export function pathOf(folder: string, began: string): string {
  return join(folder, `access-${began}.jsonl`);
}

const namePattern = /^access-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)\.jsonl(\.gz)?$/;

/** Oldest first; none where there is no folder. A file that is there with and without its compressed form counts once. */
export async function listLogFiles(folder: string): Promise<readonly LogFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = new Map<string, LogFile>();
  // `.jsonl` sorts before `.jsonl.gz`: the first one found is the one that is surely whole.
  for (const name of names.sort()) {
    const [, began, gz] = namePattern.exec(name) ?? [];
    if (began === undefined || files.has(began)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined); // gone meanwhile
    if (!found?.isFile()) continue;
    const { size: octets, mtimeMs: writtenAt } = found;
    files.set(began, { path, began, compressed: gz !== undefined, octets, writtenAt });
  }
  return [...files.values()];
}

/** Whole under its new name or not there; keeps the time of the last line. */
export async function compress({ path, writtenAt }: LogFile): Promise<void> {
  const made = `${path}.gz`;
  const making = `${made}.new`;
  await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(making, { mode: 0o600 }));
  await utimes(making, writtenAt / 1000, writtenAt / 1000);
  await rename(making, made);
  await rm(path);
}

/** Deletes the oldest until what is left, the newest apart, has no more than so many octets. */
export async function prune(folder: string, octets: number): Promise<void> {
  const files = (await listLogFiles(folder)).slice(0, -1);
  let total = files.reduce((sum, file) => sum + file.octets, 0);
  for (const file of files) {
    if (total <= octets) return;
    await rm(file.path, { force: true });
    total -= file.octets;
  }
}
