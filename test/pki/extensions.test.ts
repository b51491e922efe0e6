import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DerReader } from '../../src/pki/der-reader.ts';
import { octetString, sequence } from '../../src/pki/der-writer.ts';
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  crlDistributionPoint,
  type Extension,
  encodeExtensions,
  extendedKeyUsage,
  freshestCrl,
  keyIdentifierOf,
  keyUsage,
  readDistributionPoints,
  readExtensions,
  subjectAlternativeName,
  subjectKeyIdentifier,
} from '../../src/pki/extensions.ts';
import { type OidName, oidDer, oids } from '../../src/pki/oid.ts';
import { generalNames, uris } from './arbitraries.ts';
import { hex, toHex } from './hex.ts';

const read = (bytes: Uint8Array) => readExtensions(new DerReader(bytes));
const reread = (...extensions: Extension[]) => read(encodeExtensions(extensions));
/** One extension, its value written by hand. */
const written = (name: OidName, value: string) => sequence(sequence(oidDer(name), octetString(hex(value))));

function refused(name: OidName, cases: readonly (readonly [value: string, problem: string])[]) {
  for (const [value, problem] of cases) {
    assert.throws(() => read(written(name, value)), { name: 'DecodingError', problem }, `${name} ${value}`);
  }
}

test('critical is written for TRUE and left out for FALSE (X.690 §11.5)', () => {
  assert.equal(toHex(encodeExtensions([basicConstraints({ cA: true })])), '3011300f0603551d130101ff040530030101ff');
  assert.equal(
    toHex(encodeExtensions([subjectKeyIdentifier(hex('aa'))])),
    '300c300a0603551d0e0403 0401aa'.replaceAll(' ', ''),
  );
});

test('basicConstraints leaves out cA FALSE, and carries pathLenConstraint 0 (RFC 5280 §4.2.1.9)', () => {
  const value = (extension: Extension) => toHex(extension.value);
  assert.equal(value(basicConstraints({ cA: false })), '3000');
  assert.equal(value(basicConstraints({ cA: true })), '30030101ff');
  assert.equal(value(basicConstraints({ cA: true, pathLenConstraint: 0 })), '30060101ff020100');
  assert.equal(value(basicConstraints({ cA: true, pathLenConstraint: 128 })), '30070101ff02020080');
  assert.equal(basicConstraints({ cA: true }).critical, true);
  assert.throws(() => basicConstraints({ cA: false, pathLenConstraint: 0 }), { problem: 'out-of-range' });
});

test('basicConstraints that are not DER, or limit the path of no authority, are refused', () => {
  refused('basicConstraints', [
    ['3003010100', 'default-encoded'],
    ['3003020100', 'value-malformed'],
    ['30060101ff0201ff', 'integer-negative'],
    ['30070101ff02020001', 'integer-not-minimal'],
    ['30080101ff0201000500', 'trailing-bytes'],
    ['30000500', 'trailing-bytes'],
    ['', 'missing-element'],
  ]);
});

test('keyUsage is named bits, critical, and not empty (RFC 5280 §4.2.1.3)', () => {
  assert.equal(toHex(keyUsage(['digitalSignature']).value), '03020780');
  assert.equal(toHex(keyUsage(['digitalSignature', 'keyEncipherment']).value), '030205a0');
  assert.equal(toHex(keyUsage(['cRLSign', 'keyCertSign']).value), '03020106');
  assert.equal(toHex(keyUsage(['decipherOnly']).value), '0303070080');
  assert.equal(keyUsage(['cRLSign']).critical, true);
  assert.throws(() => keyUsage([]), { field: 'keyUsage', problem: 'empty' });
  refused('keyUsage', [
    ['030100', 'too-few'],
    ['03020106 00'.replace(' ', ''), 'trailing-bytes'],
    ['03020006', 'named-bits-not-minimal'],
    ['0303060040', 'value-malformed'], // bit 9 has no name
  ]);
});

