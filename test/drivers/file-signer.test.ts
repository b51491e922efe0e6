import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { bytesToHex } from '../../src/base/bytes.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { SealBroken } from '../../src/base/sealing.ts';
import { FileSigner } from '../../src/drivers/file-signer.ts';
import { Sealer } from '../../src/drivers/sealer.ts';
import {
  familyOf,
  type KeyAlgorithm,
  keyAlgorithmOf,
  keyAlgorithms,
  signatureAlgorithmOf,
  signatureAlgorithmsOf,
} from '../../src/pki/algorithm.ts';
import { decodePem } from '../../src/pki/pem.ts';
import { verifySignature } from '../../src/pki/signature.ts';
import type { Identifier } from '../../src/registry/model.ts';
import { needsOpenssl, openssl, put } from '../pki/openssl.ts';

const account = '1000000000000001' as AccountId;

const signer = new FileSigner(new Sealer(randomBytes(32), randomBytes));
const message = new TextEncoder().encode('what is signed');
const identifier = (digit: number) => String(digit).repeat(32) as Identifier;

async function keyOf(algorithm: KeyAlgorithm, name = identifier(1)) {
  const { publicKey, sealed } = await signer.generate(name, algorithm, account);
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

test('a key signs with every algorithm of its family when asked to, and with no other', async () => {
  for (const algorithm of ['RSA_2048', 'ECC_256', 'ECC_384', 'ECC_512', 'SM2_256'] as const) {
    const key = await keyOf(algorithm);
    for (const wanted of signatureAlgorithmsOf(familyOf(algorithm))) {
      const signature = await signer.sign(key, message, wanted);
      assert.ok(verifySignature(message, signature, key.publicKey, wanted), `${algorithm}, ${wanted}`);
    }
    const foreign = algorithm === 'RSA_2048' ? 'ecdsa-with-SHA256' : 'sha256WithRSAEncryption';
    await assert.rejects(async () => signer.sign(key, message, foreign), TypeError);
  }
});

test('a key is asked to sign as what it is', async () => {
  const key = await keyOf('ECC_256');
  for (const algorithm of ['SM2_256', 'ECC_384', 'RSA_2048'] as const) {
    await assert.rejects(async () => signer.sign({ ...key, algorithm }, message), TypeError);
  }
  await signer.sign(key, message);
});

test('a key opens for its own certificate, and unaltered', async () => {
  const key = await keyOf('SM2_256');
  await assert.rejects(async () => signer.sign({ ...key, identifier: identifier(2) }, message), SealBroken);
  const altered = key.sealed.with(20, (key.sealed[20] ?? 0) ^ 1);
  await assert.rejects(async () => signer.sign({ ...key, sealed: altered }, message), SealBroken);
});

test('a nonce of SM2 comes from the source that was given', async () => {
  let asked = 0;
  const counting = (length: number) => {
    asked++;
    return randomBytes(length);
  };
  const own = new FileSigner(new Sealer(new Uint8Array(32).fill(7), randomBytes), counting);
  const { sealed } = await own.generate(identifier(1), 'SM2_256', account);
  await own.sign({ identifier: identifier(1), algorithm: 'SM2_256', sealed }, message);
  assert.ok(asked >= 2);
});

const passphrase = 'Demo.WS3+ed-_#,';
const openWithOpenssl = (key: string, ...more: string[]) =>
  openssl('pkey', '-in', put('exported.pem', key), '-passin', `pass:${passphrase}`, ...more);

test('a key of each algorithm is exported as openssl opens it under the pass phrase, and under no other', async (t) => {
  if (!needsOpenssl(t)) return;
  for (const algorithm of keyAlgorithms) {
    const key = await keyOf(algorithm);
    const exported = await signer.exportEncrypted(key, passphrase);
    assert.match(exported, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    assert.deepEqual(
      decodePem(openWithOpenssl(exported, '-pubout'), 'PUBLIC KEY'),
      new Uint8Array(key.publicKey),
      algorithm,
    );
    assert.throws(() => openssl('pkey', '-in', put('exported.pem', exported), '-passin', 'pass:another'));
  }
});

test('openssl rsa and openssl ec open it too, as the vendor’s users are told', async (t) => {
  if (!needsOpenssl(t)) return;
  for (const [program, algorithm] of [
    ['rsa', 'RSA_2048'],
    ['ec', 'ECC_256'],
  ] as const) {
    const file = put('exported.pem', await signer.exportEncrypted(await keyOf(algorithm), passphrase));
    openssl(program, '-in', file, '-passin', `pass:${passphrase}`, '-noout', '-check');
  }
});

test('a key is exported as the platform opens it: PBES2 with AES-256-CBC and PBKDF2 over HMAC-SHA-256 (RFC 8018)', async () => {
  const key = await keyOf('ECC_384');
  const exported = await signer.exportEncrypted(key, passphrase);
  const opened = createPrivateKey({ key: exported, passphrase });
  assert.deepEqual(
    new Uint8Array(createPublicKey(opened).export({ type: 'spki', format: 'der' })),
    new Uint8Array(key.publicKey),
  );
  const der = bytesToHex(decodePem(exported, 'ENCRYPTED PRIVATE KEY'));
  for (const id of ['2a864886f70d01050d', '2a864886f70d01050c', '2a864886f70d0209', '60864801650304012a']) {
    assert.ok(der.includes(id), id);
  }
  assert.ok(der.includes('02030927c0'), '600,000 rounds');
});

test('each export has a salt of its own, and a pass phrase', async () => {
  const key = await keyOf('ECC_256');
  const [one, other] = await Promise.all([
    signer.exportEncrypted(key, passphrase),
    signer.exportEncrypted(key, passphrase),
  ]);
  assert.notEqual(one, other);
  await assert.rejects(signer.exportEncrypted(key, ''), { name: 'EncodingError', problem: 'empty' });
});

test('a key is exported for its own certificate, and as what it is', async () => {
  const key = await keyOf('ECC_256');
  await assert.rejects(signer.exportEncrypted({ ...key, identifier: identifier(2) }, passphrase), SealBroken);
  await assert.rejects(signer.exportEncrypted({ ...key, algorithm: 'SM2_256' }, passphrase), TypeError);
});

test('what was opened is erased after export and signing, also where they fail', async () => {
  const opened: Uint8Array[] = [];
  class WatchedSealer extends Sealer {
    override open(identity: string, sealed: Uint8Array): Uint8Array {
      const plain = super.open(identity, sealed);
      opened.push(plain);
      return plain;
    }
  }
  const own = new FileSigner(new WatchedSealer(new Uint8Array(32).fill(7), randomBytes));
  const { sealed } = await own.generate(identifier(1), 'SM2_256', account);
  const key = { identifier: identifier(1), algorithm: 'SM2_256', sealed } as const;
  await own.sign(key, message);
  await own.exportEncrypted(key, passphrase);
  await assert.rejects(own.exportEncrypted(key, ''));
  await assert.rejects(own.exportEncrypted({ ...key, algorithm: 'ECC_256' }, passphrase));
  assert.equal(opened.length, 4);
  for (const plain of opened) assert.ok(plain.every((octet) => octet === 0));
});
