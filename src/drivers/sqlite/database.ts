// Opens the database file of a data folder, makes it when asked to, and refuses one that could not keep its promises.

import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { syncFolder } from '../durable-file.ts';
import { migrate, missingTable, schemaAge } from '../sql/migrations.ts';
import type { Schema } from '../sql/schema.ts';
import { StoreProblem } from '../store-problem.ts';
import { overDatabase, sqliteFault } from './dialect.ts';

export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly db: Kysely<Schema>;
}

export interface DatabaseOptions {
  readonly dataDir: string;
  readonly mode: 'create' | 'existing' | 'existing-or-create';
  /** How long to wait for another process's lock. */
  readonly busyMillis: number;
}

/** The database's file; SQLite keeps `-wal` and `-shm` beside it. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'certitude.db');
}

/** @throws {StoreProblem} */
export async function openDatabase({ dataDir, mode, busyMillis }: DatabaseOptions): Promise<OpenDatabase> {
  const file = databaseFile(dataDir);
  try {
    const present = existsSync(file);
    if (mode === 'create' && present) {
      throw new StoreProblem('exists', `There is a store in ${dataDir} already. Choose another data folder.`);
    }
    if (mode === 'existing' && !present) {
      throw new StoreProblem(
        'missing',
        `There is no store in ${dataDir}. Check the data folder, or make a store with \`certitude init\`.`,
      );
    }
    if (!present) await createDatabase(dataDir, busyMillis);
    keepToOwner(file);
    return await openChecked(file, busyMillis);
  } catch (error) {
    throw asStoreProblem(error, file);
  }
}

/** @throws {StoreProblem} `unsafe-settings` unless what was acknowledged survives a power cut. */
function requireSafeSettings({ journalMode, synchronous }: Readonly<Record<string, unknown>>): void {
  // sqlite.org/pragma.html#pragma_synchronous: in WAL mode, NORMAL (1) may lose commits in a power cut; FULL is 2.
  if (journalMode === 'wal' && synchronous === 2) return;
  throw new StoreProblem(
    'unsafe-settings',
    `The database runs with journal_mode ${journalMode} and synchronous ${synchronous} instead of wal and 2, and would ` +
      'lose acknowledged changes in a power cut. Keep the data folder on a local disk, not on a network file system.',
  );
}

/**
 * Makes the database under a name of its own and puts it in place when it is whole: a file by the real name is
 * a store, never the beginning of one. A crash before `linkSync` leaves files that the next creation removes.
 */
async function createDatabase(dataDir: string, busyMillis: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unfinished = 'certitude.db.unfinished-';
  for (const name of readdirSync(dataDir)) if (name.startsWith(unfinished)) removeIfOld(join(dataDir, name));
  const file = join(dataDir, `${unfinished}${randomUUID()}`);
  // SQLite would make it readable to all (0644). It gives `-wal` and `-shm` the mode of the database's own file.
  closeSync(openSync(file, 'wx', 0o600));
  const { database, db } = connect(file, busyMillis);
  database.exec('BEGIN IMMEDIATE');
  await migrate(db, columnTypes);
  database.exec('COMMIT');
  // Closing the last connection moves the log into the file and removes it.
  database.close();
  try {
    linkSync(file, databaseFile(dataDir));
  } catch (error) {
    // Another process was first; its store is as good as ours.
    if (!isFileError(error, 'EEXIST')) throw error;
  }
  unlinkSync(file);
  syncFolder(dataDir);
}

/** A file of a creation under way is seconds old; another process may be about to finish it. */
function removeIfOld(file: string): void {
  const age = statSync(file, { throwIfNoEntry: false });
  if (age && Date.now() - age.mtimeMs > 60_000) rmSync(file, { force: true });
}

async function openChecked(file: string, busyMillis: number): Promise<OpenDatabase> {
  // An empty file is an empty database to SQLite. To us it is a store that was lost.
  if (statSync(file).size === 0) throw damaged(file, 'it is empty');
  const { database, db } = connect(file, busyMillis);
  try {
    // Nobody else writes to it; and holds the lock for a change of schema.
    database.exec('BEGIN IMMEDIATE');
    const age = await schemaAge(db);
    if (age === 'none') throw damaged(file, 'it holds no certificate store');
    if (age === 'newer') {
      throw new StoreProblem(
        'newer-schema',
        `The store ${file} was written by a newer release of Certitude. Use that release or a later one.`,
      );
    }
    if (age === 'older') await migrate(db, columnTypes);
    const missing = await missingTable(db);
    if (missing !== undefined) throw damaged(file, `its table ${missing} is missing`);
    // SQLite opens a file that it may only read for reading, and then lets BEGIN IMMEDIATE pass; a statement that writes
    // is refused, though it finds nothing to delete.
    database.exec('DELETE FROM settings WHERE false');
    database.exec('COMMIT');
    return { database, db };
  } catch (error) {
    database.close();
    throw error;
  }
}

function connect(file: string, busyMillis: number): OpenDatabase {
  const database = new DatabaseSync(file, { timeout: busyMillis, enableForeignKeyConstraints: true });
  try {
    const mode = database.prepare('PRAGMA journal_mode = WAL').get();
    database.exec('PRAGMA synchronous = FULL');
    // Erased private keys are overwritten in the file, not merely unlinked.
    database.exec('PRAGMA secure_delete = ON');
    // 16 MiB of pages, so that what every commit touches is not read again for each. No more: at the end of a commit that has put
    // pages into another order, SQLite walks over all that it keeps. The system keeps the file's pages too.
    // The log is moved into the file every 32 MiB instead of 4: a page that many commits wrote meanwhile is moved once.
    database.exec('PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192');
    const synchronous = database.prepare('PRAGMA synchronous').get();
    requireSafeSettings({ journalMode: mode?.journal_mode, synchronous: synchronous?.synchronous });
    return { database, db: overDatabase(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}

const columnTypes = { binary: 'blob', counter: 'integer' } as const;

/** Restored or copied files may have become readable to others. */
function keepToOwner(file: string): void {
  for (const each of [file, `${file}-wal`, `${file}-shm`]) {
    const status = statSync(each, { throwIfNoEntry: false });
    if (status && (status.mode & 0o077) !== 0) chmodSync(each, 0o600);
  }
}

function damaged(file: string, what: string, cause?: unknown): StoreProblem {
  return new StoreProblem(
    'damaged',
    `${file} is not a usable store: ${what}. Restore it from a backup; do not delete it before you have one.`,
    { cause },
  );
}

/** What SQLite and the file system report of `file`, in the operator's words. */
export function asStoreProblem(error: unknown, file: string): unknown {
  if (error instanceof StoreProblem) return error;
  const message = error instanceof Error ? error.message : String(error);
  switch (sqliteFault(error)) {
    case 'busy':
      return new StoreProblem(
        'locked',
        `Another program holds ${file} and does not let go. Stop it (a backup, a database browser), then try again.`,
        { cause: error },
      );
    case 'damaged':
      return damaged(file, message, error);
    case 'full':
    case 'io':
    case 'inaccessible':
      return inaccessible(file, message, error);
    case 'other':
    case undefined:
      return isFileError(error) ? inaccessible(file, message, error) : error;
  }
}

function inaccessible(file: string, what: string, cause: unknown): StoreProblem {
  return new StoreProblem(
    'inaccessible',
    `${file} cannot be read and written: ${what}. Check its owner, its folder's, and the room on the disk.`,
    { cause },
  );
}

function isFileError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return false;
  return code === undefined || error.code === code;
}
