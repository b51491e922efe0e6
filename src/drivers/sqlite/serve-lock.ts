// Lets one service at a time serve a data folder. The lock is the system's on an open file and goes with the process,
// however it ends; nothing has to be cleaned up after a kill.

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreProblem } from '../store-problem.ts';
import { asStoreProblem } from './database.ts';
import { sqliteFault } from './dialect.ts';

export interface ServeLock {
  release(): void;
}

/**
 * Takes the lock, making the folder if there is none.
 * @throws {StoreProblem} `already-served` when another service, in this process or another, has it;
 *   `inaccessible` when there can be no such folder or file.
 */
export function takeServeLock(dataDir: string): ServeLock {
  // A database of its own that never holds anything: SQLite's file locks are the portable ones the platform lacks,
  // and unlike the store's they may be held for as long as the service runs.
  const file = join(dataDir, 'serve.lock');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    makeEmpty(file);
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    const held = database;
    return { release: () => held.close() };
  } catch (error) {
    database?.close();
    if (sqliteFault(error) !== 'busy') throw asStoreProblem(error, file);
    throw new StoreProblem(
      'already-served',
      `The data folder ${dataDir} is being served already. Stop the other service, or choose another data folder.`,
      { cause: error },
    );
  }
}

/** SQLite would make the file readable to all. */
function makeEmpty(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    // One that is there must not even be opened: closing it would drop the lock that this process may have on it
    // (sqlite.org/howtocorrupt.html §2.2).
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
