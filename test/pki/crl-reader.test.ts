import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unixSeconds } from '../../src/base/time.ts';
import type { CrlEntry } from '../../src/pki/crl.ts';
import { compareEntries, crlDefects, EntriesOutOfOrder, successionDefects } from '../../src/pki/crl-check.ts';
import { type CrlCursor, CrlIndex } from '../../src/pki/crl-entries.ts';
import { crlExtensions } from '../../src/pki/crl-extensions.ts';
import type { Crl } from '../../src/pki/crl-reader.ts';
import { DecodingError, type DecodingProblem } from '../../src/pki/der-reader.ts';
import { bitString, constructed, integerOf, sequence, sequenceOf, time } from '../../src/pki/der-writer.ts';
import { type Extension, encodeExtensions } from '../../src/pki/extensions.ts';
import { oidDer } from '../../src/pki/oid.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { serialNumbers } from './arbitraries.ts';
import { hex, toHex } from './hex.ts';
import { newKeyPair } from './issuing.ts';
import { crlOf, finished, issuerKeys, list, moment, read, verifiedBy } from './listing.ts';

const revocationDate = moment('2026-02-28T00:00:00Z');
const listed = (...serialNumbers: string[]): CrlEntry[] =>
  serialNumbers.map((serialNumber) => ({ serialNumber: serialNumber as SerialNumber, revocationDate }));

/** A list put together by hand, its parts replaced by others. */
function made(
  parts: { version?: Uint8Array[]; times?: Uint8Array[]; entries?: Uint8Array[]; tail?: Uint8Array[] } = {},
) {
  const algorithm = sequence(oidDer('ecdsa-with-SHA256'));
  const tbs = sequence(
    ...(parts.version ?? [integerOf(1)]),
    algorithm,
    list.issuerDer,
    ...(parts.times ?? [time(list.thisUpdate, ''), time(list.nextUpdate, '')]),
    ...(parts.entries ?? []),
    ...(parts.tail ?? [constructed(0, encodeExtensions(crlExtensions(list)))]),
  );
  return sequence(tbs, algorithm, bitString(hex('3006020101020101')));
}

function refused(der: Uint8Array, problem: DecodingProblem): void {
  assert.throws(
    () => finished(CrlIndex.of(read(der))),
    (error) => {
      assert.ok(error instanceof DecodingError, String(error));
      assert.deepEqual({ problem: error.problem, der: toHex(der) }, { problem, der: toHex(der) });
      assert.ok(error.at <= der.length);
      return true;
    },
  );
}

const withEntries = (...entries: string[]) => made({ entries: [sequenceOf(entries.map(hex))] });
const date = `170d${Buffer.from('260228000000Z').toString('hex')}`;

test('what was put together by hand is a list', () => {
  assert.equal(finished(CrlIndex.of(read(made()))).size, 0);
  assert.ok(finished(CrlIndex.of(read(withEntries(`3012020101${date}`)))).has('01' as SerialNumber));
});

test('version 2, nextUpdate and extensions are there (RFC 5280 §5.1.2.1, §5.1.2.5, §5.2)', () => {
  refused(made({ version: [] }), 'version-unsupported');
  refused(made({ version: [integerOf(0)] }), 'version-unsupported');
  refused(made({ version: [integerOf(2)] }), 'version-unsupported');
  refused(made({ times: [time(list.thisUpdate, '')] }), 'missing-element');
  refused(made({ tail: [] }), 'missing-element');
  refused(made({ entries: [sequence()] }), 'too-few');
});

test('both algorithms are the same (RFC 5280 §5.1.1.2)', () => {
  const der = crlOf([]);
  const at = Buffer.from(der).lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex'));
  der[at + 7] = 3;
  refused(der, 'algorithms-differ');
});

test('extensions are those we know, there where they must be, critical where they must be (RFC 5280 §5.2)', () => {
  const known = crlExtensions({ ...list, baseNumber: 1n, distributionPoint: { onlyContains: 'user-certificates' } });
  const tail = (extensions: readonly Extension[]) => made({ tail: [constructed(0, encodeExtensions(extensions))] });
  assert.equal(read(tail(known)).extensions.baseNumber, 1n);
  for (const [index, extension] of known.entries()) {
    refused(tail(known.with(index, { ...extension, critical: !extension.critical })), 'value-malformed');
  }
  refused(tail(known.slice(1)), 'too-few');
  refused(tail(known.toSpliced(1, 1)), 'too-few');
  for (const critical of [true, false]) {
    refused(tail([...known, { id: '1.2.3', critical, value: hex('0500') }]), 'value-malformed');
  }
  const replaced = (id: string, value: string) =>
    tail(known.map((each) => (each.id === id ? { ...each, value: hex(value) } : each)));
  refused(replaced('2.5.29.20', '0201ff'), 'integer-negative');
  refused(replaced('2.5.29.20', `0215${'01'.repeat(21)}`), 'integer-too-large');
  refused(replaced('2.5.29.20', '0201070500'), 'trailing-bytes');
  refused(replaced('2.5.29.28', '3000'), 'too-few');
  refused(replaced('2.5.29.28', '3003810100'), 'value-malformed');
  refused(replaced('2.5.29.28', '30068101ff8201ff'), 'value-malformed');
  refused(replaced('2.5.29.28', '30068101ff8401ff'), 'trailing-bytes');
});

