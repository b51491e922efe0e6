import './metadata-reflection.ts';
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { test } from 'node:test';
import * as x509 from '@peculiar/x509';
import fc from 'fast-check';
import { unixSeconds } from '../../src/base/time.ts';
import {
  buildTbsCertList,
  type CertListParameters,
  CertListWriter,
  type CrlEntry,
  entriesPerStep,
  writeCertList,
} from '../../src/pki/crl.ts';
import { CrlCursor } from '../../src/pki/crl-entries.ts';
import { issuingDistributionPoint } from '../../src/pki/crl-extensions.ts';
import { type CrlReason, crlReasonCode, crlReasonOf } from '../../src/pki/crl-reason.ts';
import { DerReader } from '../../src/pki/der-reader.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { authorityExtensions, endEntityExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { serialNumbers } from './arbitraries.ts';
import { hex, toHex } from './hex.ts';
import { issue, newKeyPair } from './issuing.ts';
import { crlOf, finished, issuerKeys, issuerName, list, moment, read } from './listing.ts';
import { get, needsOpenssl, openssl, put } from './openssl-cli.ts';

const serial = (text: string) => text as SerialNumber;
const revocationDate = moment('2026-02-28T12:34:56Z');
const entry: CrlEntry = { serialNumber: serial('c0ffee'), revocationDate };
const build = (entries: readonly CrlEntry[], parameters: Partial<CertListParameters> = {}) =>
  toHex(buildTbsCertList({ ...list, ...parameters }, entries));
const digits = (text: string) => Buffer.from(text, 'latin1').toString('hex');
const wrong = (field: string, problem = 'out-of-range') => ({ field, problem });

const reasons: readonly CrlReason[] = [
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
];

function entriesOf(der: Uint8Array): CrlEntry[] {
  const cursor = new CrlCursor(read(der));
  const entries: CrlEntry[] = [];
  while (cursor.next()) entries.push(cursor.entry());
  return entries;
}

test('version 2, the algorithm, the issuer’s name octet for octet, then the times (RFC 5280 §5.1.2)', () => {
  const tbs = build([entry]);
  const fields = `020101300a06082a8648ce3d040302${toHex(list.issuerDer)}170d${digits('260301000000Z')}170d${digits('260308000000Z')}`;
  assert.ok(tbs.slice(6).startsWith(fields), tbs);
  assert.equal(toHex(read(crlOf([entry])).issuerDer), toHex(list.issuerDer));
});

test('with nothing revoked the list is absent, not empty (RFC 5280 §5.1.2.6)', () => {
  const reader = new DerReader(hex(build([]))).sequence();
  for (let field = 0; field < 5; field++) reader.any();
  assert.ok(reader.isConstructed(0));
  assert.deepEqual(entriesOf(crlOf([])), []);
});

test('an entry is serial number and date; extensions are absent without reason and invalidity date (RFC 5280 §5.1.2.6)', () => {
  assert.ok(build([entry]).includes(`30173015020400c0ffee170d${digits('260228123456Z')}a0`));
  for (const given of [
    entry,
    { serialNumber: serial('01'), revocationDate },
    { ...entry, reason: 'superseded' as const },
  ]) {
    assert.deepEqual(entriesOf(crlOf([given])), [given]);
  }
});

test('UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §5.1.2.4 to §5.1.2.6)', () => {
  const last = moment('2049-12-31T23:59:59Z');
  const first = moment('2050-01-01T00:00:00Z');
  assert.ok(build([{ ...entry, revocationDate: last }]).includes(`170d${digits('491231235959Z')}`));
  assert.ok(build([{ ...entry, revocationDate: first }]).includes(`180f${digits('20500101000000Z')}`));
  const tbs = build([], { thisUpdate: last, nextUpdate: first });
  assert.ok(tbs.includes(`170d${digits('491231235959Z')}180f${digits('20500101000000Z')}`));
  for (const date of [last, first, moment('1950-01-01T00:00:00Z'), moment('9999-12-31T23:59:59Z')]) {
    assert.deepEqual(entriesOf(crlOf([{ ...entry, revocationDate: date }])), [{ ...entry, revocationDate: date }]);
  }
  for (const date of [moment('1949-12-31T23:59:59Z'), unixSeconds(253_402_300_800)]) {
    assert.throws(() => build([{ ...entry, revocationDate: date }]), wrong('revocationDate'));
  }
});

