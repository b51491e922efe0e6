import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CustomProfile, customExtensions, wishesOf } from '../../src/pki/custom-profile.ts';
import { DerReader } from '../../src/pki/der-reader.ts';
import { parseExtendedKeyUsage } from '../../src/pki/extended-key-usages.ts';
import {
  basicConstraints,
  type Extension,
  encodeExtensions,
  extendedKeyUsage,
  keyUsage,
  readExtensions,
  subjectAlternativeName,
} from '../../src/pki/extensions.ts';
import { nameOf } from '../../src/pki/name.ts';
import { type OidName, oidName, oids } from '../../src/pki/oid.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { authorityExtensions, externalAuthorityExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { hex } from './hex.ts';
import { issue, newKeyPair } from './issuing.ts';
import { needsOpenssl, openssl, put } from './openssl.ts';

const { spki, keyIdentifier } = newKeyPair('ECC_256');
const issuerKeyIdentifier = hex('0102030405');
const subject = nameOf({ commonName: 'a' });
const plain: CustomProfile = { keyAlgorithm: 'ECC_256', spki, issuerKeyIdentifier, subject };
const names = [{ type: 'dNSName', value: 'a.example' }] as const;

const decode = (extensions: readonly Extension[]) => readExtensions(new DerReader(encodeExtensions(extensions)));
const custom = (wishes: Partial<CustomProfile>) => decode(customExtensions({ ...plain, ...wishes }));
const criticalOf = (wishes: Partial<CustomProfile>) =>
  custom(wishes).raw.flatMap(({ id, critical }) => (critical ? [oidName(id)] : []));

test('without wishes a certificate has the usage of its key, both identifiers and nothing else', () => {
  const { raw: _, ...decoded } = custom({});
  assert.deepEqual(decoded, {
    keyUsage: ['digitalSignature'],
    subjectKeyIdentifier: keyIdentifier,
    authorityKeyIdentifier: issuerKeyIdentifier,
  });
});

test('usages, purposes, names and addresses are those asked for', () => {
  const decoded = custom({
    keyAlgorithm: 'RSA_2048',
    keyUsage: { digitalSignature: true, contentCommitment: true },
    extendedKeyUsages: ['emailProtection', '1.2.3.4', 'clientAuth'],
    subjectAlternativeNames: names,
    addresses: { crl: 'http://a/crl' },
  });
  assert.deepEqual(decoded.keyUsage, ['digitalSignature', 'nonRepudiation']);
  assert.deepEqual(decoded.extendedKeyUsages, ['emailProtection', '1.2.3.4', 'clientAuth']);
  assert.deepEqual(decoded.subjectAlternativeNames, names);
  assert.deepEqual(decoded.crlDistributionPoints, ['http://a/crl']);
});

test('purposes go by name in any case, by `any` or by object identifier (RFC 5280 §4.2.1.12)', () => {
  for (const [text, purpose] of [
    ['serverAuth', 'serverAuth'],
    ['SERVERAUTH', 'serverAuth'],
    ['OCSPSigning', 'OCSPSigning'],
    ['any', 'anyExtendedKeyUsage'],
    ['anyExtendedKeyUsage', 'anyExtendedKeyUsage'],
    ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
    ['2.5.29.37.0', 'anyExtendedKeyUsage'],
    ['1.2.3', '1.2.3'],
    ['2.5.4.3', '2.5.4.3'],
  ] as const) {
    assert.equal(parseExtendedKeyUsage(text), purpose);
    assert.equal(custom({ extendedKeyUsages: [text] }).raw[1]?.id, oids.extKeyUsage);
  }
  for (const text of ['', 'ipsec', 'commonName', '1.2.', '__proto__']) {
    assert.equal(parseExtendedKeyUsage(text), undefined, text);
    assert.throws(() => custom({ extendedKeyUsages: [text] }), { field: 'extKeyUsage', problem: 'unknown-type' });
  }
  assert.deepEqual(custom({ extendedKeyUsages: ['any', '2.5.29.37.0', 'any'] }).extendedKeyUsages, [
    'anyExtendedKeyUsage',
  ]);
});