test('an entry is a positive integer of at most 20 octets, a time, and reason or invalidity date (RFC 5280 §5.1.2.6, §5.3)', () => {
  const reason = (code: string) => `300c300a0603551d1504030a01${code}`;
  for (const code of ['01', '06', '09', '0a']) read(withEntries(`3020020101${date}${reason(code)}`));
  for (const [entry, problem] of [
    [`0200`, 'unexpected-tag'],
    [`3012020180${date}`, 'integer-negative'],
    [`301102 00${date}`, 'integer-not-minimal'],
    [`301302020001${date}`, 'integer-not-minimal'],
    [`30260215${'01'.repeat(21)}${date}`, 'integer-too-large'],
    [`3003020101`, 'unexpected-tag'],
    [`3005020101 1700`, 'time-malformed'],
    [`3012020101170d${Buffer.from('260230000000Z').toString('hex')}`, 'time-malformed'],
    [`3014020101180f${Buffer.from('20490101000000Z').toString('hex')}`, 'time-in-wrong-form'],
    [`3014020101170f${Buffer.from('20500101000000Z').toString('hex')}`, 'time-malformed'],
    [`3012020101180d${Buffer.from('260228000000Z').toString('hex')}`, 'time-malformed'],
    [`3020020101${date}${reason('00')}`, 'value-malformed'],
    [`3020020101${date}${reason('07')}`, 'value-malformed'],
    [`3020020101${date}${reason('0b')}`, 'value-malformed'],
    [`3020020101${date}${reason('08')}`, 'value-malformed'],
    [`3014020101${date}3000`, 'too-few'],
    [`3014020101${date}0500`, 'unexpected-tag'],
    [`3023020101${date}300f300d0603551d150101ff04030a0101`, 'value-malformed'],
    [`301d020101${date}3009300706022a0304010 5`.replaceAll(' ', ''), 'value-malformed'],
    [`308112020101${date}`, 'length-too-large'],
    [`3080020101${date}0000`, 'length-too-large'],
  ] as const) {
    refused(withEntries(entry), problem);
  }
  const crl = made({
    entries: [sequenceOf([hex(`3020020101${date}${reason('08')}`)])],
    tail: [constructed(0, encodeExtensions(crlExtensions({ ...list, baseNumber: 1n })))],
  });
  assert.equal(finished(CrlIndex.of(read(crl))).size, 1);
});

test('entries end where the list of them ends', () => {
  const der = withEntries(`3012020101${date}`, `3012020102${date}`);
  const crl = read(der);
  for (let end = crl.entriesStart + 1; end < crl.entriesEnd; end++) {
    const cut: Crl = { ...crl, entriesEnd: end };
    const walk = () => finished(CrlIndex.of(cut));
    if (end === crl.entriesStart + 20) assert.equal(walk().size, 1);
    else assert.throws(walk, DecodingError);
  }
});

test('a serial number is listed once', () => {
  refused(crlOf(listed('01', '02', '01')), 'duplicate');
  refused(crlOf(listed('ff', 'ff')), 'duplicate');
});

test('any change to the octets of a list is a list or a DecodingError', (t) => {
  const der = crlOf([
    ...listed('01', 'ff'),
    { ...listed('02')[0], reason: 'superseded', invalidityDate: revocationDate } as CrlEntry,
  ]);
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = der.slice();
      for (const [at, octet] of changes) changed[at] = octet;
      try {
        finished(CrlIndex.of(read(changed)));
      } catch (error) {
        assert.ok(error instanceof DecodingError, String(error));
      }
    }),
    { seed, numRuns: 5000 },
  );
});

test('a serial number is found exactly if it is listed', (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const short = fc.integer({ min: 1, max: 0x1ffff }).map((value) => {
    const digits = value.toString(16);
    return (digits.length % 2 === 0 ? digits : `0${digits}`) as SerialNumber;
  });
  const some = fc.oneof(serialNumbers, short);
  fc.assert(
    fc.property(fc.uniqueArray(some, { maxLength: 200 }), fc.array(some), (present, others) => {
      const index = finished(CrlIndex.of(read(crlOf(listed(...present)))));
      assert.equal(index.size, present.length);
      for (const serialNumber of present) assert.ok(index.has(serialNumber));
      for (const serialNumber of others) assert.equal(index.has(serialNumber), present.includes(serialNumber));
    }),
    { seed },
  );
  const index = finished(CrlIndex.of(read(crlOf(listed('0102', 'ff')))));
  for (const absent of ['01', '02', '00', 'ff00', '010200', '80'])
    assert.ok(!index.has(absent as SerialNumber), absent);
});

