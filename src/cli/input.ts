// Reads what an argument names: a file, or standard input for `-`.

import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { InputError } from './failure.ts';

/** The same as text in UTF-8. @throws {InputError} naming the file */
export async function readText(path: string): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readInput(path));
}

/** @throws {InputError} naming the file */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    // Not readFileSync(0): on a pipe whose other end is slow and does not block, it fails with EAGAIN instead of waiting.
    return path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (cause) {
    throw new InputError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
