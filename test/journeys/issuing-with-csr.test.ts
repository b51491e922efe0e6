// Client and server certificates for keys that callers bring: whose words count, and what a request must prove.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { keyAlgorithms } from '../../src/pki/algorithm.ts';
import { sequence, setOf, utf8String } from '../../src/pki/der-writer.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  keyIdentifierOf,
  keyUsage,
  subjectAlternativeName,
} from '../../src/pki/extensions.ts';
import { formatGeneralName, type GeneralName } from '../../src/pki/general-name.ts';
import { formatName } from '../../src/pki/name.ts';
import { oidDer } from '../../src/pki/oid.ts';
import { decodePem, encodePem } from '../../src/pki/pem.ts';
import { newKeyPair } from '../pki/issuing.ts';
import { get, needsOpenssl, openssl } from '../pki/openssl-cli.ts';
import { assertRefused } from './refused.ts';
import { certificateIn, csr, ecKeys, named, verifyChain } from './requests.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { makeAuthorities, ok, statusOf } from './small-pki.ts';

const post = { method: 'POST' } as const;
const names = (...values: GeneralName[]) => [subjectAlternativeName(values, false)];
const dns = (value: string): GeneralName => ({ type: 'dNSName', value });

describe('a certificate for a key of the caller', () => {
  let url: string;
  let issuing: string;
  const afterAll: (() => unknown)[] = [];
  before(async () => {
    ({ url } = await startWithin({ after: (work) => afterAll.push(work as () => unknown) }));
    ({ issuing } = await makeAuthorities(url));
  });
  test.after(async () => {
    for (const work of afterAll.reverse()) await work();
  });

  const asked = (more: Record<string, string>) => ({
    ParentIdentifier: issuing,
    Days: '30',
    Immediately: '2',
    ...more,
  });
  const client = (more: Record<string, string>) => ok(url, 'CreateClientCertificateWithCsr', asked(more), post);
  const server = (more: Record<string, string>) => ok(url, 'CreateServerCertificateWithCsr', asked(more), post);
  const sans = (answer: Record<string, unknown>) =>
    (certificateIn(answer).extensions.subjectAlternativeNames ?? []).map(
      (name) => `${name.type}:${formatGeneralName(name)}`,
    );

  test('certifies that key, holds no private key, and describes it so', async () => {
    const answer = await client({ Csr: csr({ subject: named('device') }) });
    const certificate = certificateIn(answer);
    assert.deepEqual(certificate.spki, ecKeys.spki);
    assert.deepEqual(certificate.extensions.subjectKeyIdentifier, keyIdentifierOf(ecKeys.spki));
    assert.equal(certificate.serialNumber, answer['SerialNumber']);
    assert.deepEqual([answer['CertKmcRep1'], answer['CertSignBufKmc']], ['', '']);
    const Identifier = String(answer['Identifier']);
    const key = await call(url, 'DescribeCertificatePrivateKey', { Identifier, EncryptedCode: 'x' }, post);
    assertRefused(key, 400, 'InvalidIdentifier', /not held here/);
    const [status] = await statusOf(url, certificate.serialNumber);
    assert.equal(status?.Status, 'good');
  });

  test('has the common name of the request; other parts are the parameter, else the request’s, else the CA’s', async () => {
    const subject = named('of the request', { organization: 'Request Ltd', locality: 'Paris' });
    const answer = await client({ Csr: csr({ subject }), CommonName: 'ignored', Locality: 'Rome', Country: 'it' });
    assert.equal(
      formatName(certificateIn(answer).subject),
      'C=IT,O=Request Ltd,OU=Security,L=Rome,ST=Zhejiang,CN=of the request',
    );
    const unnamed = await client({ Csr: csr(), CommonName: 'of the parameter' });
    assert.equal(
      formatName(certificateIn(unnamed).subject),
      'C=CN,O=Example Ltd,OU=Security,L=Hangzhou,ST=Zhejiang,CN=of the parameter',
    );
  });

  test('has the alternative names of the parameters, and without those the request’s', async () => {
    const request = csr({
      subject: named('x'),
      extensions: names(dns('of.the.request'), { type: 'iPAddress', value: '192.0.2.1' }),
    });
    assert.deepEqual(sans(await client({ Csr: request })), ['dNSName:of.the.request', 'iPAddress:192.0.2.1']);
    assert.deepEqual(sans(await client({ Csr: request, SanType: '1', SanValue: 'a@example.com, b@example.com' })), [
      'rfc822Name:a@example.com',
      'rfc822Name:b@example.com',
    ]);
    assert.deepEqual(sans(await client({ Csr: csr({ subject: named('x') }) })), []);
  });

  const kinds: [number, string, string][] = [
    [0, '1.3.6.1.4.1.311.20.2.3;UTF8:somebody@example.com', 'otherName'],
    [1, 'somebody@example.com', 'rfc822Name'],
    [2, '*.example.com', 'dNSName'],
    [3, '30023000', 'x400Address'],
    [4, 'C=CN\\,O=Example\\,CN=a', 'directoryName'],
    [5, 'assigner;party', 'ediPartyName'],
    [6, 'spiffe://example.com/a', 'uniformResourceIdentifier'],
    [7, '2001:db8::1', 'iPAddress'],
    [8, '1.2.3.4', 'registeredID'],
  ];
  for (const [type, value, kind] of kinds) {
    test(`takes names of SanType ${type}, ${kind} (RFC 5280 §4.2.1.6), and shows them`, async () => {
      const answer = await client({ Csr: csr({ subject: named('x') }), SanType: String(type), SanValue: value });
      const [name] = certificateIn(answer).extensions.subjectAlternativeNames ?? [];
      assert.equal(name?.type, kind);
      const described = await ok(url, 'DescribeClientCertificate', { Identifier: String(answer['Identifier']) });
      const { Sans } = described['Certificate'] as { Sans: string };
      assert.deepEqual(JSON.parse(Sans), [{ Type: type, Value: name && formatGeneralName(name) }]);
    });
  }

  test('for a server has its common name and Domain, without Domain the request’s names, each once', async () => {
    const request = csr({
      subject: named('www.example.com'),
      extensions: names(dns('WWW.example.com'), dns('b.example')),
    });
    assert.deepEqual(sans(await server({ Csr: request })), ['dNSName:www.example.com', 'dNSName:b.example']);
    assert.deepEqual(sans(await server({ Csr: request, Domain: '192.0.2.1,*.example.com,192.0.2.1' })), [
      'dNSName:www.example.com',
      'iPAddress:192.0.2.1',
      'dNSName:*.example.com',
    ]);
    const human = csr({ subject: named('The Web Server'), extensions: names(dns('b.example')) });
    assert.deepEqual(sans(await server({ Csr: human })), ['dNSName:b.example']);
    assert.deepEqual(sans(await server({ Csr: csr(), CommonName: 'c.example' })), ['dNSName:c.example']);
  });

  test('for a server that names no host is refused: clients look nowhere else', async () => {
    const reply = await call(
      url,
      'CreateServerCertificateWithCsr',
      asked({ Csr: csr({ subject: named('The Server') }) }),
      post,
    );
    assertRefused(reply, 400, 'InvalidCsr', /names no host/);
  });

  test('has the usages of its kind whatever the request asks for: no authority is made of a request', async () => {
    const extensions = [
      basicConstraints({ cA: true }),
      keyUsage(['keyCertSign', 'cRLSign']),
      extendedKeyUsage(['OCSPSigning', 'codeSigning']),
    ];
    const { extensions: given } = certificateIn(await client({ Csr: csr({ subject: named('x'), extensions }) }));
    assert.deepEqual(given.keyUsage, ['digitalSignature']);
    assert.deepEqual(given.extendedKeyUsages, ['clientAuth']);
    assert.equal(given.basicConstraints, undefined);
  });

  test('is issued for keys of every kind, of other families than the CA’s too, and openssl accepts the chain', async (t) => {
    if (!needsOpenssl(t)) return;
    for (const algorithm of [...keyAlgorithms, 'RSA_3072'] as const) {
      const request = csr({ keys: newKeyPair(algorithm), subject: named('a.example') });
      if (algorithm === 'RSA_1024') {
        const reply = await call(url, 'CreateClientCertificateWithCsr', asked({ Csr: request }), post);
        assertRefused(reply, 400, 'InvalidAlgorithm', /CERTITUDE_ALLOW_RSA_1024/);
        continue;
      }
      for (const [made, purpose] of [
        [await client({ Csr: request, Algorithm: 'RSA_2048' }), 'sslclient'],
        [await server({ Csr: request }), 'sslserver'],
      ] as const) {
        verifyChain(String(made['CertificateChain']), purpose);
        const answer = await ok(url, 'DescribeClientCertificate', { Identifier: String(made['Identifier']) });
        const { FullAlgorithm, SignAlgorithm, Algorithm } = answer['Certificate'] as Record<string, string>;
        assert.deepEqual(
          [FullAlgorithm, Algorithm, SignAlgorithm],
          [algorithm, algorithm.slice(0, 3), 'SHA256WITHECDSA'],
        );
      }
    }
  });

  test('is issued for requests that openssl made, with its text before the PEM and lines ended as on Windows', async (t) => {
    if (!needsOpenssl(t)) return;
    const makers: [string, string[]][] = [
      ['-algorithm RSA -pkeyopt rsa_keygen_bits:3072', ['-sigopt', 'rsa_padding_mode:pss']],
      ['-algorithm RSA -pkeyopt rsa_keygen_bits:2048', ['-sha512']],
      ['-algorithm EC -pkeyopt ec_paramgen_curve:P-256', []],
      ['-algorithm EC -pkeyopt ec_paramgen_curve:P-521', ['-sha384']],
      ['-algorithm EC -pkeyopt ec_paramgen_curve:SM2', ['-sm3', '-sigopt', 'distid:1234567812345678']],
    ];
    for (const [key, more] of makers) {
      openssl('genpkey', ...key.split(' '), '-out', 'key.pem');
      const names = [
        '-subj',
        '/O=Made by openssl/CN=a.example',
        '-addext',
        'subjectAltName=DNS:b.example,IP:192.0.2.7',
      ];
      openssl('req', '-new', '-text', '-key', 'key.pem', '-out', 'made.csr', ...names, ...more);
      const Csr = new TextDecoder().decode(get('made.csr')).replaceAll('\n', '\r\n');
      const answer = await server({ Csr });
      assert.deepEqual(sans(answer), ['dNSName:a.example', 'dNSName:b.example', 'iPAddress:192.0.2.7']);
      assert.match(formatName(certificateIn(answer).subject), /O=Made by openssl/);
      verifyChain(String(answer['CertificateChain']), 'sslserver');
    }
  });

  test('is InvalidCsr where possession of the key is not proven over the bytes received (RFC 2986 §3)', async (t) => {
    const signer = newKeyPair('ECC_256');
    const altered = Buffer.from(decodePem(csr({ subject: named('a') })));
    altered[altered.indexOf('a', 12)] = 0x62; // the subject says b
    const cases: [string, string, RegExp][] = [
      ['signed with another key', csr({ subject: named('x'), signer }), /signature does not verify/],
      ['altered after signing', encodePem('CERTIFICATE REQUEST', altered), /signature does not verify/],
      ['no PEM', 'AAAA', /one CERTIFICATE REQUEST in PEM/],
      ['a certificate', csr().replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'), /one CERTIFICATE REQUEST in PEM/],
      ['two requests', csr() + csr(), /one CERTIFICATE REQUEST in PEM/],
      ['no DER', encodePem('CERTIFICATE REQUEST', Uint8Array.of(1, 2, 3)), /cannot be read/],
      [
        'a byte too many',
        encodePem('CERTIFICATE REQUEST', Buffer.concat([decodePem(csr()), Buffer.of(0)])),
        /cannot be read/,
      ],
    ];
    for (const action of ['CreateClientCertificateWithCsr', 'CreateServerCertificateWithCsr']) {
      for (const [what, Csr, message] of cases) {
        t.diagnostic(what);
        const reply = await call(url, action, asked({ Csr, CommonName: 'a.example' }), post);
        assertRefused(reply, 400, 'InvalidCsr', message);
      }
      for (const more of [{}, { Csr: '' }]) {
        assertRefused(await call(url, action, asked(more), post), 400, 'MissingCsr', /Csr is mandatory/);
      }
    }
  });

  test('is InvalidCsr where a name that would be taken over cannot be put into a certificate', async () => {
    const long = sequence(setOf([sequence(oidDer('organizationName'), utf8String('x'.repeat(65)))]));
    const cases: [string, RegExp][] = [
      [csr({ subject: long }), /subject.*too-long/],
      [csr({ extensions: names(...Array.from({ length: 101 }, (_, at) => dns(`h${at}.example`))) }), /more than 100/],
    ];
    for (const [Csr, message] of cases) {
      const reply = await call(url, 'CreateClientCertificateWithCsr', asked({ Csr }), post);
      assertRefused(reply, 400, 'InvalidCsr', message);
    }
    // What the caller gives instead counts.
    await client({ Csr: csr({ subject: long }), Organization: 'Short Ltd' });
  });

  test('is refused without its CA, with a validity beyond it, and with half of an alternative name', async () => {
    const request = { Csr: csr({ subject: named('x') }) };
    const action = 'CreateClientCertificateWithCsr';
    const { ParentIdentifier: _, ...unparented } = asked(request);
    assertRefused(await call(url, action, unparented, post), 400, 'MissingParentIdentifier');
    assertRefused(await call(url, action, asked({ ...request, Days: '36500' }), post), 400, 'InvalidValidity', /CA/);
    assertRefused(await call(url, action, asked({ ...request, SanType: '1' }), post), 400, 'MissingSanValue');
    assertRefused(await call(url, action, asked({ ...request, SanValue: 'a' }), post), 400, 'MissingSanType');
    assertRefused(
      await call(url, action, asked({ ...request, SanType: '9', SanValue: 'a' }), post),
      400,
      'InvalidSanType',
    );
    assertRefused(
      await call(url, action, asked({ ...request, SanType: '7', SanValue: '1.2.3' }), post),
      400,
      'InvalidSanValue',
      /IP address at "1\.2\.3"/,
    );
    const twice = asked({ ...request, CustomIdentifier: 'one of a kind' });
    await ok(url, action, twice, post);
    assertRefused(await call(url, action, twice, post), 400, 'InvalidCustomIdentifier');
  });
});