test('serial numbers have 1 to 20 octets with their sign and are not zero (RFC 5280 §4.1.2.2)', () => {
  for (const serialNumber of ['01', '7f', '80', 'ff', '7f'.repeat(19), 'ff'.repeat(19), '7f'.repeat(20)]) {
    const given = { ...entry, serialNumber: serial(serialNumber) };
    assert.deepEqual(entriesOf(crlOf([given])), [given]);
  }
  for (const serialNumber of ['00', '80'.repeat(20), '01'.repeat(21), '01'.repeat(300)]) {
    assert.throws(() => build([{ ...entry, serialNumber: serial(serialNumber) }]), wrong('userCertificate'));
  }
});

test('reasons are 1 to 6, 9 and 10, not critical; 0 is left out and 8 is for deltas (RFC 5280 §5.3.1)', () => {
  const given = reasons.map((reason, index) => ({ ...entry, serialNumber: serial(`0${index + 1}`), reason }));
  assert.deepEqual(entriesOf(crlOf(given)), given);
  assert.ok(build([{ ...entry, reason: 'aACompromise' }]).includes('300c300a0603551d1504030a010a'));
  assert.deepEqual(
    Array.from({ length: 12 }, (_, code) => code).filter((code) => crlReasonOf(code) === undefined),
    [0, 7, 11],
  );
  for (const reason of [...reasons, 'removeFromCRL'] as const) assert.equal(crlReasonOf(crlReasonCode(reason)), reason);
  const removed = { ...entry, reason: 'removeFromCRL' as const };
  assert.throws(() => build([removed]), wrong('reasonCode'));
  assert.deepEqual(entriesOf(crlOf([removed], { baseNumber: 6n })), [removed]);
  for (const code of [-1, 7, 11, Number.NaN]) {
    const writer = new CertListWriter(list);
    assert.throws(() => writer.addOctets(hex('01'), 0, 1, revocationDate, code), wrong('reasonCode'));
  }
});

test('the invalidity date is a GeneralizedTime whatever its year, and may precede the revocation (RFC 5280 §5.3.2)', () => {
  const given: CrlEntry = { ...entry, reason: 'keyCompromise', invalidityDate: moment('1999-12-31T00:00:00Z') };
  assert.ok(build([given]).includes(`30180603551d180411180f${digits('19991231000000Z')}`));
  const { reason: _, ...bare } = given;
  assert.deepEqual(entriesOf(crlOf([given, { ...bare, serialNumber: serial('01') }])), [
    given,
    { ...bare, serialNumber: '01' },
  ]);
  assert.throws(() => build([{ ...entry, invalidityDate: unixSeconds(253_402_300_800) }]), wrong('invalidityDate'));
});

test('every list names the issuer’s key and its own number, neither critical (RFC 5280 §5.2.1, §5.2.3)', () => {
  const { extensions } = read(crlOf([]));
  assert.deepEqual(extensions.authorityKeyIdentifier, issuerKeys.keyIdentifier);
  assert.equal(extensions.number, 7n);
  assert.deepEqual(
    extensions.raw.map(({ id, critical }) => [id, critical]),
    [
      ['2.5.29.35', false],
      ['2.5.29.20', false],
    ],
  );
});

test('a number has 19 or 20 octets with its sign, and not 21 (RFC 5280 §5.2.3)', () => {
  for (const number of [0n, 1n, 127n, 128n, 255n, 256n, 2n ** 151n - 1n, 2n ** 152n - 1n, 2n ** 159n - 1n]) {
    assert.equal(read(crlOf([], { number })).extensions.number, number);
  }
  for (const number of [-1n, 2n ** 159n, 2n ** 160n]) {
    assert.throws(() => build([], { number }), wrong('cRLNumber'));
  }
});

