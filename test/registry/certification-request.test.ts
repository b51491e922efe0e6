// Requests that callers bring: whatever is wrong with one is a refusal, never a fault.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refused } from '../../src/base/refusal.ts';
import { signatureAlgorithmIdentifier } from '../../src/pki/algorithm.ts';
import { bitString, constructed, integerOf, sequence } from '../../src/pki/der-writer.ts';
import { extendedKeyUsage, keyUsage, subjectAlternativeName } from '../../src/pki/extensions.ts';
import { encodeName, formatName, nameOf } from '../../src/pki/name.ts';
import { decodePem } from '../../src/pki/pem.ts';
import { verifySignatureInPool } from '../../src/pki/signature.ts';
import {
  acceptRequest,
  alternativeNamesOf,
  subjectOf,
  subjectPartsOf,
  usagesOf,
} from '../../src/registry/certification-request.ts';
import { csr } from '../journeys/requests.ts';

const whole = decodePem(
  csr({
    subject: nameOf({ country: 'CN', organization: 'Example Ltd', commonName: 'a.example' }),
    extensions: [
      keyUsage(['digitalSignature']),
      extendedKeyUsage(['clientAuth']),
      subjectAlternativeName([{ type: 'dNSName', value: 'a.example' }], false),
    ],
  }),
);

/** Everything that issuing reads of a request. */
async function takeIn(der: Uint8Array): Promise<void> {
  const request = await acceptRequest(der, verifySignatureInPool);
  subjectOf(request);
  subjectPartsOf(request, {});
  alternativeNamesOf(request);
  usagesOf(request);
}

async function assertRefusal(der: Uint8Array): Promise<void> {
  await assert.rejects(
    () => takeIn(der),
    (error) => error instanceof Refused && error.refusal.kind === 'csr-refused',
  );
}

test('a request with any one bit altered, cut short anywhere, or with a byte more is refused (RFC 2986 §3)', async () => {
  await takeIn(whole);
  for (let at = 0; at < whole.length * 8; at++) {
    const altered = Uint8Array.from(whole);
    altered[at >> 3] = (altered[at >> 3] ?? 0) ^ (1 << (at & 7));
    await assertRefusal(altered);
  }
  for (let length = 0; length < whole.length; length++) await assertRefusal(whole.subarray(0, length));
  await assertRefusal(Buffer.concat([whole, Buffer.of(0)]));
});

test('no bytes whatever are more than refused', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (der) => assertRefusal(der)));
});

test('the common name is the request’s, other parts are those wanted, then the request’s', async () => {
  const request = await acceptRequest(whole, verifySignatureInPool);
  assert.deepEqual(subjectPartsOf(request, { commonName: 'b', organization: 'Other', locality: 'Rome' }), {
    country: 'CN',
    organization: 'Other',
    locality: 'Rome',
    commonName: 'a.example',
  });
  assert.equal(formatName(subjectOf(request).name), 'C=CN,O=Example Ltd,CN=a.example');
});

test('a request for an SM2 key signed under another signer ID is refused, and told which one it should be', async () => {
  // `openssl req -new -sm3` without `-sigopt distid:1234567812345678`, whose signer ID is then empty.
  const der = Buffer.from(
    [
      'MIHFMG4CAQAwDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqBHM9VAYItA0IABJJEKTuSwt6AVid0PAhYwGcr6nzJ0VSa3N3F',
      'NpsZAUZigFsXKoIfC59+NOP21cqCZDIdns/dt1vkb6tUAZmeO5WgADAKBggqgRzPVQGDdQNHADBEAiBZNKYPHJJjxS9I6jDzcUFO',
      '8E4pIS8OTZxDiHHyUz9zhgIgBdP7bJov9f+Ns9O/tzyfb9FlRsZEI8xJnv2uOr+QCYs=',
    ].join(''),
    'base64',
  );
  await assert.rejects(
    acceptRequest(der, verifySignatureInPool),
    (error) =>
      error instanceof Refused &&
      error.refusal.kind === 'csr-refused' &&
      error.refusal.reason.endsWith('(SM2 requests are signed under the signer ID 1234567812345678)'),
  );
});

test('a point that is not on its curve is no key, whatever the request is signed with', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })).with(60, 0);
  spki[59] = (spki[59] ?? 0) ^ 1;
  const info = sequence(integerOf(0), encodeName(nameOf({ commonName: 'a' })), spki, constructed(0));
  const signature = bitString(sign('sha256', info, privateKey));
  const der = sequence(info, signatureAlgorithmIdentifier('ecdsa-with-SHA256'), signature);
  await assert.rejects(
    acceptRequest(der, verifySignatureInPool),
    (error) =>
      error instanceof Refused &&
      error.refusal.kind === 'csr-refused' &&
      error.refusal.reason.startsWith('its key is none of RSA'),
  );
});