test('extendedKeyUsage names purposes, those without a name by number', () => {
  assert.equal(toHex(extendedKeyUsage(['clientAuth']).value), '300a06082b06010505070302');
  assert.deepEqual(read(written('extKeyUsage', '300d06082b06010505070301 06012a'.replace(' ', ''))).extendedKeyUsages, [
    'serverAuth',
    '1.2',
  ]);
  assert.throws(() => extendedKeyUsage([]), { problem: 'empty' });
  refused('extKeyUsage', [['3000', 'too-few']]);
});

test('key identifiers are SHA-1 of the key bits without their header (RFC 5280 §4.2.1.2)', () => {
  // The certificate of RFC 5280 §C.1 names its DSA key so; here the bits are `abc`, whose SHA-1 is in FIPS 180.
  const spki = hex('300a 3003 06012a 0304 00616263'.replace('300a', '300b').replaceAll(' ', ''));
  assert.equal(toHex(keyIdentifierOf(spki)), 'a9993e364706816aba3e25717850c26c9cd0d89d');
});

test('key identifiers of subject and authority', () => {
  const identifier = hex('0102');
  assert.equal(toHex(subjectKeyIdentifier(identifier).value), '04020102');
  assert.equal(toHex(authorityKeyIdentifier(identifier).value), '300480020102');
  const full = '3013 80020102 a10a a408 3006 3104 3002 0600 820101'.replaceAll(' ', '');
  refused('authorityKeyIdentifier', [[full, 'oid-malformed']]);
  const byIssuer = '3009 a1048202 6162 820101'.replaceAll(' ', '');
  assert.equal(read(written('authorityKeyIdentifier', byIssuer)).authorityKeyIdentifier, undefined);
  refused('authorityKeyIdentifier', [
    ['3006820101800101', 'trailing-bytes'],
    ['3003a10100', 'truncated'],
    ['300482020001', 'integer-not-minimal'],
  ]);
});

test('a distribution point has one fullName (RFC 5280 §4.2.1.13)', () => {
  const extension = crlDistributionPoint('http://a/b');
  assert.equal(toHex(extension.value), `30123010a00ea00c860a${Buffer.from('http://a/b').toString('hex')}`);
  assert.equal(extension.critical, false);
  assert.throws(() => crlDistributionPoint('/b'), { field: 'uniformResourceIdentifier', problem: 'malformed' });
});

test('the other parts of distribution points are read past, and refused where malformed', () => {
  const point = '3013 3011 a006 a004 8602 613a 8102 0780 a203 820161'.replaceAll(' ', '');
  assert.deepEqual(read(written('cRLDistributionPoints', point)).crlDistributionPoints, ['a:']);
  const relative = '300f 300d a00b a109 3007 0603 550403 0c00'.replaceAll(' ', '');
  assert.deepEqual(read(written('cRLDistributionPoints', relative)).crlDistributionPoints, []);
  refused('cRLDistributionPoints', [
    ['3000', 'too-few'],
    ['30043002a000', 'trailing-bytes'].map((text) => text.replace('3002a000', '30020500')) as [string, string],
    ['30063004 81020700'.replace(' ', ''), 'named-bits-not-minimal'],
  ]);
});

test('authorityInfoAccess gives OCSP and issuer addresses (RFC 5280 §4.2.2.1)', () => {
  const both = reread(authorityInformationAccess({ caIssuers: 'http://a/i', ocsp: 'http://a/o' }));
  assert.deepEqual(both.authorityInformationAccess, { caIssuers: ['http://a/i'], ocsp: ['http://a/o'] });
  assert.throws(() => authorityInformationAccess({}), { problem: 'empty' });
  refused('authorityInfoAccess', [['3000', 'too-few']]);
});

test('an extension stands in a certificate once (RFC 5280 §4.2)', () => {
  const identifier = subjectKeyIdentifier(hex('aa'));
  assert.throws(() => encodeExtensions([identifier, identifier]), {
    field: 'subjectKeyIdentifier',
    problem: 'duplicate',
  });
  const twice = sequence(
    ...['0401aa', '0401bb'].map((value) => sequence(oidDer('subjectKeyIdentifier'), octetString(hex(value)))),
  );
  assert.throws(() => read(twice), { problem: 'duplicate', at: 14 });
});

