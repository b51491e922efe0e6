import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DerReader } from '../../src/pki/der-reader.ts';
import { type Extension, encodeExtensions, readExtensions } from '../../src/pki/extensions.ts';
import { nameOf } from '../../src/pki/name.ts';
import { oids } from '../../src/pki/oid.ts';
import { authorityExtensions, type EndEntityProfile, endEntityExtensions } from '../../src/pki/profiles.ts';
import { hex } from './hex.ts';
import { newKeyPair } from './issuing.ts';

const { spki, keyIdentifier } = newKeyPair('ECC_256');
const issuerKeyIdentifier = hex('0102030405');
const client: EndEntityProfile = {
  kind: 'client',
  keyAlgorithm: 'ECC_256',
  spki,
  issuerKeyIdentifier,
  subject: nameOf({ commonName: 'a' }),
};

const decode = (extensions: readonly Extension[]) => readExtensions(new DerReader(encodeExtensions(extensions)));
const criticalOf = (extensions: readonly Extension[]) =>
  extensions.filter((extension) => extension.critical).map((extension) => extension.id);

test('an authority signs certificates, CRLs and OCSP answers, and says so critically (RFC 5280 §4.2.1.3, §4.2.1.9)', () => {
  const extensions = authorityExtensions({ spki, issuerKeyIdentifier, pathLength: 0 });
  const { raw: _, ...decoded } = decode(extensions);
  assert.deepEqual(decoded, {
    basicConstraints: { cA: true, pathLenConstraint: 0 },
    keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
    subjectKeyIdentifier: keyIdentifier,
    authorityKeyIdentifier: issuerKeyIdentifier,
  });
  assert.deepEqual(criticalOf(extensions), [oids.basicConstraints, oids.keyUsage]);
});

test('a root names its own key as that of its authority, and no limit unless given (RFC 5280 §4.2.1.1)', () => {
  const decoded = decode(authorityExtensions({ spki }));
  assert.deepEqual(decoded.authorityKeyIdentifier, keyIdentifier);
  assert.deepEqual(decoded.basicConstraints, { cA: true });
});

test('a subordinate may be limited to purposes', () => {
  const decoded = decode(
    authorityExtensions({ spki, issuerKeyIdentifier, extendedKeyUsages: ['clientAuth', 'serverAuth'] }),
  );
  assert.deepEqual(decoded.extendedKeyUsages, ['clientAuth', 'serverAuth']);
});

test('clients and servers have the purpose of their kind and the usages of their key', () => {
  const usages = (profile: Partial<EndEntityProfile>) => {
    const { keyUsage, extendedKeyUsages } = decode(endEntityExtensions({ ...client, ...profile }));
    return [keyUsage, extendedKeyUsages];
  };
  assert.deepEqual(usages({}), [['digitalSignature'], ['clientAuth']]);
  assert.deepEqual(usages({ kind: 'server', keyAlgorithm: 'ECC_384' }), [['digitalSignature'], ['serverAuth']]);
  for (const keyAlgorithm of ['RSA_1024', 'RSA_2048', 'RSA_4096'] as const) {
    const server = usages({ kind: 'server', keyAlgorithm });
    assert.deepEqual(server, [['digitalSignature', 'keyEncipherment'], ['serverAuth']]);
  }
});

test('a client’s key signs and is not encrypted to, RSA or not: clientAuth allows no keyEncipherment (RFC 5280 §4.2.1.12)', () => {
  for (const keyAlgorithm of ['RSA_1024', 'RSA_2048', 'RSA_4096'] as const) {
    const decoded = decode(endEntityExtensions({ ...client, keyAlgorithm }));
    assert.deepEqual(decoded.keyUsage, ['digitalSignature']);
  }
});

test('an end entity has no basicConstraints and names both keys', () => {
  const decoded = decode(endEntityExtensions(client));
  assert.equal(decoded.basicConstraints, undefined);
  assert.deepEqual(decoded.subjectKeyIdentifier, keyIdentifier);
  assert.deepEqual(decoded.authorityKeyIdentifier, issuerKeyIdentifier);
  assert.equal(decoded.subjectAlternativeNames, undefined);
});

test('alternative names are critical exactly where the subject is empty (RFC 5280 §4.2.1.6)', () => {
  const subjectAlternativeNames = [{ type: 'dNSName', value: 'a.example' }] as const;
  const named = endEntityExtensions({ ...client, subjectAlternativeNames });
  const nameless = endEntityExtensions({ ...client, subject: [], subjectAlternativeNames });
  assert.deepEqual(decode(named).subjectAlternativeNames, subjectAlternativeNames);
  assert.deepEqual(criticalOf(named), [oids.keyUsage]);
  assert.deepEqual(criticalOf(nameless), [oids.keyUsage, oids.subjectAltName]);
});

test('somebody is named (RFC 5280 §4.1.2.6)', () => {
  for (const subjectAlternativeNames of [undefined, []]) {
    const profile = { ...client, subject: [], ...(subjectAlternativeNames && { subjectAlternativeNames }) };
    assert.throws(() => endEntityExtensions(profile), { field: 'subjectAltName', problem: 'empty' });
  }
});

test('addresses are written where asked for', () => {
  const addressesOf = (profile: Pick<EndEntityProfile, 'addresses'>) => {
    const { crlDistributionPoints, authorityInformationAccess } = decode(
      endEntityExtensions({ ...client, ...profile }),
    );
    return [crlDistributionPoints, authorityInformationAccess];
  };
  const [crl, issuer, ocsp] = ['http://a/crl', 'http://a/issuer', 'http://a/ocsp'] as const;
  assert.deepEqual(addressesOf({}), [undefined, undefined]);
  assert.deepEqual(addressesOf({ addresses: {} }), [undefined, undefined]);
  assert.deepEqual(addressesOf({ addresses: { crl } }), [[crl], undefined]);
  assert.deepEqual(addressesOf({ addresses: { ocsp } }), [undefined, { caIssuers: [], ocsp: [ocsp] }]);
  assert.deepEqual(addressesOf({ addresses: { issuer } }), [undefined, { caIssuers: [issuer], ocsp: [] }]);
  assert.deepEqual(addressesOf({ addresses: { crl, issuer, ocsp } }), [[crl], { caIssuers: [issuer], ocsp: [ocsp] }]);
  const authority = decode(authorityExtensions({ spki, addresses: { crl, issuer, ocsp } }));
  assert.deepEqual(authority.crlDistributionPoints, [crl]);
});
