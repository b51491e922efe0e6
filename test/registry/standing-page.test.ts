// Pages of certificates on their way into the status index: however many were expected, the index says what the journal says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId, Entry } from '../../src/base/journal-entry.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import { type Identifier, revocationReasons } from '../../src/registry/model.ts';
import { newHashSeed } from '../../src/registry/seeded-hash.ts';
import type { StandingPage } from '../../src/registry/standing-page.ts';
import { StatusIndex } from '../../src/registry/status-index.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';
import { anySerialNumber } from './random-journal.ts';

const seed = newSeed('STATUS_INDEX_SEED');
const account = '1000000000000001' as AccountId;
const root = 'f'.repeat(32) as Identifier;
const rootPage = pageOf({
  ...{ atMost: 0, serials: 'ffffffffff', standings: '1' },
  ...{ issuers: root, authorities: `${root} ${account} ${root} ffffffffff 1` },
});

/** One segment of the table takes 870 entries. */
for (const atMost of [0, 870, 871, 3000, 6000, 200_000]) {
  test(`6,000 certificates and 2,000 of the journal, where at most ${atMost} were expected (STATUS_INDEX_SEED=${seed})`, () => {
    const random = seededRandom(seed + atMost);
    const index = new StatusIndex(newHashSeed(random.octets));
    const fed = new StatusIndex(newHashSeed(random.octets));
    const attached = StatusIndex.attach(index.shared);
    index.takePage({ ...rootPage, atMost });
    let sequence = 1;
    fed.apply(issued('ffffffffff' as SerialNumber, sequence, root));
    const serials = new Set<SerialNumber>();
    /** A CA gives no number twice (RFC 5280 §4.1.2.2). */
    const newNumber = (): SerialNumber => {
      const number = anySerialNumber(random);
      if (serials.has(number)) return newNumber();
      serials.add(number);
      return number;
    };
    for (let page = 0; page < 6; page++) {
      const numbers = Array.from({ length: 1000 }, newNumber);
      const standings = numbers.map((serialNumber) => {
        fed.apply(issued(serialNumber, ++sequence));
        if (random.below(3) > 0) return `${sequence}`;
        const reason = random.pick([undefined, ...revocationReasons]);
        const revokedAt = unixSeconds(1_700_000_000 + random.below(1000));
        fed.apply(revoked(serialNumber, ++sequence, { revokedAt, ...(reason && { reason }) }));
        return `${sequence} ${revokedAt} ${reason ?? ''}`;
      });
      index.takePage(
        pageOf({
          ...{ atMost, serials: numbers.join(','), standings: standings.join(',') },
          ...{ issuers: numbers.map(() => root).join(','), authorities: '' },
        }),
      );
    }
    for (let more = 0; more < 2000; more++) {
      const entry = issued(newNumber(), ++sequence);
      for (const each of [index, fed]) each.apply(entry);
    }
    assert.equal(index.size, fed.size);
    for (const serialNumber of [...serials, ...Array.from({ length: 100 }, () => anySerialNumber(random))]) {
      const expected = fed.lookup(account, serialNumber);
      assert.deepEqual(index.lookup(account, serialNumber), expected, serialNumber);
      assert.deepEqual(attached.lookup(account, serialNumber), expected, serialNumber);
      assert.equal(
        index.lastChangeIssuedBy(root, account, serialNumber),
        fed.lastChangeIssuedBy(root, account, serialNumber),
      );
    }
  });
}

