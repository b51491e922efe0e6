import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { parseCertificationRequest, verifyProofOfPossession } from '../../src/pki/csr.ts';
import { subjectAlternativeName } from '../../src/pki/extensions.ts';
import { encodeGeneralNames, parseGeneralName } from '../../src/pki/general-name.ts';
import { formatName } from '../../src/pki/name.ts';
import { decodePem, encodePem } from '../../src/pki/pem.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { issue, newKeyPair } from './issuing.ts';
import { type Chain, file, leafName, needsOpenssl, openssl, put, writeChain } from './openssl.ts';

const chains: readonly (readonly [string, () => Chain])[] = [
  ['rsa', () => ({ root: newKeyPair('RSA_2048'), subordinate: newKeyPair('RSA_2048'), leaf: newKeyPair('RSA_1024') })],
  ['ec', () => ({ root: newKeyPair('ECC_384'), subordinate: newKeyPair('ECC_256'), leaf: newKeyPair('ECC_256') })],
  ['p521', () => ({ root: newKeyPair('ECC_512'), subordinate: newKeyPair('ECC_512'), leaf: newKeyPair('ECC_512') })],
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

test('requests that openssl makes are read, and prove possession unless key or signature are not of ours', async (t) => {
  if (!needsOpenssl(t)) return;
  const wishes = '-subj /C=CN/CN=a.b -addext subjectAltName=DNS:a.b -addext keyUsage=digitalSignature';
  for (const [key, keyAlgorithm, proven] of [
    ['rsa:2048 -sha256', 'RSA_2048', true],
    ['ec -pkeyopt ec_paramgen_curve:P-384 -sha512', 'ECC_384', true],
    ['ec -pkeyopt ec_paramgen_curve:P-256 -sha1', 'ECC_256', false],
    ['ec -pkeyopt ec_paramgen_curve:P-521 -sha256', 'ECC_512', true],
    ['sm2 -sm3 -sigopt distid:1234567812345678', 'SM2_256', true],
    ['sm2 -sm3 -sigopt distid:another', 'SM2_256', false],
    ['sm2 -sm3', 'SM2_256', false], // openssl then signs without an ID
    ['rsa:2048 -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48', 'RSA_2048', true],
    ['rsa:3072 -sha256', 'RSA_3072', true],
    ['rsa:2048 -pkeyopt rsa_keygen_pubexp:3 -sha256', undefined, false],
    ['ec -pkeyopt ec_paramgen_curve:secp256k1 -sha256', undefined, false],
    ['ed25519', undefined, false],
  ] as const) {
    const pem = openssl(...`req -new -nodes -keyout request.key ${wishes} -newkey ${key}`.split(' '));
    const request = parseCertificationRequest(decodePem(pem, 'CERTIFICATE REQUEST'));
    assert.equal(request.keyAlgorithm, keyAlgorithm);
    assert.equal(formatName(request.subject), 'C=CN,CN=a.b');
    assert.deepEqual(request.requestedExtensions.subjectAlternativeNames, [{ type: 'dNSName', value: 'a.b' }]);
    assert.deepEqual(request.requestedExtensions.keyUsage, ['digitalSignature']);
    assert.equal(await verifyProofOfPossession(request), proven, key);
  }
});

test('alternative names of openssl’s making are what we make of their text', (t) => {
  if (!needsOpenssl(t)) return;
  const written = [
    ['otherName:1.2.3.4;UTF8:text', 'otherName', '1.2.3.4;UTF8:text'],
    ['otherName:1.2.3.4;IA5:text', 'otherName', '1.2.3.4;IA5:text'],
    ['RID:1.2.3.4', 'registeredID', '1.2.3.4'],
    ['dirName:dn', 'directoryName', 'C=CN,O=Aliyun,CN=a'],
    ['email:a@b.cn', 'rfc822Name', 'a@b.cn'],
    ['URI:spiffe://a/b', 'uniformResourceIdentifier', 'spiffe://a/b'],
    ['IP:2001:db8::1', 'iPAddress', '2001:DB8::1'],
  ] as const;
  const names = written.map(([theirs]) => theirs).join(',');
  const config = put(
    'names.cnf',
    `[req]\ndistinguished_name=dn\nstring_mask=utf8only\n[dn]\nC=CN\nO=Aliyun\nCN=a\n[ext]\nsubjectAltName=${names}\n`,
  );
  const pem = openssl(
    ...`req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout names.key -subj /CN=a -config ${config} -reqexts ext`.split(
      ' ',
    ),
  );
  const { requestedExtensions } = parseCertificationRequest(decodePem(pem, 'CERTIFICATE REQUEST'));
  const ours = written.map(([, type, text]) => parseGeneralName(type, text) ?? assert.fail(text));
  assert.deepEqual(requestedExtensions.subjectAlternativeNames, ours);
  assert.deepEqual(requestedExtensions.raw[0]?.value, encodeGeneralNames(ours));
});

test('openssl reads what it has no text for', (t) => {
  if (!needsOpenssl(t)) return;
  const keys = newKeyPair('ECC_256');
  const names = [
    parseGeneralName('ediPartyName', 'assigner;party'),
    parseGeneralName('ediPartyName', 'party'),
    parseGeneralName('x400Address', '3008300661041302434e'),
  ].map((name) => name ?? assert.fail());
  const issuer = { name: leafName, keys };
  const subject = { name: leafName, spki: keys.spki };
  const extensions = [subjectAlternativeName(names, false)];
  const der = issue({ issuer, subject, serialNumber: '01' as SerialNumber, extensions });
  const text = openssl('x509', '-in', put('unsupported.pem', encodePem('CERTIFICATE', der)), '-noout', '-text');
  assert.match(text, /EdiPartyName:<unsupported>, EdiPartyName:<unsupported>, X400Name:<unsupported>/);
});
