import { type CrlRow, CrlRowCursor, type CrlRows } from '../../src/registry/crl-rows.ts';

/** A page as records. */
export function rowsOf(rows: CrlRows): CrlRow[] {
  const found: CrlRow[] = [];
  const cursor = new CrlRowCursor(rows);
  while (cursor.next()) {
    const { serialNumber, revokedAt, reason, invalidityDate, notAfter, sequence } = cursor;
    found.push({ serialNumber, revokedAt, reason, invalidityDate, notAfter, sequence });
  }
  return found;
}
