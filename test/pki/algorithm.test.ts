import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import {
  familyOf,
  type KeyAlgorithm,
  keyAlgorithmOf,
  keyAlgorithms,
  keySizeOf,
  type SignatureAlgorithm,
  signatureAlgorithmIdentifier,
  signatureAlgorithmOf,
  subjectPublicKeyOf,
} from '../../src/pki/algorithm.ts';
import { bitString, integer, nullValue, sequence } from '../../src/pki/der-writer.ts';
import { oidDer } from '../../src/pki/oid.ts';
import { hex, toHex } from './hex.ts';

const spkiOf = (key: KeyObject) => new Uint8Array(key.export({ type: 'spki', format: 'der' }));

/** A key that nobody generated: recognising one takes no primes. */
function rsaSpki({ modulus, exponent = '010001', parameters = nullValue }: RsaParts): Uint8Array {
  const key = sequence(integer(hex(modulus)), integer(hex(exponent)));
  return sequence(sequence(oidDer('rsaEncryption'), parameters), bitString(key));
}
interface RsaParts {
  readonly modulus: string;
  readonly exponent?: string;
  readonly parameters?: Uint8Array;
}
const modulusOf = (bits: number) => `00${'c5'.repeat(bits / 8)}`;

test('each algorithm has a family, a size and the signature of its family', () => {
  const table = keyAlgorithms.map((name) => [name, familyOf(name), keySizeOf(name), signatureAlgorithmOf(name)]);
  assert.deepEqual(table, [
    ['RSA_1024', 'RSA', 1024, 'sha256WithRSAEncryption'],
    ['RSA_2048', 'RSA', 2048, 'sha256WithRSAEncryption'],
    ['RSA_4096', 'RSA', 4096, 'sha256WithRSAEncryption'],
    ['ECC_256', 'ECC', 256, 'ecdsa-with-SHA256'],
    ['ECC_384', 'ECC', 384, 'ecdsa-with-SHA256'],
    ['ECC_512', 'ECC', 512, 'ecdsa-with-SHA512'],
    ['SM2_256', 'SM2', 256, 'SM3WithSM2'],
  ]);
  assert.deepEqual([familyOf('RSA_3072'), keySizeOf('RSA_3072')], ['RSA', 3072]);
});

test('RSA signatures have NULL parameters (RFC 4055 §5), those of ECDSA (RFC 5758 §3.2) and SM2 are absent', () => {
  const der = (name: SignatureAlgorithm) => toHex(signatureAlgorithmIdentifier(name));
  assert.equal(der('sha256WithRSAEncryption'), '300d06092a864886f70d01010b0500');
  assert.equal(der('sha384WithRSAEncryption'), '300d06092a864886f70d01010c0500');
  assert.equal(der('sha512WithRSAEncryption'), '300d06092a864886f70d01010d0500');
  assert.equal(der('ecdsa-with-SHA256'), '300a06082a8648ce3d040302');
  assert.equal(der('ecdsa-with-SHA384'), '300a06082a8648ce3d040303');
  assert.equal(der('ecdsa-with-SHA512'), '300a06082a8648ce3d040304');
  assert.equal(der('SM3WithSM2'), '300a06082a811ccf55018375');
});

test('keys are recognised as node:crypto writes them', () => {
  const expected: [KeyAlgorithm, KeyObject][] = [
    ['RSA_1024', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey],
    ['ECC_256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey],
    ['ECC_384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey],
    ['ECC_512', generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey],
    ['SM2_256', generateKeyPairSync('ec', { namedCurve: 'SM2' }).publicKey],
  ];
  for (const [algorithm, key] of expected) {
    assert.equal(keyAlgorithmOf(spkiOf(key)), algorithm);
    assert.deepEqual(subjectPublicKeyOf(spkiOf(key)), spkiOf(key).subarray(-subjectPublicKeyOf(spkiOf(key)).length));
  }
});

test('RSA keys are recognised at their very size; 3072 bits too, which requests bring and nobody can order', () => {
  for (const [bits, algorithm] of [
    [1016, undefined],
    [1024, 'RSA_1024'],
    [1032, undefined],
    [2048, 'RSA_2048'],
    [3064, undefined],
    [3072, 'RSA_3072'],
    [3080, undefined],
    [4096, 'RSA_4096'],
    [8192, undefined],
  ] as const) {
    assert.equal(keyAlgorithmOf(rsaSpki({ modulus: modulusOf(bits) })), algorithm, String(bits));
  }
  assert.equal(keyAlgorithmOf(rsaSpki({ modulus: `7f${'c5'.repeat(127)}` })), undefined, '1023 bits');
  assert.equal(keyAlgorithmOf(rsaSpki({ modulus: `01${'c5'.repeat(128)}` })), undefined, '1025 bits');
});

test('an even modulus, and exponents that are even, below 65537 (FIPS 186-5 §5.1) or above 64 bits, are no keys of ours', () => {
  const modulus = modulusOf(2048);
  const exponents = ['00', '01', '03', '00ffff', '010000', '010002', `01${'00'.repeat(7)}01`];
  for (const exponent of exponents) assert.equal(keyAlgorithmOf(rsaSpki({ modulus, exponent })), undefined, exponent);
  for (const exponent of ['010001', '010003', `00ff${'ff'.repeat(7)}`]) {
    assert.equal(keyAlgorithmOf(rsaSpki({ modulus, exponent })), 'RSA_2048', exponent);
  }
  assert.equal(keyAlgorithmOf(rsaSpki({ modulus: `${modulusOf(2040)}c4` })), undefined);
});

test('the parameters of an RSA key are NULL (RFC 3279 §2.3.1)', () => {
  assert.equal(keyAlgorithmOf(rsaSpki({ modulus: modulusOf(2048), parameters: hex('') })), undefined);
  assert.equal(keyAlgorithmOf(rsaSpki({ modulus: modulusOf(2048), parameters: hex('3000') })), undefined);
});

test('other curves, other algorithms and compressed points are no keys of ours', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const others = [
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
    generateKeyPairSync('ec', { namedCurve: 'brainpoolP512r1' }).publicKey,
    generateKeyPairSync('ed25519').publicKey,
    generateKeyPairSync('ed448').publicKey,
  ];
  for (const key of others) assert.equal(keyAlgorithmOf(spkiOf(key)), undefined, String(key.asymmetricKeyType));
  const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const compressed = sequence(sequence(oidDer('ecPublicKey'), oidDer('prime256v1')), bitString(hex(`02${toHex(x)}`)));
  assert.equal(createPublicKey({ key: Buffer.from(compressed), format: 'der', type: 'spki' }).asymmetricKeyType, 'ec');
  assert.equal(keyAlgorithmOf(compressed), undefined);
});

test('a point that is not on its curve is no key of ours', () => {
  for (const namedCurve of ['P-256', 'P-384', 'P-521', 'SM2']) {
    const spki = spkiOf(generateKeyPairSync('ec', { namedCurve }).publicKey);
    spki.set([(spki.at(-1) ?? 0) ^ 1], spki.length - 1);
    assert.equal(keyAlgorithmOf(spki), undefined, namedCurve);
  }
});

test('bytes that are no SubjectPublicKeyInfo end in a DecodingError', () => {
  const good = rsaSpki({ modulus: modulusOf(1024) });
  const wrong = [hex(''), hex('3000'), good.subarray(0, -1), hex(`${toHex(good)}00`), rsaSpki({ modulus: '80' })];
  for (const spki of wrong) assert.throws(() => keyAlgorithmOf(spki), { name: 'DecodingError' });
});
