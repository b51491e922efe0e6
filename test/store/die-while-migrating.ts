// Opens a store of an older release and dies, as by a power cut, before its nth statement: `node die-while-migrating.ts <folder> <n>`.

import { DatabaseSync, StatementSync } from 'node:sqlite';
import { openDatabase } from '../../src/drivers/sqlite/database.ts';

const [dataDir = '', nth = ''] = process.argv.slice(2);
let executed = 0;
for (const [prototype, methods] of [
  [DatabaseSync.prototype, ['exec']],
  [StatementSync.prototype, ['all', 'get', 'run', 'iterate']],
] as const) {
  for (const method of methods) {
    const original: unknown = Reflect.get(prototype, method);
    if (typeof original !== 'function') throw new TypeError(method);
    Reflect.set(prototype, method, function (this: unknown, ...parameters: unknown[]) {
      executed++;
      if (executed === Number(nth)) process.kill(process.pid, 'SIGKILL');
      return original.apply(this, parameters);
    });
  }
}
const { database } = await openDatabase({ dataDir, mode: 'existing', busyMillis: 5000 });
database.close();
