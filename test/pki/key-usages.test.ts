import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyAlgorithm, keyAlgorithms } from '../../src/pki/algorithm.ts';
import {
  defaultKeyUsages,
  fittingKeyUsages,
  type KeyUsageFlag,
  keyUsageFlags,
  keyUsagesOf,
} from '../../src/pki/key-usages.ts';

const one: Record<'RSA' | 'ECC' | 'SM2', KeyAlgorithm> = { RSA: 'RSA_2048', ECC: 'ECC_256', SM2: 'SM2_256' };
const set = (...flags: KeyUsageFlag[]) => Object.fromEntries(flags.map((flag) => [flag, true]));

test('each kind of key has the usages of its standard (RFC 3279 §2.3.1; RFC 5480 §3, RFC 8813 §3)', () => {
  const unfit: Record<keyof typeof one, readonly KeyUsageFlag[]> = {
    RSA: ['keyAgreement', 'encipherOnly', 'decipherOnly'],
    ECC: ['keyEncipherment', 'dataEncipherment'],
    SM2: [],
  };
  for (const family of ['RSA', 'ECC', 'SM2'] as const) {
    for (const flag of keyUsageFlags) {
      const flags = flag === 'encipherOnly' || flag === 'decipherOnly' ? set('keyAgreement', flag) : set(flag);
      if (!unfit[family].includes(flag))
        assert.equal(keyUsagesOf(flags, one[family]).includes(flag as never), flag !== 'contentCommitment');
      else
        assert.throws(() => keyUsagesOf(flags, one[family]), { name: 'EncodingError', problem: 'unfit-for-key' }, flag);
    }
  }
});

test('contentCommitment and nonRepudiation are one bit (RFC 5280 §4.2.1.3)', () => {
  for (const flags of [set('contentCommitment'), set('nonRepudiation'), set('contentCommitment', 'nonRepudiation')]) {
    assert.deepEqual(keyUsagesOf(flags, 'RSA_2048'), ['nonRepudiation']);
  }
});

test('encipherOnly and decipherOnly mean nothing without keyAgreement (RFC 5280 §4.2.1.3)', () => {
  for (const flag of ['encipherOnly', 'decipherOnly'] as const) {
    for (const flags of [set(flag), { ...set(flag), keyAgreement: false }, set(flag, 'digitalSignature')]) {
      assert.throws(() => keyUsagesOf(flags, 'ECC_256'), { field: flag, problem: 'needs-key-agreement' });
    }
    assert.deepEqual(keyUsagesOf(set(flag, 'keyAgreement'), 'ECC_256'), ['keyAgreement', flag]);
  }
});

test('a flag that is false asks for nothing', () => {
  assert.deepEqual(keyUsagesOf({ digitalSignature: false, keyAgreement: false }, 'RSA_2048'), []);
});

test('a key signs; an RSA key is encrypted to as well, unless it is for signing only', () => {
  for (const algorithm of keyAlgorithms) {
    const expected = algorithm.startsWith('RSA') ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'];
    assert.deepEqual(defaultKeyUsages(algorithm), expected);
    for (const purpose of ['serverAuth', 'emailProtection', 'anyExtendedKeyUsage', '1.2.3']) {
      assert.deepEqual(defaultKeyUsages(algorithm, [purpose]), expected);
    }
    assert.deepEqual(defaultKeyUsages(algorithm, ['serverAuth', 'clientAuth']), expected);
    for (const purpose of ['clientAuth', 'codeSigning', 'timeStamping', 'OCSPSigning']) {
      assert.deepEqual(defaultKeyUsages(algorithm, [purpose]), ['digitalSignature']);
      assert.deepEqual(defaultKeyUsages(algorithm, [purpose, '1.2.3']), ['digitalSignature']);
    }
  }
});

test('of a request’s wishes, what is an authority’s or unfit for the key is left out', () => {
  const wishes = ['digitalSignature', 'keyEncipherment', 'keyCertSign', 'cRLSign', 'encipherOnly'] as const;
  assert.deepEqual(fittingKeyUsages(wishes, 'RSA_2048'), set('digitalSignature', 'keyEncipherment'));
  assert.deepEqual(fittingKeyUsages(wishes, 'ECC_256'), set('digitalSignature'));
  assert.deepEqual(fittingKeyUsages(['keyAgreement', 'encipherOnly'], 'ECC_256'), set('keyAgreement', 'encipherOnly'));
  assert.deepEqual(fittingKeyUsages(['keyCertSign'], 'ECC_256'), {});
});
