// Reads the access log beside the service that writes it: all files in order, compressed ones too, never one as a whole.

import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { type LogFile, listLogFiles } from './files.ts';

export interface ReadOptions {
  /** Milliseconds since 1970. Files that were written last before are left out as a whole, and those begun after. */
  readonly since?: number;
  readonly until?: number;
  /** Up to this place only: what comes after it is followed. */
  readonly to?: Place;
  /** Told after every piece: octets of the files read, of so many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Told of a file that could not be read to its end. */
  readonly onProblem?: (path: string, problem: Error) => void;
}

/** A clock that is set while it runs may put a few lines out of order. */
const slackMillis = 60_000;
const pieceOctets = 256 * 1024;
/** No line of ours is longer; what has no line end for so long is none. */
const longestLine = 64 * 1024;

/** Lines, without their ends, in the order written, as many at once as came out of the file together. */
export async function* readAccessLog(
  folder: string,
  options: ReadOptions = {},
): AsyncGenerator<readonly string[], void> {
  const { since = 0, until = Number.POSITIVE_INFINITY, to, onProgress, onProblem } = options;
  const files = (await listLogFiles(folder)).filter(
    ({ writtenAt, began }) =>
      writtenAt >= since - slackMillis && began <= nameLimit(until) && (to === undefined || began <= to.began),
  );
  const total = files.reduce((sum, { octets }) => sum + octets, 0);
  let done = 0;
  for (const file of files) {
    const before = done;
    try {
      const octets = file.began === to?.began ? to.octets : Number.POSITIVE_INFINITY;
      yield* readLogFile(file, octets, (read) => onProgress?.(Math.min(before + read, total), total));
    } catch (problem) {
      onProblem?.(file.path, problem as Error);
    }
    done += file.octets;
    onProgress?.(done, total);
  }
}

function nameLimit(until: number): string {
  return Number.isFinite(until) ? new Date(until + slackMillis).toISOString().replaceAll(':', '-') : '~';
}

/** Lines of one file, as far as so many octets; none if it is gone. */
export async function* readLogFile(
  file: LogFile,
  octets: number,
  onRead: (octets: number) => void,
): AsyncGenerator<readonly string[], void> {
  // It may have been compressed or deleted since it was listed.
  const handle = await openEither(file.path);
  if (handle === undefined) return;
  if (octets === 0) return handle.handle.close();
  const end = handle.compressed ? Number.POSITIVE_INFINITY : octets - 1;
  const source = createReadStream('', { fd: handle.handle, highWaterMark: pieceOctets, end });
  source.on('data', () => onRead(source.bytesRead));
  const cut = lineCutter();
  const gunzip = handle.compressed ? createGunzip({ chunkSize: pieceOctets }) : undefined;
  source.once('error', (problem) => gunzip?.destroy(problem));
  for await (const piece of gunzip ? source.pipe(gunzip) : source) yield cut(piece as Buffer);
  yield cut(Buffer.from('\n'));
}

async function openEither(
  path: string,
): Promise<{ readonly handle: FileHandle; readonly compressed: boolean } | undefined> {
  for (const candidate of [path, `${path}.gz`]) {
    try {
      return { handle: await open(candidate), compressed: candidate.endsWith('.gz') };
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== 'ENOENT') throw problem;
    }
  }
  return undefined;
}

/** Takes pieces of a file, gives the lines that are whole. */
function lineCutter(): (piece: Buffer) => readonly string[] {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) rest = '';
    return lines.filter((line) => line !== '');
  };
}

/** Lines as they are written from this place on, in its file and those that follow, until the signal. */
export async function* followAccessLog(
  folder: string,
  from: Place,
  signal: AbortSignal,
): AsyncGenerator<readonly string[], void> {
  const piece = Buffer.alloc(pieceOctets);
  let place = from;
  let handle = await openPlain(place);
  let cut = lineCutter();
  let atEnd = false;
  try {
    while (!signal.aborted) {
      // Nothing is added to a file once there is a next: so look for that first, and read once more after it.
      const next = atEnd ? await fileAfter(folder, place) : undefined;
      const { bytesRead = 0 } = (await handle?.read(piece, 0, piece.length, place.octets)) ?? {};
      if (bytesRead > 0) {
        place = { ...place, octets: place.octets + bytesRead };
        atEnd = false;
        yield cut(piece.subarray(0, bytesRead));
      } else if (next) {
        await handle?.close();
        place = { path: next.path, began: next.began, octets: 0 };
        handle = await openPlain(place);
        // Files can come faster than we look: this one has been full and compressed meanwhile.
        if (handle === undefined) yield* readLogFile(next, Number.POSITIVE_INFINITY, () => {});
        cut = lineCutter();
        atEnd = false;
      } else if (atEnd) {
        await setTimeout(followMillis, undefined, { signal }).catch(() => {});
      } else {
        atEnd = true;
      }
    }
  } finally {
    await handle?.close();
  }
}

const followMillis = 200;

/** A place in the log. `began` is empty before its first file. */
export interface Place {
  readonly path: string;
  readonly began: string;
  readonly octets: number;
}

export async function endOf(folder: string): Promise<Place> {
  const newest = (await listLogFiles(folder)).at(-1);
  return newest
    ? { path: newest.path, began: newest.began, octets: newest.octets }
    : { path: '', began: '', octets: 0 };
}

async function fileAfter(folder: string, { began }: Place): Promise<LogFile | undefined> {
  return (await listLogFiles(folder)).find((file) => file.began > began);
}

/** `undefined` for one that is compressed: nothing is added to it any more. */
async function openPlain({ path }: Place): Promise<FileHandle | undefined> {
  const opened = path === '' ? undefined : await openEither(path);
  if (!opened?.compressed) return opened?.handle;
  await opened.handle.close();
  return undefined;
}
