// What lists are made from, read in the order of its changes, comes in that of its serial numbers, each once and as it was read last.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type UnixSeconds, unixSeconds } from '../../src/base/time.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { allRows, rowsPerPage } from '../../src/registry/crl-rows.ts';
import { type Identifier, type RevocationReason, revocationReasons } from '../../src/registry/model.ts';
import type { CrlRows, PublicationStore } from '../../src/registry/publication-store.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';

interface Row {
  readonly serialNumber: SerialNumber;
  readonly revokedAt: UnixSeconds;
  readonly reason: RevocationReason | null;
  readonly invalidityDate: UnixSeconds | null;
  readonly notAfter: UnixSeconds;
  readonly sequence: number;
}

function columnsOf(rows: readonly Row[]): CrlRows {
  return {
    serialNumber: rows.map(({ serialNumber }) => serialNumber),
    revokedAt: rows.map(({ revokedAt }) => revokedAt),
    reason: rows.map(({ reason }) => reason),
    invalidityDate: rows.map(({ invalidityDate }) => invalidityDate),
    notAfter: rows.map(({ notAfter }) => notAfter),
    sequence: rows.map(({ sequence }) => sequence),
  };
}

async function read(history: readonly Row[]): Promise<Row[]> {
  const publications: Pick<PublicationStore, 'crlChanges'> = {
    crlChanges: async ({ after, limit }) =>
      columnsOf(history.filter(({ sequence }) => sequence > after).slice(0, limit)),
  };
  const found: Row[] = [];
  for await (const rows of allRows(publications as PublicationStore, 'ca' as Identifier)) {
    for (const [index, serialNumber] of rows.serialNumber.entries()) {
      found.push({
        serialNumber,
        revokedAt: rows.revokedAt[index] ?? assert.fail(),
        reason: rows.reason[index] ?? null,
        invalidityDate: rows.invalidityDate[index] ?? null,
        notAfter: rows.notAfter[index] ?? assert.fail(),
        sequence: rows.sequence[index] ?? assert.fail(),
      });
    }
  }
  return found;
}

for (const count of [0, 1, rowsPerPage - 1, rowsPerPage, rowsPerPage + 1]) {
  const seed = newSeed('CRL_ROWS_SEED');
  test(`${count} rows, some changed once more while they are read (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const digit = () => '0123456789abcdef'.charAt(random.below(16));
    const serials = ['01', '0100', '010000', 'ff'.repeat(20), `${'ff'.repeat(19)}fe`, 'ff'.repeat(19)];
    const serialNumber = () =>
      (random.below(3) === 0 ? random.pick(serials) : Array.from({ length: 32 }, digit).join('')) as SerialNumber;
    // From the first second there is to the end of the year 9999, in which certificates without an end have theirs (RFC 5280 §4.1.2.5).
    const moment = () => unixSeconds(random.pick([0, 1, 1_795_561_249, 2 ** 32, 253_402_300_799]));
    const history = Array.from(
      { length: count },
      (_, index): Row => ({
        serialNumber: serialNumber(),
        revokedAt: moment(),
        reason: random.pick([null, ...revocationReasons]),
        invalidityDate: random.pick([null, moment()]),
        notAfter: moment(),
        sequence: 2 ** 40 + 3 * index,
      }),
    );
    const latest = new Map(history.map((row) => [row.serialNumber, row]));
    const expected = [...latest.values()].sort((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
    assert.deepEqual(await read(history), expected);
  });
}
