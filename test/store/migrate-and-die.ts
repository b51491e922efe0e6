// A process that opens a store of an older schema and kills itself at one of the statements of the migration, given by
// its number. Without a number it migrates, and prints how many statements there were.

import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../src/drivers/sqlite/database.ts';

const [, , dataDir = '', at = ''] = process.argv;
let statements = 0;
let isMigrating = false;

function count(): void {
  if (!isMigrating) return;
  statements++;
  if (String(statements) === at) process.kill(process.pid, 'SIGKILL');
}

const { exec, prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql) {
  if (sql.startsWith('BEGIN')) isMigrating = true;
  count();
  exec.call(this, sql);
  if (sql === 'COMMIT') isMigrating = false;
};
DatabaseSync.prototype.prepare = function (...args) {
  count();
  return prepare.apply(this, args);
};

const { database } = await openDatabase({ dataDir, mode: 'existing', busyMillis: 1000 });
database.close();
process.stdout.write(String(statements));
