// DescribeCertificatePrivateKey: keys made here, for their owners, encrypted anew each time, and never in the log.

import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { keyAlgorithmOf } from '../../src/pki/algorithm.ts';
import { needsOpenssl, openssl, put } from '../pki/openssl-cli.ts';
import { assertRefused } from './refused.ts';
import { certificateIn } from './requests.ts';
import { type Service, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, ok, revoke } from './small-pki.ts';

const action = 'DescribeCertificatePrivateKey';
const passphrase = '!Demo@WS3ed';
const post = { method: 'POST' } as const;

test('a private key belongs to the certificate, opens with the pass phrase alone, and is encrypted anew each time', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const parameters = { ParentIdentifier: issuing, CommonName: 'x', Days: '1', Immediately: '1' };
  for (const issued of [
    await ok(url, 'CreateClientCertificate', { ...parameters, Algorithm: 'ECC_384' }),
    await ok(url, 'CreateServerCertificate', { ...parameters, CommonName: 'x.example', Algorithm: 'ECC_256' }),
  ]) {
    const asked = { Identifier: String(issued['Identifier']), EncryptedCode: passphrase };
    const [one = '', two = ''] = [
      String((await ok(url, action, { ...asked, ResourceGroupId: 'any' }, post))['EncryptedData']),
      String((await ok(url, action, asked))['EncryptedData']),
    ];
    assert.match(one, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    assert.notEqual(one, two);
    assert.throws(() => createPrivateKey({ key: one, passphrase: `${passphrase}x` }));
    for (const key of [one, two]) {
      const publicKey = createPublicKey(createPrivateKey({ key, passphrase }));
      const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
      assert.deepEqual(spki, new Uint8Array(certificateIn(issued).spki));
    }
  }
});

test('openssl opens keys of every algorithm', async (t) => {
  if (!needsOpenssl(t)) return;
  const { url } = await startWithin(t, { CERTITUDE_ALLOW_RSA_1024: '1' });
  for (const [family, algorithms] of [
    ['ECC_256', ['ECC_256', 'ECC_384', 'ECC_512']],
    ['RSA_2048', ['RSA_1024', 'RSA_2048', 'RSA_4096']],
    ['SM2_256', ['SM2_256']],
  ] as const) {
    const { issuing } = await makeAuthorities(url, {}, family);
    for (const Algorithm of algorithms) {
      const { identifier: Identifier } = await issueClient(url, issuing, { Algorithm });
      const { EncryptedData } = await ok(url, action, { Identifier, EncryptedCode: passphrase }, post);
      const file = put('encrypted.pem', String(EncryptedData));
      const opened = openssl('pkey', '-in', file, '-passin', `pass:${passphrase}`, '-pubout', '-outform', 'PEM');
      const spki = createPublicKey(opened).export({ type: 'spki', format: 'der' });
      assert.equal(keyAlgorithmOf(new Uint8Array(spki)), Algorithm);
    }
  }
});

test('a pass phrase has 1 to 32 letters, digits and , . + - _ # ! @', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const { identifier: Identifier } = await issueClient(url, issuing);
  for (const EncryptedCode of ['a', 'a'.repeat(32), ',.+-_#!@']) {
    const { EncryptedData } = await ok(url, action, { Identifier, EncryptedCode });
    createPrivateKey({ key: String(EncryptedData), passphrase: EncryptedCode });
  }
  for (const EncryptedCode of ['', 'a'.repeat(33), 'a b', 'ä', 'a\n', 'a$', 'a\u0000']) {
    assertRefused(await call(url, action, { Identifier, EncryptedCode }), 400, 'InvalidEncryptedCode', /1 to 32/);
  }
  assertRefused(await call(url, action, { Identifier }), 400, 'MissingEncryptedCode');
  assertRefused(await call(url, action, { EncryptedCode: 'a' }), 400, 'MissingIdentifier');
});

test('the keys of CAs are not given out, nor those of deleted certificates; of revoked ones they are', async (t) => {
  const { url } = await startWithin(t);
  const { root, issuing } = await makeAuthorities(url);
  const ask = (Identifier: string) => call(url, action, { Identifier, EncryptedCode: 'a' }, post);
  for (const identifier of [root, issuing, 'nobody']) assertRefused(await ask(identifier), 404, 'NotFound');
  const { identifier } = await issueClient(url, issuing);
  await revoke(url, identifier);
  assert.equal((await ask(identifier)).status, 200);
  await ok(url, 'DeleteClientCertificate', { Identifier: identifier });
  assertRefused(await ask(identifier), 404, 'NotFound');
});

test('who had a key is in the log, though the call changes nothing; the pass phrase and the key are not', async (t) => {
  for (const CERTITUDE_LOG_LEVEL of ['info', 'debug']) {
    const service = await startService(t, { environment: { CERTITUDE_LOG_LEVEL } });
    const { issuing } = await makeAuthorities(service.url);
    const { identifier: Identifier } = await issueClient(service.url, issuing);
    const { EncryptedData } = await ok(service.url, action, { Identifier, EncryptedCode: passphrase });
    await call(service.url, action, { Identifier, EncryptedCode: `${passphrase}$` });
    await call(service.url, action, { Identifier, EncryptedCode: passphrase }, { common: { Signature: 'AAAA' } });
    await ok(service.url, 'DescribeClientCertificate', { Identifier });
    await untilStopped(service);
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const calls = lines.map((line) => JSON.parse(line)).filter(({ operation }) => operation === action);
    assert.deepEqual(
      calls.map(({ level, status }) => [level, status]),
      [
        [30, 200],
        [30, 400],
      ],
    );
    assert.match(calls[0].principal, /^acs:ram::/);
    assert.equal(service.output().includes(passphrase), false);
    assert.equal(service.output().includes(String(EncryptedData).split('\n')[1] ?? ''), false);
  }
});

async function untilStopped(service: Service): Promise<void> {
  assert.equal(await service.kill('SIGTERM'), 0);
}