test('a delta names its base critically, and the base has the lower number (RFC 5280 §5.2.4)', () => {
  const { extensions } = read(crlOf([], { baseNumber: 6n }));
  assert.equal(extensions.baseNumber, 6n);
  assert.deepEqual(
    extensions.raw.find(({ id }) => id === '2.5.29.27'),
    { id: '2.5.29.27', critical: true, value: hex('020106') },
  );
  for (const baseNumber of [7n, 8n]) assert.throws(() => build([], { baseNumber }), wrong('deltaCRLIndicator'));
  assert.throws(() => build([], { baseNumber: -1n }), wrong('deltaCRLIndicator'));
});

test('the issuing distribution point is critical and says at least one thing (RFC 5280 §5.2.5)', () => {
  const uri = 'http://a.example/crl/1.crl';
  for (const distributionPoint of [
    { uri },
    { onlyContains: 'user-certificates' },
    { uri, onlyContains: 'ca-certificates' },
  ] as const) {
    const { extensions } = read(crlOf([], { distributionPoint }));
    assert.deepEqual(extensions.distributionPoint, distributionPoint);
    assert.equal(extensions.raw.find(({ id }) => id === '2.5.29.28')?.critical, true);
  }
  const name = `861a${digits(uri)}`;
  assert.equal(
    toHex(issuingDistributionPoint({ uri, onlyContains: 'user-certificates' }).value),
    `3023a01ea01c${name}8101ff`,
  );
  assert.throws(() => build([], { distributionPoint: {} }), wrong('issuingDistributionPoint', 'empty'));
  assert.throws(
    () => build([], { distributionPoint: { uri: 'no uri' } }),
    wrong('uniformResourceIdentifier', 'malformed'),
  );
});

test('a full list tells where deltas are, a delta does not (RFC 5280 §5.2.6)', () => {
  const freshestCrl = 'http://a.example/delta.crl';
  const { extensions } = read(crlOf([], { freshestCrl }));
  assert.deepEqual(extensions.freshestCrl, [freshestCrl]);
  assert.equal(extensions.raw.find(({ id }) => id === '2.5.29.46')?.critical, false);
  assert.throws(() => build([], { freshestCrl, baseNumber: 1n }), wrong('freshestCRL'));
});

test('nextUpdate follows thisUpdate (RFC 5280 §5.1.2.5)', () => {
  for (const seconds of [-1, 0]) {
    assert.throws(() => build([], { nextUpdate: unixSeconds(list.thisUpdate + seconds) }), wrong('nextUpdate'));
  }
  assert.doesNotThrow(() => build([], { nextUpdate: unixSeconds(list.thisUpdate + 1) }));
});

test('what room was made for changes nothing, nor do steps or packed form', () => {
  const entries = Array.from({ length: 3 * entriesPerStep }, (_, index) => ({
    serialNumber: serial((index + 0x10000).toString(16).padStart(32, '7')),
    revocationDate: unixSeconds(revocationDate + index),
    ...(index % 2 === 0 ? { reason: 'superseded' as const } : {}),
  }));
  const expected = build(entries);
  for (const expectedEntries of [0, 1, entries.length, 2 * entries.length]) {
    assert.equal(build(entries, { expectedEntries }), expected);
  }
  const steps = writeCertList(list, entries);
  assert.deepEqual(steps.next(), { done: false, value: entriesPerStep });
  assert.deepEqual(steps.next(), { done: false, value: 2 * entriesPerStep });
  const stepped = finished(steps);
  assert.equal(stepped.count, entries.length);
  assert.equal(toHex(stepped.finish()), expected);
  const packed = new CertListWriter(list);
  for (const { serialNumber, revocationDate: date, reason } of entries) {
    const octets = hex(`aa0000${serialNumber}bb`);
    packed.addOctets(octets, 1, octets.length - 1, date, reason === undefined ? 0 : crlReasonCode(reason));
  }
  assert.equal(toHex(packed.finish()), expected);
});

test('the signed list in place is the signed list as a copy; nothing is added to it afterwards', () => {
  for (const entries of [[], [entry]]) {
    const writer = new CertListWriter(list);
    for (const each of entries) writer.add(each);
    const tbs = writer.finish();
    const signature = new Uint8Array(sign('sha256', tbs, issuerKeys.privateKey));
    const before = toHex(tbs);
    assert.throws(() => writer.add(entry), TypeError);
    assert.throws(() => writer.finish(), TypeError);
    const crl = read(writer.assemble(signature));
    assert.equal(toHex(crl.tbs), before);
    assert.equal(toHex(crl.signature), toHex(signature));
  }
});