test('reading is in steps', () => {
  const many = Array.from({ length: 5000 }, (_, number) => (number + 0x1000).toString(16));
  const steps = [...CrlIndex.of(read(crlOf(listed(...many))))];
  assert.deepEqual(steps, [2048, 4096]);
});

test('a list that says what it was to say and is signed by its issuer has no defect', async () => {
  const verify = verifiedBy(issuerKeys);
  const crl = read(crlOf(listed('01')));
  assert.deepEqual(await crlDefects(crl, list, verify), []);
  const later = unixSeconds(list.thisUpdate + 1);
  for (const [expected, defect] of [
    [{ ...list, signatureAlgorithm: 'sha256WithRSAEncryption' }, 'signature-algorithm-differs'],
    [{ ...list, issuerDer: sequence() }, 'issuer-differs'],
    [{ ...list, thisUpdate: later }, 'this-update-differs'],
    [{ ...list, nextUpdate: later }, 'next-update-differs'],
    [{ ...list, number: 8n }, 'extensions-differ'],
    [{ ...list, baseNumber: 6n }, 'extensions-differ'],
    [{ ...list, distributionPoint: { uri: 'http://a/b' } }, 'extensions-differ'],
    [{ ...list, freshestCrl: 'http://a/b' }, 'extensions-differ'],
    [{ ...list, authorityKeyIdentifier: hex('01') }, 'extensions-differ'],
  ] as const) {
    assert.deepEqual(await crlDefects(crl, expected, verify), [defect]);
  }
  assert.deepEqual(await crlDefects(crl, list, verifiedBy(newKeyPair('ECC_256'))), ['signature-invalid']);
  const forged = crlOf(listed('01'));
  forged[read(forged).entriesStart + 4] = 2;
  assert.deepEqual(await crlDefects(read(forged), list, verify), ['signature-invalid']);
});

test('a list follows another of the same issuer and scope by a higher number and no earlier time (RFC 5280 §5.2.3)', () => {
  const earlier = read(crlOf([]));
  const after = (parameters: Parameters<typeof crlOf>[1]) => successionDefects(earlier, read(crlOf([], parameters)));
  assert.deepEqual(after({ number: 6n }), ['number-not-above']);
  assert.deepEqual(after({ number: 7n }), ['number-not-above']);
  assert.deepEqual(after({ number: 8n }), []);
  assert.deepEqual(after({ number: 2n ** 159n - 1n }), []);
  assert.deepEqual(after({ number: 8n, thisUpdate: unixSeconds(list.thisUpdate - 1) }), ['this-update-earlier']);
  assert.deepEqual(after({ number: 8n, thisUpdate: unixSeconds(list.thisUpdate + 1) }), []);
  assert.deepEqual(after({ number: 8n, distributionPoint: { uri: 'http://a/b' } }), ['scope-differs']);
  assert.deepEqual(after({ number: 8n, baseNumber: 7n }), ['scope-differs']);
  assert.deepEqual(after({ number: 8n, issuerDer: sequence() }), ['issuer-differs']);
});

test('what the list before had and the next one has not is told', () => {
  const lostFrom = (before: string[], after: string[]) => {
    const lost: string[] = [];
    const [previous, next] = [before, after].map((serials) => read(crlOf(listed(...serials.toSorted())))) as [Crl, Crl];
    const count = finished(compareEntries(next, previous, (cursor: CrlCursor) => lost.push(cursor.serialNumber)));
    assert.equal(count, after.length);
    return lost;
  };
  assert.deepEqual(lostFrom(['01', 'ff', 'c0ffee'], ['c0ffee', '02', '01']), ['ff']);
  assert.deepEqual(lostFrom([], ['01']), []);
  assert.deepEqual(lostFrom(['01', '80'], []), ['01', '80']);
  assert.deepEqual(lostFrom(['01', '0100', '80', '8000'], ['0100', '80']), ['01', '8000']);
  fc.assert(
    fc.property(
      fc.uniqueArray(serialNumbers),
      fc.uniqueArray(serialNumbers),
      fc.uniqueArray(serialNumbers),
      (a, b, c) => {
        const [before, after] = [new Set([...a, ...b]), new Set([...b, ...c])];
        assert.deepEqual(lostFrom([...before], [...after]), [...before.difference(after)].sort());
      },
    ),
  );
});

test('a list whose entries do not ascend, each serial number once, is found out', () => {
  const walk = (...serials: string[]) => finished(compareEntries(read(crlOf(listed(...serials))), undefined, () => {}));
  assert.equal(walk('01', '0100', '02', 'ff'), 4);
  assert.throws(() => walk('01', '01'), EntriesOutOfOrder);
  assert.throws(() => walk('02', '01'), EntriesOutOfOrder);
  assert.throws(() => walk('0100', '01'), EntriesOutOfOrder);
  assert.throws(() => walk('80', '7f'), EntriesOutOfOrder);
});