test('serial numbers of every length are told apart, one behind the other, and texts that are none are read as from the journal', () => {
  const random = seededRandom(seed);
  const index = new StatusIndex(newHashSeed(random.octets));
  const fed = new StatusIndex(newHashSeed(random.octets));
  index.takePage(rootPage);
  fed.apply(issued('ffffffffff' as SerialNumber, 1, root));
  const digits = (octets: number) => Buffer.from(random.octets(octets)).toString('hex').replace(/^00/, '01');
  const numbers = Array.from({ length: 20 }, (_, octets) => [0, 1, 2].map(() => digits(octets + 1))).flat();
  // Three of five octets are as long as one of sixteen, with their commas.
  for (let count = 0; count < 30; count++) numbers.push(digits(random.pick([4, 5, 6, 15, 16, 17])));
  numbers.push('zz'.repeat(16), 'AB'.repeat(16), 'ab'.repeat(24), '0'.repeat(31));
  const serials = [...new Set(numbers)];
  index.takePage(
    pageOf({
      ...{
        atMost: 0,
        serials: serials.join(','),
        standings: serials.map((_, at) => `${at + 2} ${1_700_000_000 + at}`).join(','),
      },
      ...{ issuers: serials.map(() => root).join(','), authorities: '' },
    }),
  );
  for (const [at, serialNumber] of (serials as SerialNumber[]).entries()) {
    fed.apply(issued(serialNumber, at + 2));
    fed.apply(revoked(serialNumber, at + 2, { revokedAt: unixSeconds(1_700_000_000 + at) }));
  }
  assert.equal(index.size, fed.size);
  for (const serialNumber of serials as SerialNumber[]) {
    assert.equal(index.lookup(account, serialNumber).status, 'revoked', serialNumber);
    assert.equal(
      index.lastChangeIssuedBy(root, account, serialNumber),
      1 + [...serials].lastIndexOf(serialNumber) + 1,
      serialNumber,
    );
  }
});

test('a page whose columns are not of one length, or that lacks a number, is refused', () => {
  const whole: WrittenPage = {
    ...{ atMost: 3, serials: '0a,0b,0c', standings: '2,3 1700000000 ,4 1700000000 superseded' },
    ...{ issuers: [root, root, root].join(','), authorities: '' },
  };
  const take = (page: Partial<WrittenPage>) => {
    const index = new StatusIndex(newHashSeed(seededRandom(seed).octets));
    index.takePage(rootPage);
    index.takePage(pageOf({ ...whole, ...page }));
    return index.size;
  };
  assert.equal(take({}), 4);
  for (const page of [
    { serials: '0a,0b' },
    { serials: '0a,0b,0c,0d' },
    { standings: '2,3 1700000000 ' },
    { standings: '2,3,4,5' },
    { standings: '2,,4' },
    { standings: '2, 1700000000,4' },
    { issuers: [root, root].join(',') },
    { issuers: [root, root, root, root].join(',') },
    { authorities: `${root} ${account} ${root} 0d` },
    { authorities: `${root} ${account} ${root} 0d ` },
    { authorities: `${root} ${account} ${root} 0d x` },
  ]) {
    assert.throws(() => take(page), RangeError, JSON.stringify(page));
  }
});

type WrittenPage = {
  readonly [Name in keyof StandingPage]: StandingPage[Name] extends Uint8Array ? string : StandingPage[Name];
};

function pageOf({ serials, standings, issuers, authorities, ...numbers }: WrittenPage): StandingPage {
  const octets = (text: string) => new TextEncoder().encode(text);
  const columns = { serials: octets(serials), standings: octets(standings), issuers: octets(issuers) };
  return { ...numbers, ...columns, authorities: octets(authorities) };
}

function issued(serialNumber: SerialNumber, sequence: number, identifier?: Identifier): Entry<CertificateEvent> {
  return entryOf(sequence, {
    kind: 'certificate-issued',
    identifier: identifier ?? (sequence.toString(16).padStart(32, '0') as Identifier),
    issuer: root,
    serialNumber,
    certificateKind: identifier ? 'root' : 'client',
    sha256: '',
  });
}

function revoked(
  serialNumber: SerialNumber,
  sequence: number,
  how: Pick<Extract<CertificateEvent, { kind: 'certificate-revoked' }>, 'revokedAt' | 'reason'>,
): Entry<CertificateEvent> {
  return entryOf(sequence, { kind: 'certificate-revoked', identifier: root, issuer: root, serialNumber, ...how });
}

function entryOf(sequence: number, event: CertificateEvent): Entry<CertificateEvent> {
  const actor = { principal: 'p', requestId: 'r', sourceAddress: '' };
  return { sequence, at: 0 as UnixMillis, account, actor, event };
}