const drawnEntries = fc.uniqueArray(
  fc.record(
    {
      serialNumber: serialNumbers,
      revocationDate: fc.integer({ min: -631_152_000, max: 253_402_300_799 }).map(unixSeconds),
      reason: fc.constantFrom(...reasons),
      invalidityDate: fc.integer({ min: 0, max: 4_000_000_000 }).map(unixSeconds),
    },
    { requiredKeys: ['serialNumber', 'revocationDate'], noNullPrototype: true },
  ),
  { selector: ({ serialNumber }) => serialNumber, maxLength: 40 },
);

test('what is listed is what is read, by us and by @peculiar/x509', (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  fc.assert(
    fc.property(drawnEntries, (entries) => {
      const der = crlOf(entries, { expectedEntries: 0 });
      assert.deepEqual(entriesOf(der), entries);
      const theirs = new x509.X509Crl(Buffer.from(der));
      assert.equal(theirs.thisUpdate.getTime() / 1000, list.thisUpdate);
      assert.equal(theirs.nextUpdate?.getTime(), list.nextUpdate * 1000);
      assert.deepEqual(
        theirs.entries.map((each) => [
          each.serialNumber.replace(/^(00)+(?=.)/, ''),
          each.revocationDate.getTime() / 1000,
          each.reason,
          each.invalidity === undefined ? undefined : each.invalidity.getTime() / 1000,
        ]),
        entries.map(({ serialNumber, revocationDate: date, reason, invalidityDate }) => [
          serialNumber,
          date,
          reason === undefined ? undefined : crlReasonCode(reason),
          invalidityDate,
        ]),
      );
    }),
    { seed },
  );
});

for (const algorithm of ['ECC_256', 'RSA_2048'] as const) {
  test(`openssl verifies lists, prints them as meant, and refuses the revoked (${algorithm})`, (t) => {
    if (!needsOpenssl(t)) return;
    const keys = newKeyPair(algorithm);
    const leaf = newKeyPair('ECC_256');
    const subject = [{ type: 'commonName', value: 'leaf' }] as const;
    const issuer = { name: issuerName, keys };
    const ca = issue({
      issuer,
      subject: { name: issuerName, spki: keys.spki },
      serialNumber: serial('02'),
      extensions: authorityExtensions({ spki: keys.spki }),
    });
    put('ca.pem', encodePem('CERTIFICATE', ca));
    for (const serialNumber of ['c0ffee', 'c0ffef']) {
      const extensions = endEntityExtensions({
        kind: 'client',
        keyAlgorithm: 'ECC_256',
        spki: leaf.spki,
        issuerKeyIdentifier: keys.keyIdentifier,
        subject,
      });
      const order = {
        issuer,
        subject: { name: subject, spki: leaf.spki },
        serialNumber: serial(serialNumber),
        extensions,
      };
      put(`${serialNumber}.pem`, encodePem('CERTIFICATE', issue(order)));
    }
    const now = Math.floor(Date.now() / 1000);
    const parameters = {
      thisUpdate: unixSeconds(now - 60),
      nextUpdate: unixSeconds(now + 3600),
      authorityKeyIdentifier: keys.keyIdentifier,
      freshestCrl: 'http://a.example/delta.crl',
    };
    const entries: CrlEntry[] = [
      { ...entry, reason: 'keyCompromise', invalidityDate: moment('2026-01-01T00:00:00Z') },
      { serialNumber: serial('7f'.repeat(20)), revocationDate: moment('2050-01-01T00:00:00Z') },
    ];
    const verifyList = (name: string) =>
      openssl(...'crl -noout -inform DER -verify -CAfile ca.pem -in'.split(' '), name);
    const print = (name: string) => openssl(...'crl -noout -inform DER -text -in'.split(' '), name);
    put('crl.der', crlOf(entries, parameters, keys));
    assert.match(verifyList('crl.der'), /verify OK/);
    const text = print('crl.der');
    for (const line of [
      /Version 2 \(0x1\)/,
      /X509v3 CRL Number:\s+7/,
      /X509v3 Freshest CRL:\s+Full Name:\s+URI:http:\/\/a\.example\/delta\.crl/,
      /Serial Number: C0FFEE\s+Revocation Date: Feb 28 12:34:56 2026 GMT\s+CRL entry extensions:\s+X509v3 CRL Reason Code:\s+Key Compromise\s+Invalidity Date:\s+Jan {2}1 00:00:00 2026 GMT/,
      /Serial Number: (?:7F){20}\s+Revocation Date: Jan {2}1 00:00:00 2050 GMT/,
    ]) {
      assert.match(text, line);
    }
    put('crl.pem', encodePem('X509 CRL', crlOf(entries, parameters, keys)));
    const check = (name: string) =>
      openssl(...'verify -x509_strict -crl_check -CRLfile crl.pem -CAfile ca.pem'.split(' '), name);
    check('c0ffef.pem');
    assert.throws(() => check('c0ffee.pem'), /certificate revoked/);

    const { freshestCrl: _, ...rest } = parameters;
    const uri = 'http://a.example/crl/3.crl';
    const delta = { ...rest, baseNumber: 6n, distributionPoint: { uri, onlyContains: 'user-certificates' as const } };
    put('delta.der', crlOf([{ ...entry, reason: 'removeFromCRL' }], delta, keys));
    assert.match(verifyList('delta.der'), /verify OK/);
    const deltaText = print('delta.der');
    assert.match(deltaText, /X509v3 Delta CRL Indicator: critical\s+6/);
    assert.match(
      deltaText,
      /X509v3 Issuing Distribution Point: critical\s+Full Name:\s+URI:http:\/\/a\.example\/crl\/3\.crl\s+Only User Certificates/,
    );
    assert.match(deltaText, /Remove From CRL/);
    put('empty.der', crlOf([], rest, keys));
    assert.match(verifyList('empty.der'), /verify OK/);
    assert.match(print('empty.der'), /No Revoked Certificates/);
  });
}

