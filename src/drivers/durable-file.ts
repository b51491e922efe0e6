// Files that are there whole or not at all, whatever happens while they are made, and open to their owner only.

import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a new file; on return it is durable, its name included. A crash leaves at most a file by another name.
 * @throws the system's error, with code `EEXIST` when there is one by that name already: it is left as it was.
 */
export function createDurableFile(file: string, content: Uint8Array): void {
  const unfinished = `${file}.unfinished-${randomUUID()}`;
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    // Unlike a rename, a link never takes the place of another file.
    linkSync(unfinished, file);
  } finally {
    unlinkSync(unfinished);
  }
  syncFolder(dirname(file));
}

/**
 * Puts a file in the place of the one by that name, if there is one; on return it is durable. A crash leaves the old one, and
 * at most an unfinished one, which the next writing takes the place of. For one writer at a time.
 */
export function replaceDurableFile(file: string, write: (descriptor: number) => void): void {
  const unfinished = `${file}.unfinished`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    write(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, file);
  syncFolder(dirname(file));
}

/** Makes the names in a folder durable: a file's own fsync does not. */
export function syncFolder(folder: string): void {
  // Windows opens no folders, and keeps their entries without being asked.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
