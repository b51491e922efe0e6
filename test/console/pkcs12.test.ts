// PKCS #12 as the console makes it, held against openssl.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { encryptPkcs8 } from '../../console/pages/certificates/pbes2.ts';
import { encodePkcs12 } from '../../console/pages/certificates/pkcs12.ts';
import { decodePem } from '../../src/pki/pem.ts';
import { get, needsOpenssl, openssl, put } from '../pki/openssl-cli.ts';

test('it is under PBES2 with AES-256 and HMAC-SHA-256, and opens with its pass phrase alone (RFC 7292)', async (t) => {
  if (!needsOpenssl(t)) return;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  put('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  openssl('req', '-x509', '-new', '-key', 'key.pem', '-subj', '/CN=a', '-days', '2', '-out', 'a.pem');
  const certificate = decodePem(Buffer.from(get('a.pem')).toString());
  const pkcs8 = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
  // One below, at and above a block of what the key for integrity is derived from, and letters beyond ASCII.
  for (const passphrase of ['p', 'x'.repeat(30), 'x'.repeat(31), 'x'.repeat(32), 'Füße 电池']) {
    const encryptedKey = await encryptPkcs8(pkcs8, passphrase);
    const octets = await encodePkcs12({ encryptedKey, certificates: [certificate], name: 'näme', passphrase });
    put('a.p12', octets);
    const told = openssl('pkcs12', '-in', 'a.p12', '-passin', `pass:${passphrase}`, '-info', '-noenc');
    assert.match(told, /MAC: sha256, Iteration 100000/);
    assert.equal(told.match(/PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256/g)?.length, 2);
    assert.match(told, /BEGIN PRIVATE KEY/);
    assert.throws(() => openssl('pkcs12', '-in', 'a.p12', '-passin', 'pass:other', '-noenc'), /invalid password/);
  }
});
