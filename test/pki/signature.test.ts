import assert from 'node:assert/strict';
import { constants, sign } from 'node:crypto';
import { test } from 'node:test';
import { type AlgorithmIdentifier, keyAlgorithms, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { constructed, integerOf, nullValue, objectIdentifier, sequence } from '../../src/pki/der-writer.ts';
import { type OidName, oidDer, oids } from '../../src/pki/oid.ts';
import { verifySignature } from '../../src/pki/signature.ts';
import { hex } from './hex.ts';
import { newKeyPair, signWith } from './issuing.ts';

const message = new TextEncoder().encode('what is signed');
const none = hex('');
const rsa = newKeyPair('RSA_2048');

test('what a key signs verifies under the name of its algorithm, and under no other', () => {
  for (const algorithm of keyAlgorithms) {
    const keys = newKeyPair(algorithm);
    const signature = signWith(keys, message);
    for (const name of ['sha256WithRSAEncryption', 'ecdsa-with-SHA256', 'ecdsa-with-SHA512', 'SM3WithSM2'] as const) {
      const expected = name === signatureAlgorithmOf(algorithm);
      assert.equal(verifySignature(message, signature, keys.spki, name), expected, `${algorithm} ${name}`);
    }
    assert.equal(verifySignature(hex('00'), signature, keys.spki, signatureAlgorithmOf(algorithm)), false);
    assert.equal(verifySignature(message, hex(''), keys.spki, signatureAlgorithmOf(algorithm)), false);
  }
});

test('bytes that are no public key verify nothing', () => {
  for (const spki of [none, hex('3000'), rsa.spki.subarray(0, -1)]) {
    assert.equal(verifySignature(message, signWith(rsa, message), spki, 'sha256WithRSAEncryption'), false);
  }
});

test('parameters are absent or NULL for RSA and SM2, absent for ECDSA, and nothing else', () => {
  for (const [algorithm, withNull] of [
    ['RSA_2048', true],
    ['ECC_256', false],
    ['SM2_256', true],
  ] as const) {
    const keys = newKeyPair(algorithm);
    const signature = signWith(keys, message);
    const verifies = (parameters: AlgorithmIdentifier['parameters']) =>
      verifySignature(message, signature, keys.spki, { id: oids[signatureAlgorithmOf(algorithm)], parameters });
    assert.deepEqual([verifies('absent'), verifies('null'), verifies(hex('3000'))], [true, withNull, false], algorithm);
  }
});

interface Pss {
  readonly digest?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly maskDigest?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly mask?: OidName;
  readonly salt?: number;
  readonly saltElement?: Uint8Array;
  readonly rest?: Uint8Array;
}

/** RSASSA-PSS-params with all but the trailer written. */
function pss({ digest = 'sha256', maskDigest = digest, mask = 'mgf1', salt = 32, saltElement, rest = none }: Pss = {}) {
  const digestDer = (name: OidName) => sequence(oidDer(name), nullValue);
  const parameters = sequence(
    constructed(0, digestDer(digest)),
    constructed(1, sequence(oidDer(mask), digestDer(maskDigest))),
    saltElement ?? constructed(2, integerOf(salt)),
    rest,
  );
  return { id: oids['RSASSA-PSS'], parameters };
}
const signPss = (digest: string, saltLength: number, keys = rsa) =>
  new Uint8Array(sign(digest, message, { key: keys.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }));

test('RSASSA-PSS verifies over SHA-256, SHA-384 and SHA-512 with the salt it names (RFC 4055 §3.1)', () => {
  for (const [digest, salt] of [
    ['sha256', 32],
    ['sha384', 48],
    ['sha512', 64],
    ['sha256', 0],
    ['sha256', 222],
  ] as const) {
    const signature = signPss(digest, salt);
    assert.ok(verifySignature(message, signature, rsa.spki, pss({ digest, salt })), `${digest} ${salt}`);
    assert.equal(verifySignature(message, signature, rsa.spki, pss({ digest, salt: salt + 1 })), false);
    assert.equal(verifySignature(message, signature, rsa.spki, 'sha256WithRSAEncryption'), false);
  }
  const absent = pss({ saltElement: none });
  assert.ok(verifySignature(message, signPss('sha256', 20), rsa.spki, absent), 'the default is 20');
});

test('RSASSA-PSS over SHA-1, with another mask, a salt beyond the key or parameters that are none is refused', () => {
  const refused = (algorithm: AlgorithmIdentifier, signature = signPss('sha256', 32)) =>
    assert.equal(verifySignature(message, signature, rsa.spki, algorithm), false);
  refused(pss({ digest: 'sha1', salt: 20 }), signPss('sha1', 20));
  refused(pss({ maskDigest: 'sha1' }));
  refused(pss({ mask: 'sha256' }));
  refused(pss({ rest: constructed(3, integerOf(1)) }));
  for (const salt of [223, 478, 479, 2 ** 40]) refused(pss({ salt }));
  refused({ id: oids['RSASSA-PSS'], parameters: 'absent' });
  refused({ id: oids['RSASSA-PSS'], parameters: 'null' });
  refused({ id: oids['RSASSA-PSS'], parameters: sequence() });
  refused({ id: oids['RSASSA-PSS'], parameters: sequence(objectIdentifier('1.2.3')) });
});

test('RSASSA-PSS does not fit keys of another family', () => {
  const keys = newKeyPair('ECC_256');
  assert.equal(verifySignature(message, signWith(keys, message), keys.spki, pss()), false);
});
