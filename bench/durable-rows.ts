// What the disk and SQLite allow: rows as large as a certificate, inserted durably, so many to a transaction.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Row } from './figures.ts';

const octets = 600;
const millis = 1000;

export function durableRows(): Row[] {
  return [1, 100].map((together) => ({
    what: `SQLite, rows of ${octets} octets inserted durably, ${together} a transaction`,
    figure: `${rowsPerSecond(together).toFixed(0)} rows/s`,
  }));
}

function rowsPerSecond(together: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-bench-'));
  const database = new DatabaseSync(join(folder, 'rows.db'));
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB)',
    );
    const insert = database.prepare('INSERT INTO rows (bytes) VALUES (?)');
    const bytes = new Uint8Array(octets);
    let rows = 0;
    const began = performance.now();
    while (performance.now() - began < millis) {
      database.exec('BEGIN IMMEDIATE');
      for (let row = 0; row < together; row++) insert.run(bytes);
      database.exec('COMMIT');
      rows += together;
    }
    return (rows * 1000) / (performance.now() - began);
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