test('Extensions is not empty (RFC 5280 §4.1.2.9)', () => {
  assert.throws(() => encodeExtensions([]), { field: 'extensions', problem: 'empty' });
  assert.throws(() => read(hex('3000')), { problem: 'too-few' });
});

test('what is not known is kept as it is, in its place', () => {
  const unknown: Extension = { id: '1.2.3.4', critical: true, value: hex('ff00') };
  const known = basicConstraints({ cA: true });
  assert.deepEqual(reread(unknown, known), { basicConstraints: { cA: true }, raw: [unknown, known] });
});

test('an Extension has its parts in order and nothing after them', () => {
  for (const [extension, problem] of [
    ['300a 0603551d0e 0403 0401aa 00', 'trailing-bytes'],
    ['300a 0603551d0e 010100 0400', 'default-encoded'],
    ['3009 0603551d0e 0402 0400 00', 'trailing-bytes'],
    ['3005 0603551d0e', 'missing-element'],
    ['3009 0400 0603551d0e 0500', 'unexpected-tag'],
  ] as const) {
    const bytes = hex(extension);
    const inner = sequence(bytes.subarray(2));
    assert.throws(() => read(sequence(inner)), { name: 'DecodingError', problem }, extension);
  }
});

const bytes = fc.uint8Array({ minLength: 1, maxLength: 32 });
const all = fc.tuple(
  fc.oneof(
    fc.constant({ cA: false }),
    fc.constant({ cA: true }),
    fc.nat(300).map((pathLenConstraint) => ({ cA: true, pathLenConstraint })),
  ),
  fc.subarray(
    ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyCertSign', 'cRLSign', 'decipherOnly'] as const,
    { minLength: 1 },
  ),
  fc.subarray(['serverAuth', 'clientAuth', 'OCSPSigning', 'anyExtendedKeyUsage'] as const, { minLength: 1 }),
  bytes,
  bytes,
  fc.array(generalNames, { minLength: 1, maxLength: 3 }),
  fc.boolean(),
  uris,
  uris,
);

test('extensions come back as they were written, byte for byte', () => {
  fc.assert(
    fc.property(all, ([constraints, usages, purposes, subjectKey, authorityKey, names, critical, crl, ocsp]) => {
      const extensions = [
        basicConstraints(constraints),
        keyUsage([...usages]),
        extendedKeyUsage([...purposes]),
        subjectKeyIdentifier(subjectKey),
        authorityKeyIdentifier(authorityKey),
        subjectAlternativeName(names, critical),
        crlDistributionPoint(crl),
        authorityInformationAccess({ ocsp }),
      ];
      const encoded = encodeExtensions(extensions);
      const decoded = read(encoded);
      assert.deepEqual(decoded, {
        basicConstraints: constraints,
        keyUsage: usages,
        extendedKeyUsages: purposes,
        subjectKeyIdentifier: subjectKey,
        authorityKeyIdentifier: authorityKey,
        subjectAlternativeNames: names,
        crlDistributionPoints: [crl],
        authorityInformationAccess: { caIssuers: [], ocsp: [ocsp] },
        raw: extensions,
      });
      assert.deepEqual(encodeExtensions(decoded.raw), encoded);
    }),
  );
  assert.equal(subjectAlternativeName([{ type: 'dNSName', value: 'a' }], true).id, oids.subjectAltName);
});

test('freshestCRL has the syntax of the distribution points and is not critical (RFC 5280 §4.2.1.15)', () => {
  const uri = 'http://a.example/delta.crl';
  assert.deepEqual(freshestCrl(uri), { id: '2.5.29.46', critical: false, value: crlDistributionPoint(uri).value });
  assert.deepEqual(readDistributionPoints(new DerReader(freshestCrl(uri).value)), [uri]);
});
