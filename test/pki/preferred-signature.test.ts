import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlgorithmIdentifier, keyAlgorithms, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { type OidName, oidDer, oids } from '../../src/pki/oid.ts';
import { preferredSignatureAlgorithm } from '../../src/pki/preferred-signature.ts';

const signature = (name: OidName, parameters: AlgorithmIdentifier['parameters'] = 'absent') => ({
  id: oids[name],
  parameters,
});
const prefers = (name: OidName, publicKey?: AlgorithmIdentifier) => ({ signature: signature(name), publicKey });
const onCurve = (name: OidName) => ({ id: oids.ecPublicKey, parameters: oidDer(name) });

test('without a wish, and with none that the key can fulfil, it is the key’s usual one (RFC 6960 §4.4.7.2)', () => {
  for (const algorithm of keyAlgorithms) {
    assert.equal(preferredSignatureAlgorithm([], algorithm), signatureAlgorithmOf(algorithm));
    const others = [
      prefers('RSASSA-PSS'),
      prefers('sha1'),
      prefers(algorithm.startsWith('RSA') ? 'ecdsa-with-SHA384' : 'sha384WithRSAEncryption'),
    ];
    assert.equal(preferredSignatureAlgorithm(others, algorithm), signatureAlgorithmOf(algorithm));
  }
});

test('it is the first wish that the key can fulfil (RFC 6960 §4.4.7.1)', () => {
  const wishes = [
    prefers('SM3WithSM2'),
    prefers('ecdsa-with-SHA384'),
    prefers('sha512WithRSAEncryption'),
    prefers('sha384WithRSAEncryption'),
    prefers('ecdsa-with-SHA512'),
  ];
  assert.equal(preferredSignatureAlgorithm(wishes, 'ECC_256'), 'ecdsa-with-SHA384');
  assert.equal(preferredSignatureAlgorithm(wishes, 'RSA_2048'), 'sha512WithRSAEncryption');
  assert.equal(preferredSignatureAlgorithm(wishes, 'SM2_256'), 'SM3WithSM2');
});

test('a wish that names the responder’s key is for that kind of key only', () => {
  const any = { id: oids.ecPublicKey, parameters: 'absent' } as const;
  const rsa = { id: oids.rsaEncryption, parameters: 'null' } as const;
  for (const [publicKey, given] of [
    [onCurve('prime256v1'), 'ecdsa-with-SHA512'],
    [any, 'ecdsa-with-SHA512'],
    [onCurve('secp384r1'), 'ecdsa-with-SHA256'],
    [rsa, 'ecdsa-with-SHA256'],
  ] as const) {
    assert.equal(preferredSignatureAlgorithm([prefers('ecdsa-with-SHA512', publicKey)], 'ECC_256'), given);
  }
  assert.equal(
    preferredSignatureAlgorithm([prefers('sha384WithRSAEncryption', rsa)], 'RSA_4096'),
    'sha384WithRSAEncryption',
  );
  assert.equal(
    preferredSignatureAlgorithm([prefers('sha384WithRSAEncryption', any)], 'RSA_4096'),
    'sha256WithRSAEncryption',
  );
});

test('parameters of RSA may be NULL or left out (RFC 4055 §5); others mean something that is not known here', () => {
  for (const [parameters, given] of [
    ['null', 'sha512WithRSAEncryption'],
    ['absent', 'sha512WithRSAEncryption'],
    [Uint8Array.of(0x30, 0), 'sha256WithRSAEncryption'],
  ] as const) {
    const wish = { signature: signature('sha512WithRSAEncryption', parameters), publicKey: undefined };
    assert.equal(preferredSignatureAlgorithm([wish], 'RSA_2048'), given);
  }
});