test('keyUsage is critical always, purposes where time stamping is the only one (RFC 3161 §2.3)', () => {
  assert.deepEqual(criticalOf({}), ['keyUsage']);
  assert.deepEqual(criticalOf({ extendedKeyUsages: ['serverAuth'] }), ['keyUsage']);
  assert.deepEqual(criticalOf({ extendedKeyUsages: ['timeStamping'] }), ['keyUsage', 'extKeyUsage']);
  assert.deepEqual(criticalOf({ extendedKeyUsages: ['timeStamping', 'codeSigning'] }), ['keyUsage']);
});

test('alternative names are critical where the subject is empty (RFC 5280 §4.2.1.6), and somebody is named (§4.1.2.6)', () => {
  assert.deepEqual(criticalOf({ subject: [], subjectAlternativeNames: names }), ['keyUsage', 'subjectAltName']);
  assert.deepEqual(criticalOf({ subjectAlternativeNames: names }), ['keyUsage']);
  assert.throws(() => custom({ subject: [] }), { field: 'subjectAltName', problem: 'empty' });
});

test('extensions are marked critical by name, in any case, or by object identifier', () => {
  const all = {
    extendedKeyUsages: ['serverAuth'],
    subjectAlternativeNames: names,
    addresses: { crl: 'http://a/crl', ocsp: 'http://a/ocsp' },
  };
  for (const [critical, name] of [
    ['ExtendedKeyUsage', 'extKeyUsage'],
    ['extKeyUsage', 'extKeyUsage'],
    ['2.5.29.37', 'extKeyUsage'],
    ['SubjectAlternativeName', 'subjectAltName'],
    ['SubjectAlternativeNames', 'subjectAltName'],
    ['subjectAltName', 'subjectAltName'],
    ['CRLDistributionPoints', 'cRLDistributionPoints'],
  ] satisfies [string, OidName][]) {
    assert.deepEqual(criticalOf({ ...all, criticals: [critical] }), ['keyUsage', name], critical);
  }
  for (const critical of ['KeyUsage', 'keyUsage', '2.5.29.15']) {
    assert.deepEqual(criticalOf({ ...all, criticals: [critical] }), ['keyUsage'], critical);
  }
});

test('identifiers of keys and addresses of the issuer are never critical (RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.2.1)', () => {
  for (const [critical, field] of [
    ['SubjectKeyIdentifier', 'subjectKeyIdentifier'],
    ['AuthorityKeyIdentifier', 'authorityKeyIdentifier'],
    ['AuthorityInfoAccess', 'authorityInfoAccess'],
    ['AuthorityInformationAccess', 'authorityInfoAccess'],
    ['2.5.29.35', 'authorityKeyIdentifier'],
  ] as const) {
    assert.throws(() => custom({ criticals: [critical] }), { name: 'EncodingError', field, problem: 'never-critical' });
  }
});

test('a critical extension that is not there is passed over, one that nobody knows refused', () => {
  assert.deepEqual(criticalOf({ criticals: ['BasicConstraints', 'SubjectAlternativeName'] }), ['keyUsage']);
  for (const critical of ['', 'CertificatePolicies', 'keyUsage ', '2.5.29.99', 'commonName']) {
    assert.throws(() => custom({ criticals: [critical] }), { field: 'criticals', problem: 'unknown-type' });
  }
});

test('up to 100 names and purposes (chosen)', () => {
  const many = (count: number) => ({
    extendedKeyUsages: Array<string>(count).fill('any'),
    subjectAlternativeNames: Array(count).fill(names[0]),
  });
  for (const count of [99, 100]) custom(many(count));
  assert.throws(() => custom({ ...many(1), ...{ subjectAlternativeNames: many(101).subjectAlternativeNames } }), {
    field: 'subjectAltName',
    problem: 'too-many',
  });
  assert.throws(() => custom({ extendedKeyUsages: many(101).extendedKeyUsages }), {
    field: 'extKeyUsage',
    problem: 'too-many',
  });
});

