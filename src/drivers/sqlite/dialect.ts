// Lets Kysely speak to node:sqlite through its own SQLite dialect, and tells what SQLite's errors mean to us.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { takeShortcut } from '../sql/prepared.ts';
import type { Schema } from '../sql/schema.ts';

/** Kysely over an open database. Transactions are begun by the caller: Kysely's own would not take the writer lock at once. */
export function overDatabase(database: DatabaseSync): Kysely<Schema> {
  const prepared = new Map<string, PreparedStatement>();
  const prepare = (sql: string) => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = new PreparedStatement(database.prepare(sql));
      // Only the texts in our own source come here; lists of varying length are what could make them many.
      if (prepared.size >= statementsKept) prepared.clear();
      prepared.set(sql, statement);
    }
    return statement;
  };
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: { prepare, close: () => database.close() } }),
  });
  takeShortcut(db, (sql, parameters) => {
    const statement = prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) };
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
  });
  return db;
}

export type SqliteFault =
  /** Another process has the lock and kept it past the busy timeout. */
  | 'busy'
  /** No room left on the disk. */
  | 'full'
  /** The system would not read or write. */
  | 'io'
  /** No permission, or no such folder. */
  | 'inaccessible'
  /** The file is no database, a damaged one, or one whose tables somebody took away. */
  | 'damaged'
  | 'other';

/** What went wrong, by SQLite's primary result code (sqlite.org/rescode.html); `undefined` for errors of other origin. */
export function sqliteFault(error: unknown): SqliteFault | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  // SQLite has no code of its own for it. Our statements are right about the schema the store was opened with.
  if (/^no such (table|column)/.test(error.message)) return 'damaged';
  return faults.get(error.errcode & 0xff) ?? 'other';
}

const statementsKept = 200;

const faults: ReadonlyMap<number, SqliteFault> = new Map([
  [3, 'inaccessible'], // SQLITE_PERM
  [5, 'busy'], // SQLITE_BUSY
  [6, 'busy'], // SQLITE_LOCKED
  [8, 'inaccessible'], // SQLITE_READONLY
  [10, 'io'], // SQLITE_IOERR
  [11, 'damaged'], // SQLITE_CORRUPT
  [13, 'full'], // SQLITE_FULL
  [14, 'inaccessible'], // SQLITE_CANTOPEN
  [26, 'damaged'], // SQLITE_NOTADB
]);

/** What Kysely's dialect expects of a statement: better-sqlite3's. */
class PreparedStatement {
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...(parameters as Parameter[]));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...(parameters as Parameter[]));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...(parameters as Parameter[]));
  }
}

type Parameter = null | number | bigint | string | Uint8Array;
