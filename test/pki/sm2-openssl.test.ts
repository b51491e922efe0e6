// What openssl says of our SM2 signatures, and we of its own. `openssl verify` applies the signer ID of -vfyopt to the
// certificate it is asked about and to none above it, its own chains included: so each link is asked about by itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { decodePem } from '../../src/pki/pem.ts';
import { verifySignature } from '../../src/pki/signature.ts';
import { newKeyPair } from './issuing.ts';
import { file, needsOpenssl, openssl, put, writeChain } from './openssl.ts';

const signerId = 'distid:1234567812345678';

function writeSm2Chain(): void {
  const [root, subordinate, leaf] = [newKeyPair('SM2_256'), newKeyPair('SM2_256'), newKeyPair('SM2_256')];
  writeChain('sm2', { root, subordinate, leaf });
}

const pem = (name: string) => file(`sm2-${name}.pem`);

test('openssl verifies each link of root, subordinate and end entity, strictly, under the signer ID 1234567812345678', (t) => {
  if (!needsOpenssl(t)) return;
  writeSm2Chain();
  const verify = (distid: string, ...more: string[]) =>
    openssl('verify', '-x509_strict', '-vfyopt', distid, '-partial_chain', '-trusted', ...more);
  verify(signerId, pem('root'), pem('subordinate'));
  verify(signerId, pem('subordinate'), '-purpose', 'sslclient', pem('client'));
  verify(signerId, pem('subordinate'), '-purpose', 'sslserver', '-verify_hostname', 'a.example.com', pem('server'));
  assert.throws(() => verify('distid:another', pem('subordinate'), pem('client')), /certificate signature failure/);
});

test('openssl verifies the signature a root gives itself', (t) => {
  if (!needsOpenssl(t)) return;
  writeSm2Chain();
  const { tbs, signature } = parseCertificate(decodePem(openssl('x509', '-in', pem('root')), 'CERTIFICATE'));
  put('root.pub', openssl('x509', '-in', pem('root'), '-noout', '-pubkey'));
  const by = (distid: string) =>
    `dgst -sm3 -verify root.pub -sigopt ${distid} -signature ${put('root.sig', signature)} ${put('root.tbs', tbs)}`;
  assert.match(openssl(...by(signerId).split(' ')), /Verified OK/);
  assert.throws(() => openssl(...by('distid:another').split(' ')), /Verification failure/i);
});

test('certificates that openssl signs with SM2 verify', (t) => {
  if (!needsOpenssl(t)) return;
  const made = openssl(
    ...`req -x509 -newkey sm2 -nodes -keyout made.key -sm3 -sigopt ${signerId} -subj /CN=a -days 9`.split(' '),
  );
  const { tbs, signature, spki } = parseCertificate(decodePem(made, 'CERTIFICATE'));
  assert.ok(verifySignature(tbs, signature, spki, 'SM3WithSM2'));
});
