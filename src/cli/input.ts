// Reads what an argument names: a file, or standard input for `-`.

import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { InputError } from './failure.ts';

/** @throws {InputError} naming the file */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    // Not readFileSync(0): on a pipe whose other end is slow and does not block, it fails with EAGAIN instead of waiting.
    return path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (cause) {
    throw new InputError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