test('what a request wishes is granted, but for an authority’s rights and what its key cannot do', () => {
  const requested = decode([
    basicConstraints({ cA: true }),
    keyUsage(['digitalSignature', 'keyEncipherment', 'keyCertSign']),
    extendedKeyUsage(['clientAuth', '1.2.3']),
    subjectAlternativeName(names, true),
  ]);
  const decoded = custom(wishesOf(requested, 'ECC_256'));
  assert.equal(decoded.basicConstraints, undefined);
  assert.deepEqual(decoded.keyUsage, ['digitalSignature']);
  assert.deepEqual(decoded.extendedKeyUsages, ['clientAuth', '1.2.3']);
  assert.deepEqual(decoded.subjectAlternativeNames, names);
  assert.deepEqual(wishesOf({ raw: [] }, 'ECC_256'), {});
  assert.deepEqual(custom(wishesOf(decode([keyUsage(['keyCertSign'])]), 'ECC_256')).keyUsage, ['digitalSignature']);
});

test('an external authority signs certificates and CRLs, and has our identifiers and addresses', () => {
  const extensions = externalAuthorityExtensions({
    spki,
    issuerKeyIdentifier,
    pathLength: 0,
    extendedKeyUsages: ['serverAuth', '1.2.3'],
    addresses: { crl: 'http://a/crl' },
  });
  const { raw, ...decoded } = decode(extensions);
  assert.deepEqual(decoded, {
    basicConstraints: { cA: true, pathLenConstraint: 0 },
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsages: ['serverAuth', '1.2.3'],
    subjectKeyIdentifier: keyIdentifier,
    authorityKeyIdentifier: issuerKeyIdentifier,
    crlDistributionPoints: ['http://a/crl'],
  });
  const critical = raw.flatMap((extension) => (extension.critical ? [oidName(extension.id)] : []));
  assert.deepEqual(critical, ['basicConstraints', 'keyUsage']);
  const least = decode(externalAuthorityExtensions({ spki, issuerKeyIdentifier }));
  assert.deepEqual(least.basicConstraints, { cA: true });
  assert.equal(least.extendedKeyUsages, undefined);
});

test('a path length is a count (RFC 5280 §4.2.1.9)', () => {
  for (const pathLength of [-1, 0.5, Number.NaN]) {
    assert.throws(() => externalAuthorityExtensions({ spki, issuerKeyIdentifier, pathLength }), {
      field: 'pathLenConstraint',
      problem: 'out-of-range',
    });
  }
});

test('openssl verifies custom certificates below an external authority, each for its purpose', (t) => {
  if (!needsOpenssl(t)) return;
  const [root, external, rsa] = [newKeyPair('ECC_256'), newKeyPair('ECC_256'), newKeyPair('RSA_2048')];
  const [rootName, externalName] = [nameOf({ commonName: 'Root' }), nameOf({ commonName: 'External' })];
  const certificate = (file: string, order: Parameters<typeof issue>[0]) =>
    put(`custom-${file}.pem`, encodePem('CERTIFICATE', issue(order)));
  const rootPem = certificate('root', {
    issuer: { name: rootName, keys: root },
    subject: { name: rootName, spki: root.spki },
    serialNumber: '01' as SerialNumber,
    extensions: authorityExtensions({ spki: root.spki }),
  });
  const externalPem = certificate('external', {
    issuer: { name: rootName, keys: root },
    subject: { name: externalName, spki: external.spki },
    serialNumber: '02' as SerialNumber,
    extensions: externalAuthorityExtensions({
      spki: external.spki,
      issuerKeyIdentifier: root.keyIdentifier,
      pathLength: 0,
    }),
  });
  for (const [purpose, extendedKeyUsages, criticals] of [
    ['sslserver', ['serverAuth'], ['ExtendedKeyUsage']],
    ['sslclient', ['clientAuth', '1.2.3'], ['SubjectAlternativeName']],
    ['smimesign', ['emailProtection'], []],
    ['timestampsign', ['timeStamping'], []],
    ['any', ['any'], []],
    ['sslserver', [], ['KeyUsage']],
  ] as const) {
    const leaf = certificate('leaf', {
      issuer: { name: externalName, keys: external },
      subject: { name: subject, spki: rsa.spki },
      serialNumber: '03' as SerialNumber,
      extensions: customExtensions({
        keyAlgorithm: 'RSA_2048',
        spki: rsa.spki,
        issuerKeyIdentifier: external.keyIdentifier,
        subject,
        extendedKeyUsages,
        criticals,
        subjectAlternativeNames: names,
      }),
    });
    openssl('verify', '-x509_strict', '-purpose', purpose, '-CAfile', rootPem, '-untrusted', externalPem, leaf);
  }
});
