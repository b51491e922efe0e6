import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { FileSigner } from '../../src/drivers/file-signer.ts';
import { SealBroken, Sealer } from '../../src/drivers/sealer.ts';
import { type KeyAlgorithm, keyAlgorithmOf, keyAlgorithms, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { verifySignature } from '../../src/pki/signature.ts';
import type { Identifier } from '../../src/registry/model.ts';

const signer = new FileSigner(new Sealer(randomBytes(32), randomBytes));
const message = new TextEncoder().encode('what is signed');
const identifier = (digit: number) => String(digit).repeat(32) as Identifier;

async function keyOf(algorithm: KeyAlgorithm, name = identifier(1)) {
  const { publicKey, sealed } = await signer.generate(name, algorithm);
  return { identifier: name, algorithm, sealed, publicKey };
}

test('a key of each algorithm is made, kept sealed, and signs what its algorithm names', async () => {
  for (const algorithm of [...keyAlgorithms, 'RSA_3072'] as const) {
    const key = await keyOf(algorithm);
    assert.equal(keyAlgorithmOf(key.publicKey), algorithm);
    for (const opened of ['first', 'again'] as const) {
      const signature = await signer.sign(key, message);
      const verifies = verifySignature(message, signature, key.publicKey, signatureAlgorithmOf(algorithm));
      assert.ok(verifies, `${algorithm}, opened ${opened}`);
    }
  }
});

test('a key is asked to sign as what it is', async () => {
  const key = await keyOf('ECC_256');
  for (const algorithm of ['SM2_256', 'ECC_384', 'RSA_2048'] as const) {
    await assert.rejects(signer.sign({ ...key, algorithm }, message), TypeError);
  }
  await signer.sign(key, message);
});

test('a key opens for its own certificate, and unaltered', async () => {
  const key = await keyOf('SM2_256');
  await assert.rejects(signer.sign({ ...key, identifier: identifier(2) }, message), SealBroken);
  const altered = key.sealed.with(20, (key.sealed[20] ?? 0) ^ 1);
  await assert.rejects(signer.sign({ ...key, sealed: altered }, message), SealBroken);
});

test('a nonce of SM2 comes from the source that was given', async () => {
  let asked = 0;
  const counting = (length: number) => {
    asked++;
    return randomBytes(length);
  };
  const own = new FileSigner(new Sealer(new Uint8Array(32).fill(7), randomBytes), counting);
  const { sealed } = await own.generate(identifier(1), 'SM2_256');
  await own.sign({ identifier: identifier(1), algorithm: 'SM2_256', sealed }, message);
  assert.ok(asked >= 2);
});
