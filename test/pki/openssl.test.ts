import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { parseCertificationRequest, verifyProofOfPossession } from '../../src/pki/csr.ts';
import { formatName, type Name, nameOf } from '../../src/pki/name.ts';
import { decodePem, encodePem } from '../../src/pki/pem.ts';
import { authorityExtensions, endEntityExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { issue, type KeyPair, newKeyPair } from './issuing.ts';

const installed = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'certitude-pki-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(file(name), content);
  return file(name);
}

/** Runs openssl in the folder and gives what it printed; fails with its words when it does not succeed. */
function openssl(...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', parameters, { encoding: 'utf8', cwd: folder });
  assert.equal(status, 0, `openssl ${parameters[0]}: ${stdout}${stderr}`);
  return stdout;
}

function needsOpenssl(t: TestContext): boolean {
  if (!installed) t.skip('openssl is not installed');
  return installed;
}

const addresses = { crl: 'http://a/crl', issuer: 'http://a/issuer', ocsp: 'http://a/ocsp' };
const rootName = nameOf({ country: 'CN', organization: 'Certitude', commonName: 'Root' });
const subordinateName = nameOf({ country: 'CN', organization: 'Certitude', commonName: 'Subordinate' });
const leafName = nameOf({ country: 'CN', locality: '杭州', commonName: 'a, "b" + c' });

interface Chain {
  readonly root: KeyPair;
  readonly subordinate: KeyPair;
  readonly leaf: KeyPair;
}

/** Writes root.pem, subordinate.pem, client.pem, server.pem and nameless.pem under a prefix. */
function writeChain(prefix: string, { root, subordinate, leaf }: Chain): void {
  const certify = (file: string, order: Parameters<typeof issue>[0]) =>
    put(`${prefix}-${file}.pem`, encodePem('CERTIFICATE', issue(order)));
  const rootIssuer = { name: rootName, keys: root };
  const issuer = { name: subordinateName, keys: subordinate };
  certify('root', {
    issuer: rootIssuer,
    subject: { name: rootName, spki: root.spki },
    serialNumber: '01' as SerialNumber,
    extensions: authorityExtensions({ spki: root.spki, pathLength: 1 }),
  });
  certify('subordinate', {
    issuer: rootIssuer,
    subject: { name: subordinateName, spki: subordinate.spki },
    serialNumber: 'ff'.repeat(16) as SerialNumber,
    extensions: authorityExtensions({
      spki: subordinate.spki,
      issuerKeyIdentifier: root.keyIdentifier,
      pathLength: 0,
      extendedKeyUsages: ['clientAuth', 'serverAuth'],
      addresses,
    }),
  });
  const endEntity = (kind: 'client' | 'server', subject: Name) => ({
    issuer,
    subject: { name: subject, spki: leaf.spki },
    serialNumber: 'c0ffee' as SerialNumber,
    extensions: endEntityExtensions({
      kind,
      keyAlgorithm: leaf.algorithm,
      spki: leaf.spki,
      issuerKeyIdentifier: subordinate.keyIdentifier,
      subject,
      subjectAlternativeNames: [
        { type: 'dNSName', value: '*.example.com' },
        { type: 'iPAddress', value: '2001:db8::1' },
        { type: 'rfc822Name', value: 'a@example.com' },
        { type: 'uniformResourceIdentifier', value: 'urn:a:b' },
      ],
      addresses,
    }),
  });
  certify('client', endEntity('client', leafName));
  certify('server', endEntity('server', leafName));
  certify('nameless', endEntity('server', []));
}

const chains: readonly (readonly [string, () => Chain])[] = [
  ['rsa', () => ({ root: newKeyPair('RSA_2048'), subordinate: newKeyPair('RSA_2048'), leaf: newKeyPair('RSA_1024') })],
  ['ec', () => ({ root: newKeyPair('ECC_384'), subordinate: newKeyPair('ECC_256'), leaf: newKeyPair('ECC_256') })],
];

for (const [prefix, make] of chains) {
  test(`openssl verifies root, subordinate and end entity strictly (${prefix})`, (t) => {
    if (!needsOpenssl(t)) return;
    writeChain(prefix, make());
    const pem = (name: string) => file(`${prefix}-${name}.pem`);
    const verify = (...more: string[]) =>
      // Level 0 admits the 1024-bit keys that are among the algorithms of this service.
      openssl(
        'verify',
        '-x509_strict',
        '-check_ss_sig',
        '-policy_check',
        '-auth_level',
        '0',
        '-CAfile',
        pem('root'),
        ...more,
      );
    verify(pem('root'));
    verify(pem('subordinate'));
    const below = ['-untrusted', pem('subordinate')];
    verify(...below, '-purpose', 'sslclient', pem('client'));
    verify(...below, '-purpose', 'sslserver', '-verify_hostname', 'a.example.com', pem('server'));
    verify(...below, '-purpose', 'sslserver', '-verify_ip', '2001:db8::1', pem('nameless'));
    assert.throws(
      () => verify(...below, '-purpose', 'sslserver', pem('client')),
      /(unsupported|unsuitable) certificate purpose/,
    );
    assert.throws(() => verify(...below, '-verify_hostname', 'example.org', pem('server')), /ostname mismatch/);
    assert.throws(() => verify(pem('client')), /unable to get local issuer certificate/);
  });
}

