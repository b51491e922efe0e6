import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { signatureAlgorithmIdentifier } from '../../src/pki/algorithm.ts';
import {
  assembleCertificate,
  buildTbsCertificate,
  type CertificateParameters,
  parseCertificate,
} from '../../src/pki/certificate.ts';
import {
  bitString,
  constructed,
  element,
  integer,
  integerOf,
  primitive,
  sequence,
  time,
} from '../../src/pki/der-writer.ts';
import { encodeExtensions } from '../../src/pki/extensions.ts';
import { encodeName, formatName, nameOf } from '../../src/pki/name.ts';
import { oids } from '../../src/pki/oid.ts';
import { authorityExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { hex, toHex } from './hex.ts';
import { issue, newKeyPair } from './issuing.ts';

const keys = newKeyPair('ECC_256');
const name = nameOf({ country: 'CN', commonName: 'Root' });
const utc = (text: string) => unixSeconds(Date.parse(text) / 1000);
const serial = (text: string) => text as SerialNumber;

const parameters: CertificateParameters = {
  serialNumber: serial('8001'),
  signatureAlgorithm: 'ecdsa-with-SHA256',
  issuerDer: encodeName(name),
  notBefore: utc('2026-01-01T00:00:00Z'),
  notAfter: utc('2049-12-31T23:59:59Z'),
  subjectDer: encodeName(name),
  spki: keys.spki,
  extensions: authorityExtensions({ spki: keys.spki }),
};

const signed = (changes: Partial<CertificateParameters> = {}) =>
  assembleCertificate(buildTbsCertificate({ ...parameters, ...changes }), 'ecdsa-with-SHA256', hex('3000'));

/** The parts of a TBSCertificate, to be left out, doubled or replaced. */
const parts = {
  version: constructed(0, integerOf(2)),
  serialNumber: integerOf(1),
  signature: signatureAlgorithmIdentifier('ecdsa-with-SHA256'),
  issuer: encodeName(name),
  validity: sequence(time(parameters.notBefore, ''), time(parameters.notAfter, '')),
  subject: encodeName(name),
  spki: keys.spki,
  extensions: constructed(3, encodeExtensions(parameters.extensions)),
};
const nothing = new Uint8Array(0);
const assembled = (changes: Partial<typeof parts>, ...more: Uint8Array[]) =>
  assembleCertificate(sequence(...Object.values({ ...parts, ...changes }), ...more), 'ecdsa-with-SHA256', hex('3000'));

test('a certificate is read as it was ordered', () => {
  const der = issue({
    issuer: { name, keys },
    subject: { name, spki: keys.spki },
    serialNumber: serial('8001'),
    extensions: parameters.extensions,
    notBefore: parameters.notBefore,
    notAfter: parameters.notAfter,
  });
  const certificate = parseCertificate(der);
  assert.equal(certificate.serialNumber, '8001');
  assert.equal(formatName(certificate.issuer), 'C=CN,CN=Root');
  assert.deepEqual(certificate.subject, name);
  assert.deepEqual(certificate.issuerDer, encodeName(name));
  assert.deepEqual(certificate.subjectDer, encodeName(name));
  assert.equal(certificate.notBefore, parameters.notBefore);
  assert.equal(certificate.notAfter, parameters.notAfter);
  assert.deepEqual(certificate.spki, keys.spki);
  assert.equal(certificate.signatureAlgorithm, oids['ecdsa-with-SHA256']);
  assert.deepEqual(certificate.tbs, buildTbsCertificate(parameters));
  assert.deepEqual(certificate.extensions.raw, parameters.extensions);
  assert.ok(verify('sha256', certificate.tbs, new X509Certificate(der).publicKey, certificate.signature));
  assert.deepEqual(assembleCertificate(certificate.tbs, 'ecdsa-with-SHA256', certificate.signature), der);
});

test('the version is 3 and the serial a positive INTEGER (RFC 5280 §4.1.2.1, §4.1.2.2)', () => {
  const tbs = buildTbsCertificate(parameters);
  assert.ok(toHex(tbs).includes('a003020102' + '0203008001'));
});

test('a serial has 20 content octets at most, its sign included (RFC 5280 §4.1.2.2)', () => {
  for (const serialNumber of ['7f'.repeat(19), 'ff'.repeat(19), '7f'.repeat(20)]) {
    assert.equal(parseCertificate(signed({ serialNumber: serial(serialNumber) })).serialNumber, serialNumber);
  }
  for (const serialNumber of ['ff'.repeat(20), '7f'.repeat(21), '00']) {
    assert.throws(() => signed({ serialNumber: serial(serialNumber) }), {
      name: 'EncodingError',
      field: 'serialNumber',
      problem: 'out-of-range',
    });
  }
});

test('others’ serials are read up to 20 octets of magnitude; negative ones are refused', () => {
  const read = (content: string) => parseCertificate(assembled({ serialNumber: integer(hex(content)) })).serialNumber;
  assert.equal(read(`00${'ff'.repeat(20)}`), 'ff'.repeat(20));
  assert.equal(read('00'), '00');
  assert.throws(() => read(`01${'ff'.repeat(20)}`), { problem: 'integer-too-large' });
  assert.throws(() => read('ff'), { problem: 'integer-negative' });
});

test('dates are UTCTime through 2049 and GeneralizedTime from 2050 (RFC 5280 §4.1.2.5)', () => {
  for (const [text, digits] of [
    ['2049-12-31T23:59:58Z', '\x17\x0d491231235958Z'],
    ['2049-12-31T23:59:59Z', '\x17\x0d491231235959Z'],
    ['2050-01-01T00:00:00Z', '\x18\x0f20500101000000Z'],
    ['9999-12-31T23:59:59Z', '\x18\x0f99991231235959Z'],
  ] as const) {
    const der = signed({ notAfter: utc(text) });
    assert.ok(Buffer.from(der).includes(digits, 0, 'latin1'), text);
    assert.equal(parseCertificate(der).notAfter, utc(text));
    assert.equal(new Date(new X509Certificate(der).validTo).getTime() / 1000, utc(text));
  }
});

test('notBefore is not after notAfter; the same second is a validity of one second', () => {
  const notAfter = utc('2026-01-01T00:00:00Z');
  for (const notBefore of [notAfter - 1, notAfter]) signed({ notBefore: unixSeconds(notBefore), notAfter });
  assert.throws(() => signed({ notBefore: unixSeconds(notAfter + 1), notAfter }), {
    field: 'notBefore',
    problem: 'not-before-after-not-after',
  });
});

test('dates no certificate can bear are refused by name', () => {
  assert.throws(() => signed({ notBefore: utc('1949-12-31T23:59:59Z') }), {
    field: 'notBefore',
    problem: 'out-of-range',
  });
  const tooLate = unixSeconds(utc('9999-12-31T23:59:59Z') + 1);
  assert.throws(() => signed({ notAfter: tooLate }), { field: 'notAfter', problem: 'out-of-range' });
});

test('the algorithm outside is that of the signed part (RFC 5280 §4.1.1.2)', () => {
  const tbs = buildTbsCertificate(parameters);
  const other = assembleCertificate(tbs, 'sha256WithRSAEncryption', hex('00'));
  assert.throws(() => parseCertificate(other), { name: 'DecodingError', problem: 'algorithms-differ' });
  const withNull = sequence(tbs, hex('300c06082a8648ce3d0403020500'), bitString(hex('00')));
  assert.throws(() => parseCertificate(withNull), { problem: 'algorithms-differ' });
});

test('each part of a TBSCertificate stands in its place', () => {
  parseCertificate(assembled({}));
  for (const part of ['version', 'serialNumber', 'signature', 'issuer', 'validity', 'subject', 'spki'] as const) {
    assert.throws(() => parseCertificate(assembled({ [part]: nothing })), { name: 'DecodingError' }, part);
  }
  assert.deepEqual(parseCertificate(assembled({ extensions: nothing })).extensions, { raw: [] });
});

test('other versions are refused, and the default is not written (X.690 §11.5)', () => {
  for (const version of [nothing, ...[0, 1, 3].map((number) => constructed(0, integerOf(number)))]) {
    assert.throws(() => parseCertificate(assembled({ version })), { problem: 'version-unsupported' });
  }
  const twice = constructed(0, integerOf(2), integerOf(2));
  assert.throws(() => parseCertificate(assembled({ version: twice })), { problem: 'trailing-bytes' });
});

test('unique identifiers are refused (RFC 5280 §4.1.2.8), as is anything after the extensions', () => {
  const identifier = primitive(1, hex('00'));
  assert.throws(() => parseCertificate(assembled({ extensions: nothing }, identifier)), { problem: 'unexpected-tag' });
  assert.throws(() => parseCertificate(assembled({}, identifier)), { problem: 'trailing-bytes' });
  assert.throws(() => parseCertificate(assembled({}, parts.extensions)), { problem: 'trailing-bytes' });
});

test('a validity is two times', () => {
  const moment = time(parameters.notBefore, '');
  assert.throws(() => parseCertificate(assembled({ validity: sequence(moment) })), { problem: 'missing-element' });
  const three = sequence(moment, moment, moment);
  assert.throws(() => parseCertificate(assembled({ validity: three })), { problem: 'trailing-bytes' });
});

test('nothing follows a certificate, within or without', () => {
  const der = signed();
  assert.throws(() => parseCertificate(hex(`${toHex(der)}00`)), { problem: 'trailing-bytes' });
  const tbs = buildTbsCertificate(parameters);
  const four = sequence(tbs, parts.signature, bitString(hex('00')), hex('0500'));
  assert.throws(() => parseCertificate(four), { problem: 'trailing-bytes' });
  assert.throws(() => parseCertificate(element(0x31, der.subarray(4))), { problem: 'unexpected-tag' });
});

test('a certificate is read up to 64 KiB', () => {
  const limit = 64 * 1024;
  const ofLength = (length: number) => {
    const padded = (octets: number) =>
      signed({
        extensions: [...parameters.extensions, { id: '1.2.3', critical: false, value: new Uint8Array(octets) }],
      });
    return padded(60_000 + length - padded(60_000).length);
  };
  for (const length of [limit - 1, limit]) {
    assert.equal(ofLength(length).length, length);
    parseCertificate(ofLength(length));
  }
  assert.throws(() => parseCertificate(ofLength(limit + 1)), { problem: 'input-too-long' });
});
