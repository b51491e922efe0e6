// The packed status index: that it says what the journal says, whatever comes, however it grows, and to whom it is shared.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { AccountId, Entry } from '../../src/base/journal-entry.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import { parseSerialNumber, type SerialNumber } from '../../src/pki/serial-number.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import type { CertificateKind, Identifier, RevocationReason } from '../../src/registry/model.ts';
import { newHashSeed } from '../../src/registry/seeded-hash.ts';
import { keysPerPage, SerialKeys } from '../../src/registry/serial-keys.ts';
import { neverIssued, notRevoked, StatusIndex } from '../../src/registry/status-index.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';
import { anySerialNumber, randomJournal } from './random-journal.ts';
import { ReferenceIndex } from './status-reference.ts';
import { firstReason, momentOf, secondReason, serialOf } from './watched-certificates.ts';

const seed = newSeed('STATUS_INDEX_SEED');
const account = '1000000000000001' as AccountId;
const other = '1000000000000002' as AccountId;

test(`it says what records in maps say, over random journals (STATUS_INDEX_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  for (let journal = 0; journal < 20; journal++) {
    const index = newIndex();
    const attached = StatusIndex.attach(index.shared);
    const reference = new ReferenceIndex();
    const { next, issued } = randomJournal(random);
    const entries = 1 + random.below(3000);
    for (let count = 0; count < entries; count++) {
      const entry = next();
      index.apply(entry);
      reference.apply(entry);
    }
    for (const { account: owner, issuer, serialNumber } of issued) {
      const asked = random.below(10) === 0 ? anySerialNumber(random) : serialNumber;
      const asking = random.below(10) === 0 ? random.pick(issued).account : owner;
      const authority = random.below(10) === 0 ? random.pick(issued).identifier : issuer;
      for (const each of [index, attached]) {
        assert.deepEqual(each.lookup(asking, asked), reference.lookup(asking, asked));
        assert.deepEqual(
          each.lookupIssuedBy(authority, asking, asked),
          reference.lookupIssuedBy(authority, asking, asked),
        );
        assert.equal(
          each.lastChangeIssuedBy(authority, asking, asked),
          reference.lastChangeIssuedBy(authority, asking, asked),
        );
      }
    }
    assert.equal(index.size, issued.length);
    assert.equal(attached.size, issued.length);
  }
});

test(`many at once are answered as each by itself, over random journals (STATUS_INDEX_SEED=${seed})`, () => {
  const random = seededRandom(seed + 7);
  for (let journal = 0; journal < 10; journal++) {
    const index = newIndex();
    const { next, issued } = randomJournal(random);
    for (let count = 1 + random.below(3000); count > 0; count--) index.apply(next());
    const asked = Array.from({ length: 1 + random.below(2 * keysPerPage) }, () =>
      issued.length === 0 || random.below(10) === 0 ? anySerialNumber(random) : random.pick(issued).serialNumber,
    );
    const accounts = [...new Set(issued.map((each) => each.account)), '1999999999999999' as AccountId];
    const moments = new Float64Array(keysPerPage);
    for (const each of [index, StatusIndex.attach(index.shared)]) {
      for (const asking of accounts) {
        const keys = new SerialKeys();
        for (const serialNumber of asked) keys.addText(serialNumber);
        assert.equal(keys.size, asked.length);
        let answered = 0;
        for (const page of keys.pages()) {
          each.lookupPage(asking, page, moments);
          for (const moment of moments.subarray(0, page.count)) {
            const status = each.lookup(asking, asked[answered++] as SerialNumber);
            assert.equal(
              moment,
              status.status === 'unknown' ? neverIssued : status.status === 'good' ? notRevoked : status.revokedAt,
            );
          }
        }
        assert.equal(answered, asked.length);
      }
    }
  }
});

test(`entries that it knows already change nothing (STATUS_INDEX_SEED=${seed})`, () => {
  const random = seededRandom(seed + 1);
  const index = newIndex();
  const { next, issued } = randomJournal(random);
  const entries = Array.from({ length: 1000 }, next);
  for (const entry of entries) index.apply(entry);
  const before = issued.map(({ account: owner, serialNumber }) => index.lookup(owner, serialNumber));
  for (const entry of entries.slice(random.below(entries.length))) index.apply(entry);
  assert.equal(index.size, issued.length);
  const after = issued.map(({ account: owner, serialNumber }) => index.lookup(owner, serialNumber));
  assert.deepEqual(after, before);
});

// A segment of the table is split at 870 entries, its halves again at about twice and four times that.
for (const around of [870, 1740, 3480, 6960]) {
  test(`at ${around} certificates, one less and one more, all are found and no other`, () => {
    const { index, root, issue } = authority();
    for (let number = 0; number < around - 2; number++) issue(serialOf(number));
    for (let count = around - 1; count <= around + 1; count++) {
      issue(serialOf(count - 2));
      assert.equal(index.size, count);
      for (let number = 0; number < count - 1; number++) {
        assert.equal(index.lookup(account, serialOf(number)).status, 'good', `${number} of ${count}`);
      }
      for (let number = count; number < count + 1000; number++) {
        assert.equal(index.lookup(account, serialOf(number)).status, 'unknown');
      }
      assert.equal(index.lookupIssuedBy(root, account, serialOf(0)).status, 'good');
    }
  });
}

test('serial numbers of 1 to 20 octets are told apart, also where one is the end of another (RFC 5280 §4.1.2.2)', () => {
  const { index, issue } = authority();
  const numbers = Array.from({ length: 20 }, (_, octets) => serial(`01${'00'.repeat(octets)}`));
  const nines = Array.from({ length: 20 }, (_, octets) => serial('99'.repeat(octets + 1)));
  const odd = [...numbers, ...nines].filter((_, place) => place % 2 === 1);
  const even = [serial('00'), ...[...numbers, ...nines].filter((_, place) => place % 2 === 0 && place > 0)];
  for (const number of odd) issue(number);
  for (const number of odd) assert.equal(index.lookup(account, number).status, 'good', number);
  for (const number of even) assert.equal(index.lookup(account, number).status, 'unknown', number);
  for (const number of even) issue(number);
  for (const number of even) assert.equal(index.lookup(account, number).status, 'good', number);
});

for (const bearers of [1, 2, 3, 1000]) {
  test(`one serial number of ${bearers} CAs of an account: revoked by one is revoked, since the earliest`, () => {
    const index = newIndex();
    const apply = feed(index);
    const number = serial('0badcafe');
    const roots = Array.from({ length: bearers }, (_, place) => {
      const identifier = name(place);
      apply(issued({ identifier, issuer: identifier, serialNumber: serialOf(place) }, 'root'));
      apply(issued({ identifier: name(10_000 + place), issuer: identifier, serialNumber: number }));
      return identifier;
    });
    const last = bearers - 1;
    const [first, middle] = [name(0), name(Math.floor(bearers / 2))];
    assert.equal(index.lookup(account, number).status, 'good');
    apply(revoked({ identifier: name(10_000 + last), issuer: name(last), serialNumber: number }, 2000));
    assert.deepEqual(index.lookup(account, number), { status: 'revoked', revokedAt: 2000 });
    for (const root of roots) {
      const { status } = index.lookupIssuedBy(root, account, number);
      assert.equal(status, root === name(last) ? 'revoked' : 'good');
    }
    if (bearers > 1) {
      apply(revoked({ identifier: first, issuer: first, serialNumber: serialOf(0) }, 1000));
      assert.deepEqual(index.lookup(account, number), { status: 'revoked', revokedAt: 1000 });
    }
    assert.equal(index.lookupIssuedBy(middle, account, number).status, bearers > 2 ? 'good' : 'revoked');
    assert.equal(index.lookup(other, number).status, 'unknown');
  });
}

test('of two revocations of one moment the reason is that of the one the journal has first', () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ] as const) {
    const index = newIndex();
    const apply = feed(index);
    const number = serial('0badcafe');
    for (const place of [0, 1]) {
      apply(issued({ identifier: name(place), issuer: name(place), serialNumber: serialOf(place) }, 'root'));
      apply(issued({ identifier: name(10 + place), issuer: name(place), serialNumber: number }));
    }
    const reasons = ['keyCompromise', 'superseded'] as const;
    for (const place of order) {
      apply(revoked({ identifier: name(10 + place), issuer: name(place), serialNumber: number }, 5, reasons[place]));
    }
    const expected = { status: 'revoked', revokedAt: 5, reason: reasons[order[0]] };
    assert.deepEqual(index.lookup(account, number), expected);
  }
});

for (const boundary of [2 ** 31, 2 ** 32, 2 ** 37]) {
  test(`journal positions around ${boundary} are kept whole`, () => {
    for (const sequence of [boundary - 1, boundary, boundary + 1]) {
      const index = newIndex();
      const root = name(0);
      const subject = { identifier: root, issuer: root, serialNumber: serialOf(0) };
      index.apply({ ...issued(subject, 'root'), sequence });
      assert.equal(index.lastChangeIssuedBy(root, account, serialOf(0)), sequence);
      index.apply({ ...revoked(subject, 2 ** 33 + 7), sequence: sequence + 1 });
      assert.equal(index.lastChangeIssuedBy(root, account, serialOf(0)), sequence + 1);
      assert.deepEqual(index.lookup(account, serialOf(0)), { status: 'revoked', revokedAt: 2 ** 33 + 7 });
    }
  });
}

test('what the journal cannot say is refused: an unknown issuer, a change of what was never issued', () => {
  const { index, root } = authority();
  const stranger = { identifier: name(9), issuer: name(8), serialNumber: serialOf(1) };
  assert.throws(() => index.apply(issued(stranger)), /authority .* is not in the journal/);
  assert.throws(() => index.apply(revoked({ ...stranger, issuer: root }, 1)), /never issued/);
  assert.equal(index.size, 1);
});

test('memory is taken as it is used, though room is reserved for more than a hundred million', () => {
  const before = process.memoryUsage().rss;
  const indexes = Array.from({ length: 5 }, newIndex);
  const reserved = indexes.reduce((sum, { shared }) => sum + shared.short.entries.maxByteLength, 0);
  assert.ok(reserved > 10 * 2 ** 30);
  assert.ok(process.memoryUsage().rss - before < 100 * 2 ** 20);
});

test('threads that read while it grows miss nothing that was answered, and see nothing in part', async (t) => {
  const certificates = 300_000;
  const { index, root, issue, apply } = authority();
  // What was answered: certificates issued, those revoked once and those revoked for good.
  const answered = new Int32Array(new SharedArrayBuffer(16));
  const readers = Array.from(
    { length: 2 },
    (_, place) =>
      new Worker(new URL('./watching-thread.ts', import.meta.url), {
        workerData: { shared: index.shared, answered, account, root, seed: seed + place },
      }),
  );
  t.after(() => Promise.all(readers.map((reader) => reader.terminate())));
  const found = readers.map((reader) => once(reader, 'message'));
  while (Atomics.load(answered, 3) < readers.length) await new Promise((resolve) => setTimeout(resolve, 5));
  const lag = 5000;
  for (let number = 0; number < certificates + 2 * lag; number++) {
    if (number < certificates) {
      issue(serialOf(number));
      Atomics.store(answered, 0, number + 1);
    }
    for (const [place, behind, reason] of [
      [1, lag, firstReason],
      [2, 2 * lag, secondReason],
    ] as const) {
      const changed = number - behind;
      if (changed < 0 || changed >= certificates) continue;
      const subject = { identifier: name(changed), issuer: root, serialNumber: serialOf(changed) };
      apply(revoked(subject, momentOf(changed), reason));
      Atomics.store(answered, place, changed + 1);
    }
  }
  Atomics.store(answered, 0, -1);
  for (const [report] of await Promise.all(found)) {
    assert.deepEqual(report.wrong, []);
    assert.ok(report.looked > 1000, `${report.looked} look-ups`);
  }
});

function newIndex(): StatusIndex {
  const random = seededRandom(seed);
  return new StatusIndex(newHashSeed(random.octets));
}

type Subject = Pick<
  Extract<CertificateEvent, { kind: 'certificate-issued' }>,
  'identifier' | 'issuer' | 'serialNumber'
>;

/** Gives entries their numbers. */
function feed(index: StatusIndex): (entry: Entry<CertificateEvent>) => void {
  let sequence = 0;
  return (entry) => index.apply({ ...entry, sequence: ++sequence });
}

/** An index with one root. */
function authority() {
  const index = newIndex();
  const apply = feed(index);
  const root = 'f'.repeat(32) as Identifier;
  apply(issued({ identifier: root, issuer: root, serialNumber: serial('ffffffffff') }, 'root'));
  let count = 0;
  const issue = (serialNumber: SerialNumber) =>
    apply(issued({ identifier: name(count++), issuer: root, serialNumber }));
  return { index, root, issue, apply };
}

function issued(subject: Subject, certificateKind: CertificateKind = 'client'): Entry<CertificateEvent> {
  return entryOf({ kind: 'certificate-issued', ...subject, certificateKind, sha256: '' });
}

function revoked(subject: Subject, revokedAt: number, reason?: RevocationReason): Entry<CertificateEvent> {
  return entryOf({
    kind: 'certificate-revoked',
    ...subject,
    revokedAt: unixSeconds(revokedAt),
    ...(reason && { reason }),
  });
}

function entryOf(event: CertificateEvent): Entry<CertificateEvent> {
  const actor = { principal: 'p', requestId: 'r', sourceAddress: '' };
  return { sequence: 0, at: 0 as UnixMillis, account, actor, event };
}

function name(number: number): Identifier {
  return number.toString(16).padStart(32, '0') as Identifier;
}

function serial(text: string): SerialNumber {
  return parseSerialNumber(text) ?? assert.fail(text);
}