test('openssl prints what was written', (t) => {
  if (!needsOpenssl(t)) return;
  const keys = newKeyPair('ECC_256');
  writeChain('print', { root: keys, subordinate: keys, leaf: keys });
  const text = openssl(
    'x509',
    '-in',
    file('print-client.pem'),
    '-noout',
    '-text',
    '-nameopt',
    'RFC2253,-dn_rev,-esc_msb,utf8',
  );
  for (const line of [
    /Version: 3 \(0x2\)/,
    /Serial Number: 12648430 \(0xc0ffee\)/,
    /Issuer: C=CN,O=Certitude,CN=Subordinate/,
    /X509v3 Key Usage: critical\s+Digital Signature\n/,
    /X509v3 Extended Key Usage:\s+TLS Web Client Authentication\n/,
    /DNS:\*\.example\.com, IP Address:2001:DB8:0:0:0:0:0:1, email:a@example\.com, URI:urn:a:b/,
    /CRL Distribution Points:\s+Full Name:\s+URI:http:\/\/a\/crl/,
    /OCSP - URI:http:\/\/a\/ocsp/,
    /CA Issuers - URI:http:\/\/a\/issuer/,
  ]) {
    assert.match(text, line);
  }
  assert.ok(text.includes(`Subject: ${formatName(leafName)}`), text);
});

test('openssl asn1parse finds one element that ends with the file', (t) => {
  if (!needsOpenssl(t)) return;
  const keys = newKeyPair('ECC_256');
  writeChain('parse', { root: keys, subordinate: keys, leaf: keys });
  const der = decodePem(openssl('x509', '-in', file('parse-server.pem')), 'CERTIFICATE');
  const lines = openssl('asn1parse', '-inform', 'DER', '-in', put('parse.der', der)).trim().split('\n');
  const tops = lines.filter((line) => line.includes(':d=0'));
  assert.equal(tops.length, 1);
  assert.match(tops[0] ?? '', new RegExp(`hl=4 l= *${der.length - 4} cons: SEQUENCE`));
});

test('certificates that openssl makes are read', (t) => {
  if (!needsOpenssl(t)) return;
  const pem = openssl(
    ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout made.key -days 9999'.split(' '),
    ...'-multivalue-rdn -subj /C=CN/O=A/OU=B+CN=c/emailAddress=a@b.cn -addext subjectAltName=DNS:a.b,IP:::1'.split(' '),
  );
  const { subject: name, extensions } = parseCertificate(decodePem(pem, 'CERTIFICATE'));
  assert.equal(formatName(name), 'C=CN,O=A,CN=c+OU=B,emailAddress=a@b.cn');
  assert.deepEqual(extensions.basicConstraints, { cA: true });
  assert.deepEqual(extensions.subjectAlternativeNames, [
    { type: 'dNSName', value: 'a.b' },
    { type: 'iPAddress', value: '::1' },
  ]);
});

test('requests that openssl makes are read, and prove possession unless signed over SHA-1', (t) => {
  if (!needsOpenssl(t)) return;
  const wishes = '-subj /C=CN/CN=a.b -addext subjectAltName=DNS:a.b -addext keyUsage=digitalSignature';
  for (const [key, keyAlgorithm, proven] of [
    ['rsa:2048 -sha256', 'RSA_2048', true],
    ['ec -pkeyopt ec_paramgen_curve:P-384 -sha512', 'ECC_384', true],
    ['ec -pkeyopt ec_paramgen_curve:P-256 -sha1', 'ECC_256', false],
    ['ec -pkeyopt ec_paramgen_curve:P-521 -sha256', undefined, false],
    ['ed25519', undefined, false],
  ] as const) {
    const pem = openssl(...`req -new -nodes -keyout request.key ${wishes} -newkey ${key}`.split(' '));
    const request = parseCertificationRequest(decodePem(pem, 'CERTIFICATE REQUEST'));
    assert.equal(request.keyAlgorithm, keyAlgorithm);
    assert.equal(formatName(request.subject), 'C=CN,CN=a.b');
    assert.deepEqual(request.requestedExtensions.subjectAlternativeNames, [{ type: 'dNSName', value: 'a.b' }]);
    assert.deepEqual(request.requestedExtensions.keyUsage, ['digitalSignature']);
    assert.equal(verifyProofOfPossession(request), proven, key);
  }
});