test('lists that openssl makes are read', (t) => {
  if (!needsOpenssl(t)) return;
  const ca = issue({
    issuer: { name: issuerName, keys: issuerKeys },
    subject: { name: issuerName, spki: issuerKeys.spki },
    serialNumber: serial('02'),
    extensions: authorityExtensions({ spki: issuerKeys.spki }),
  });
  put('ca.pem', encodePem('CERTIFICATE', ca));
  put('ca.key', issuerKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  put(
    'index.txt',
    [
      'R\t490101000000Z\t260101000000Z,superseded\t02FF\tunknown\t/CN=a',
      'R\t490101000000Z\t260102000000Z\tFFFF\tunknown\t/CN=b',
      'R\t490101000000Z\t260103000000Z,keyTime,20251231000000Z\t03\tunknown\t/CN=c',
      'V\t490101000000Z\t\t04\tunknown\t/CN=d\n',
    ].join('\n'),
  );
  put('number', '0A\n');
  put(
    'ca.conf',
    '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=1\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n',
  );
  openssl(...'ca -gencrl -config ca.conf -cert ca.pem -keyfile ca.key -out made.pem'.split(' '));
  openssl(...'crl -in made.pem -outform DER -out made.der'.split(' '));
  const crl = read(get('made.der'));
  assert.equal(crl.extensions.number, 10n);
  assert.equal(toHex(crl.issuerDer), toHex(list.issuerDer));
  const byNumber = entriesOf(get('made.der')).toSorted((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
  assert.deepEqual(byNumber, [
    { serialNumber: '02ff', revocationDate: moment('2026-01-01T00:00:00Z'), reason: 'superseded' },
    {
      serialNumber: '03',
      revocationDate: moment('2026-01-03T00:00:00Z'),
      reason: 'keyCompromise',
      invalidityDate: moment('2025-12-31T00:00:00Z'),
    },
    { serialNumber: 'ffff', revocationDate: moment('2026-01-02T00:00:00Z') },
  ]);
});
