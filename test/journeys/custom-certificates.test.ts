// CreateCustomCertificate: a certificate that says what its caller chose, and never more than it may.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { printableString, sequence, setOf } from '../../src/pki/der-writer.ts';
import {
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeName,
} from '../../src/pki/extensions.ts';
import { formatName } from '../../src/pki/name.ts';
import { oidDer, oids } from '../../src/pki/oid.ts';
import { newKeyPair } from '../pki/issuing.ts';
import { needsOpenssl } from '../pki/openssl-cli.ts';
import { assertRefused } from './refused.ts';
import { certificateIn, csr, ecKeys, named, verifyChain } from './requests.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { makeAuthorities, ok, statusOf } from './small-pki.ts';

const action = 'CreateCustomCertificate';
const post = { method: 'POST' } as const;
const rsaKeys = newKeyPair('RSA_2048');
const day = 86_400;
const seconds = () => Math.floor(Date.now() / 1000);
const utc = (moment: number) => `${new Date(moment * 1000).toISOString().slice(0, 19)}Z`;

/** Parameters under ApiPassthrough. */
const pass = (parts: Record<string, string>) =>
  Object.fromEntries(Object.entries(parts).map(([name, value]) => [`ApiPassthrough.${name}`, value]));
const extensions = (parts: Record<string, string>) =>
  pass(Object.fromEntries(Object.entries(parts).map(([name, value]) => [`Extensions.${name}`, value])));

describe('a custom certificate', () => {
  let url: string;
  let root: string;
  let issuing: string;
  const afterAll: (() => unknown)[] = [];
  before(async () => {
    ({ url } = await startWithin({ after: (work) => afterAll.push(work as () => unknown) }));
    ({ root, issuing } = await makeAuthorities(url));
  });
  test.after(async () => {
    for (const work of afterAll.reverse()) await work();
  });

  const asked = (more: Record<string, string> = {}) => ({
    ParentIdentifier: issuing,
    Validity: '7d',
    Immediately: '1',
    Csr: csr({ subject: named('of the request') }),
    ...more,
  });
  const issue = async (more: Record<string, string> = {}) =>
    certificateIn(await ok(url, action, asked(more), post), 'Certificate');
  const refuse = async (more: Record<string, string>, code: string, message?: RegExp) =>
    assertRefused(await call(url, action, asked(more), post), 400, code, message);
  const critical = ({ extensions: { raw } }: { extensions: { raw: readonly Extension[] } }) =>
    raw.filter((each) => each.critical).map(({ id }) => id);

  test('answers certificate and serial number with Immediately 1, its chain too with 2, under names of its own', async () => {
    const one = await ok(url, action, asked(), post);
    assert.deepEqual(Object.keys(one), ['Identifier', 'SerialNumber', 'Certificate', 'RequestId']);
    const two = await ok(url, action, asked({ Immediately: '2' }), post);
    assert.deepEqual(Object.keys(two), ['Identifier', 'SerialNumber', 'Certificate', 'CertificateChain', 'RequestId']);
    assert.equal(String(two['CertificateChain']).match(/BEGIN CERTIFICATE/g)?.length, 3);
    const described = await ok(url, 'DescribeClientCertificate', { Identifier: String(one['Identifier']) });
    const { CertificateType, SerialNumber } = described['Certificate'] as Record<string, string>;
    assert.deepEqual([CertificateType, SerialNumber], ['END_ENTITY', one['SerialNumber']]);
  });

  test('is issued in the background with Immediately 0 or without it: identifier only, PENDING, then ISSUE', async () => {
    const { Immediately: _, ...leftOut } = asked(pass({ SerialNumber: '77' }));
    for (const parameters of [leftOut, asked({ Immediately: '0', ...pass({ SerialNumber: '78' }) })]) {
      const answer = await ok(url, action, parameters, post);
      assert.deepEqual(Object.keys(answer), ['Identifier', 'RequestId']);
      const seen = new Set<string>();
      for (let tries = 0; !seen.has('ISSUE') && tries < 200; tries++) {
        const described = await ok(url, 'DescribeClientCertificate', { Identifier: String(answer['Identifier']) });
        const { Status, SubjectDN } = described['Certificate'] as Record<string, string>;
        seen.add(String(Status));
        assert.match(String(SubjectDN), /CN=of the request/);
      }
      assert.ok(seen.has('ISSUE') && [...seen].every((status) => status === 'PENDING' || status === 'ISSUE'));
    }
    const statuses = await statusOf(url, '4d,4e');
    assert.deepEqual(
      statuses.map(({ Status }) => Status),
      ['good', 'good'],
    );
  });

  test('has the subject of the request byte for byte, unless ApiPassthrough gives one', async () => {
    // A PrintableString, which would be a UTF8String if it were encoded anew.
    const subject = sequence(setOf([sequence(oidDer('commonName'), printableString('printable'))]));
    const certificate = await issue({ Csr: csr({ subject }) });
    assert.deepEqual(Buffer.from(certificate.subjectDer), Buffer.from(subject));
    const other = await issue({
      Csr: csr({ subject }),
      ...pass({ 'Subject.Organization': 'O', 'Subject.Country': 'it' }),
    });
    assert.equal(formatName(other.subject), 'C=IT,O=O', 'nothing of the request’s is left');
  });

  test('has attributes by OID behind those by name, Matter ids included', async () => {
    const { subject } = await issue(
      pass({
        'Subject.CommonName': 'node',
        'Subject.CustomAttributes.1.ObjectIdentifier': '1.3.6.1.4.1.37244.1.1',
        'Subject.CustomAttributes.1.Value': 'DEDEDEDE00010001',
        'Subject.CustomAttributes.2.ObjectIdentifier': '1.3.6.1.4.1.37244.1.5',
        'Subject.CustomAttributes.2.Value': 'FAB000000000001D',
        'Subject.CustomAttributes.3.ObjectIdentifier': '1.3.6.1.4.1.37244.2.1',
        'Subject.CustomAttributes.3.Value': 'FFF1',
        'Subject.CustomAttributes.4.ObjectIdentifier': '1.3.6.1.4.1.37244.2.2',
        'Subject.CustomAttributes.4.Value': '8000',
        'Subject.CustomAttributes.5.ObjectIdentifier': '2.5.4.5',
        'Subject.CustomAttributes.5.Value': '4711',
        'Subject.CustomAttributes.6.ObjectIdentifier': '1.2.3.4.5',
        'Subject.CustomAttributes.6.Value': 'of nobody’s',
      }),
    );
    assert.deepEqual(
      subject.map(({ type, value }) => [type, value]),
      [
        ['commonName', 'node'],
        ['matter-node-id', 'DEDEDEDE00010001'],
        ['matter-fabric-id', 'FAB000000000001D'],
        ['matter-oid-vid', 'FFF1'],
        ['matter-oid-pid', '8000'],
        ['serialNumber', '4711'],
        ['1.2.3.4.5', 'of nobody’s'],
      ],
    );
  });

  const attribute = (oid: string, value: string) =>
    pass({ 'Subject.CustomAttributes.1.ObjectIdentifier': oid, 'Subject.CustomAttributes.1.Value': value });
  const badSubjects: [string, Record<string, string>, RegExp][] = [
    ['an OID that is none', attribute('1.2.x', 'a'), /unknown-type/],
    ['a Matter id in lower case', attribute('1.3.6.1.4.1.37244.1.1', 'dedededE00010001'), /upper-case/],
    ['a Matter id too short', attribute('1.3.6.1.4.1.37244.1.1', 'DE'), /wrong-length/],
    ['a country of three letters by OID', attribute('2.5.4.6', 'ITA'), /countryName/],
    [
      'one attribute in two ways',
      { ...attribute('2.5.4.3', 'a'), ...pass({ 'Subject.CommonName': 'b' }) },
      /2\.5\.4\.3/,
    ],
    ['an attribute without a value', pass({ 'Subject.CustomAttributes.1.ObjectIdentifier': '2.5.4.5' }), /lacks/],
  ];
  for (const [what, parameters, message] of badSubjects) {
    test(`is InvalidApiPassthrough with ${what} in its subject`, () =>
      refuse(parameters, 'InvalidApiPassthrough', message));
  }

  test('has the usages of ApiPassthrough, by name or OID', async () => {
    const certificate = await issue({
      Csr: csr({ keys: rsaKeys, subject: named('x') }),
      ...extensions({
        'KeyUsage.DigitalSignature': 'true',
        'KeyUsage.NonRepudiation': 'true',
        'KeyUsage.ContentCommitment': 'true',
        'KeyUsage.DataEncipherment': 'true',
        'KeyUsage.KeyEncipherment': 'false',
        'ExtendedKeyUsages.1': 'emailProtection',
        'ExtendedKeyUsages.2': '1.3.6.1.5.5.7.3.2',
        'ExtendedKeyUsages.3': '1.3.6.1.4.1.311.20.2.2',
      }),
    });
    assert.deepEqual(certificate.extensions.keyUsage, ['digitalSignature', 'nonRepudiation', 'dataEncipherment']);
    assert.deepEqual(certificate.extensions.extendedKeyUsages, [
      'emailProtection',
      'clientAuth',
      '1.3.6.1.4.1.311.20.2.2',
    ]);
    const agreeing = await issue(extensions({ 'KeyUsage.KeyAgreement': 'true', 'KeyUsage.EncipherOnly': 'true' }));
    assert.deepEqual(agreeing.extensions.keyUsage, ['keyAgreement', 'encipherOnly']);
    assert.equal(agreeing.extensions.extendedKeyUsages, undefined, 'key usage alone was asked for');
  });

  test('has what the request asks for where ApiPassthrough is silent, but for an authority’s rights', async () => {
    const request = csr({
      subject: named('x'),
      extensions: [
        keyUsage(['nonRepudiation', 'keyCertSign', 'cRLSign', 'keyEncipherment']),
        extendedKeyUsage(['emailProtection']),
        subjectAlternativeName([{ type: 'rfc822Name', value: 'a@example.com' }], false),
        basicConstraints({ cA: true }),
      ],
    });
    const certificate = await issue({ Csr: request });
    assert.deepEqual(
      certificate.extensions.keyUsage,
      ['nonRepudiation'],
      'and what the key is not fit for is left out',
    );
    assert.deepEqual(certificate.extensions.extendedKeyUsages, ['emailProtection']);
    assert.deepEqual(certificate.extensions.subjectAlternativeNames, [{ type: 'rfc822Name', value: 'a@example.com' }]);
    assert.equal(certificate.extensions.basicConstraints, undefined);
    const overridden = await issue({
      Csr: request,
      ...extensions({
        'ExtendedKeyUsages.1': 'clientAuth',
        'KeyUsage.DigitalSignature': 'true',
        'SubjectAlternativeNames.1.Type': 'dNSName',
        'SubjectAlternativeNames.1.Value': 'a.example',
      }),
    });
    assert.deepEqual(overridden.extensions.keyUsage, ['digitalSignature']);
    assert.deepEqual(overridden.extensions.extendedKeyUsages, ['clientAuth']);
    assert.deepEqual(overridden.extensions.subjectAlternativeNames, [{ type: 'dNSName', value: 'a.example' }]);
  });

  test('is for servers and clients where nobody says anything of usages', async () => {
    for (const [keys, usages] of [
      [ecKeys, ['digitalSignature']],
      [rsaKeys, ['digitalSignature', 'keyEncipherment']],
    ] as const) {
      const { extensions: given } = await issue({ Csr: csr({ keys, subject: named('x') }) });
      assert.deepEqual(given.keyUsage, usages);
      assert.deepEqual(given.extendedKeyUsages, ['serverAuth', 'clientAuth']);
    }
  });

  test('lets its holder answer OCSP for the CA only where the caller says so, not the request', async () => {
    const request = csr({ subject: named('x'), extensions: [extendedKeyUsage(['OCSPSigning'])] });
    await refuse({ Csr: request }, 'InvalidCsr', /OCSPSigning/);
    const { extensions: given } = await issue({
      Csr: request,
      ...extensions({ 'ExtendedKeyUsages.1': 'OCSPSigning', 'KeyUsage.DigitalSignature': 'true' }),
    });
    assert.deepEqual(given.extendedKeyUsages, ['OCSPSigning']);
  });

  test('leaves out a usage the key is not fit for where another remains: clients send what fits RSA with every key', async () => {
    const { extensions: given } = await issue(
      extensions({ 'KeyUsage.DigitalSignature': 'true', 'KeyUsage.KeyEncipherment': 'true' }),
    );
    assert.deepEqual(given.keyUsage, ['digitalSignature']);
  });

  const badExtensions: [string, Record<string, string>, RegExp][] = [
    ['a usage the key is not fit for alone', { 'KeyUsage.KeyEncipherment': 'true' }, /keyEncipherment: unfit-for-key/],
    ['encipherOnly alone', { 'KeyUsage.EncipherOnly': 'true' }, /needs-key-agreement/],
    ['a usage that is no boolean', { 'KeyUsage.DigitalSignature': '1' }, /must be true or false/],
    ['a purpose that is none', { 'ExtendedKeyUsages.1': 'clientAuth', 'ExtendedKeyUsages.2': 'x' }, /element 2/],
    [
      'a host that is none',
      { 'SubjectAlternativeNames.1.Type': 'dNSName', 'SubjectAlternativeNames.1.Value': 'a b' },
      /no dNSName/,
    ],
    [
      'a kind of name that is none',
      { 'SubjectAlternativeNames.1.Type': 'dns', 'SubjectAlternativeNames.1.Value': 'a' },
      /must be one of/,
    ],
    ['a name without a value', { 'SubjectAlternativeNames.1.Type': 'dNSName' }, /lacks/],
    ['an unknown critical extension', { 'Criticals.1': 'x' }, /criticals: unknown-type/],
    [
      'one critical that must not be (RFC 5280 §4.2.1.1)',
      { 'Criticals.1': 'authorityKeyIdentifier' },
      /never-critical/,
    ],
  ];
  for (const [what, parts, message] of badExtensions) {
    test(`is InvalidApiPassthrough with ${what}`, () => refuse(extensions(parts), 'InvalidApiPassthrough', message));
  }
  test('is InvalidApiPassthrough where that is sent as JSON: here it travels in parts', () =>
    refuse({ ApiPassthrough: '{"Subject":{"CommonName":"a"}}' }, 'InvalidApiPassthrough', /in parts/));

  test('has alternative names of each type, and marks critical what it is told to', async () => {
    const certificate = await issue(
      extensions({
        'SubjectAlternativeNames.1.Type': 'rfc822Name',
        'SubjectAlternativeNames.1.Value': 'a@example.com',
        'SubjectAlternativeNames.2.Type': 'dNSName',
        'SubjectAlternativeNames.2.Value': '*.example.com',
        'SubjectAlternativeNames.3.Type': 'uniformResourceIdentifier',
        'SubjectAlternativeNames.3.Value': 'spiffe://example.com/a',
        'SubjectAlternativeNames.4.Type': 'iPAddress',
        'SubjectAlternativeNames.4.Value': '2001:DB8::1',
        'Criticals.1': 'ExtendedKeyUsages',
        'Criticals.2': 'SubjectAlternativeNames',
      }),
    );
    assert.deepEqual(certificate.extensions.subjectAlternativeNames, [
      { type: 'rfc822Name', value: 'a@example.com' },
      { type: 'dNSName', value: '*.example.com' },
      { type: 'uniformResourceIdentifier', value: 'spiffe://example.com/a' },
      { type: 'iPAddress', value: '2001:db8::1' },
    ]);
    assert.deepEqual(
      critical(certificate).toSorted(),
      [oids.keyUsage, oids.subjectAltName, oids.extKeyUsage].toSorted(),
    );
    assert.deepEqual(critical(await issue()), [oids.keyUsage], 'key usage alone unless told otherwise');
  });

  test('may be without a subject, the names being critical then (RFC 5280 §4.1.2.6); not without both', async () => {
    const unnamed = await issue({
      Csr: csr(),
      ...extensions({ 'SubjectAlternativeNames.1.Type': 'dNSName', 'SubjectAlternativeNames.1.Value': 'a.example' }),
    });
    assert.deepEqual([unnamed.subject.length, critical(unnamed).includes(oids.subjectAltName)], [0, true]);
    await refuse({ Csr: csr() }, 'InvalidCsr', /names nobody/);
  });

  test('has the serial number its caller chose, decimal, once for each CA', async () => {
    const greatest = String(2n ** 63n - 1n);
    for (const [decimal, hexadecimal] of [
      ['1', '01'],
      ['128', '80'],
      ['16889526086333', '0f5c6633eabd'],
      [greatest, '7fffffffffffffff'],
    ] as const) {
      const certificate = await issue(pass({ SerialNumber: decimal }));
      assert.equal(certificate.serialNumber, hexadecimal);
    }
    await refuse(pass({ SerialNumber: '128' }), 'InvalidSerialNumber', /in use/);
    for (const decimal of ['0', '-1', '01', '1.0', '0x1', 'a', String(2n ** 63n), '9'.repeat(20)]) {
      await refuse(pass({ SerialNumber: decimal }), 'InvalidApiPassthrough', /SerialNumber/);
    }
    const other = await makeAuthorities(url);
    await issue({ ParentIdentifier: other.issuing, ...pass({ SerialNumber: '128' }) });
  });

  test('is valid as long as Validity says: years, months, days, an end, or start and end', async () => {
    const start = seconds() - 3600;
    const end = seconds() + 40 * day;
    const inYears = (years: number) => new Date(new Date().setUTCFullYear(new Date().getUTCFullYear() + years));
    const about = (actual: number, expected: number) =>
      assert.ok(Math.abs(actual - expected) < 60, `${actual} ${expected}`);
    about((await issue({ Validity: '7d' })).notAfter, seconds() + 7 * day);
    about((await issue({ Validity: '2y' })).notAfter, inYears(2).getTime() / 1000);
    const months = (await issue({ Validity: '3m' })).notAfter - seconds();
    assert.ok(months > 88 * day && months < 93 * day, 'calendar months, and m is no minute');
    const ends = await issue({ Validity: utc(end) });
    assert.equal(ends.notAfter, end);
    about(ends.notBefore, seconds());
    const both = await issue({ Validity: `${utc(start)}/${utc(end)}` });
    assert.deepEqual([both.notBefore, both.notAfter], [start, end]);
    for (const validity of [
      '',
      '0d',
      '7',
      '7D',
      '7 d',
      '-1d',
      '1y6m',
      '36501d',
      '1201m',
      '101y',
      '2027-02-30T00:00:00Z',
    ]) {
      await refuse({ Validity: validity }, 'InvalidValidity');
    }
    for (const validity of [
      `${utc(start)}/`,
      `${utc(start)}/${utc(end)}/${utc(end)}`,
      `${utc(end)}/${utc(start)}`,
      utc(start),
    ]) {
      await refuse({ Validity: validity }, 'InvalidValidity');
    }
    await refuse({ Validity: '9y' }, 'InvalidValidity', /after its issuing CA/);
  });

  test('is refused without request, CA or validity, under a root, and with a customIdentifier in use', async () => {
    for (const name of ['Csr', 'ParentIdentifier', 'Validity']) {
      const others = Object.fromEntries(Object.entries(asked()).filter(([each]) => each !== name));
      assertRefused(await call(url, action, others, post), 400, `Missing${name}`);
    }
    await refuse({ Csr: csr({ signer: rsaKeys }) }, 'InvalidCsr', /signature/);
    await refuse({ ParentIdentifier: root }, 'InvalidParentIdentifier', /root/);
    assertRefused(await call(url, action, asked({ ParentIdentifier: 'nobody' }), post), 404, 'NotFound');
    await refuse({ Immediately: '3' }, 'InvalidImmediately');
    await ok(url, action, asked({ customIdentifier: 'small c' }), post);
    await refuse({ customIdentifier: 'small c' }, 'InvalidCustomIdentifier');
    await ok(url, action, asked({ CustomIdentifier: 'small c' }), post); // not a parameter of this operation
  });

  test('is in the lists with its labels, revoked and deleted like any other', async () => {
    const labels = {
      customIdentifier: 'listed',
      ResourceGroupId: 'rg-1',
      'Tags.1.Key': 'a',
      'Tags.1.Value': 'b',
      EnableCrl: '1',
    };
    const answer = await ok(url, action, asked(labels), post);
    const Identifier = String(answer['Identifier']);
    assert.equal(certificateIn(answer, 'Certificate').extensions.crlDistributionPoints?.length, 1);
    const listed = await ok(url, 'ListClientCertificate', { Identifier });
    const [{ CustomIdentifier, ResourceGroupId } = {}] = listed['CertificateList'] as Record<string, string>[];
    assert.deepEqual([CustomIdentifier, ResourceGroupId], ['listed', 'rg-1']);
    await ok(url, 'CreateRevokeClientCertificate', { Identifier });
    assert.equal((await statusOf(url, String(answer['SerialNumber'])))[0]?.Status, 'revoked');
    await ok(url, 'DeleteClientCertificate', { Identifier });
    assertRefused(await call(url, 'DescribeClientCertificate', { Identifier }), 404, 'NotFound');
  });

  test('is accepted by openssl, with every usage set the vendor recommends', async (t) => {
    if (!needsOpenssl(t)) return;
    const sets: [Record<string, string>, 'sslserver' | 'sslclient' | undefined][] = [
      [
        {
          'KeyUsage.DigitalSignature': 'true',
          'KeyUsage.KeyEncipherment': 'true',
          'ExtendedKeyUsages.1': 'serverAuth',
        },
        'sslserver',
      ],
      [
        {
          'KeyUsage.DigitalSignature': 'true',
          'KeyUsage.KeyEncipherment': 'true',
          'ExtendedKeyUsages.1': 'clientAuth',
        },
        'sslclient',
      ],
      [
        {
          'KeyUsage.DigitalSignature': 'true',
          'KeyUsage.ContentCommitment': 'true',
          'ExtendedKeyUsages.1': 'emailProtection',
        },
        undefined,
      ],
      [{}, 'sslclient'],
    ];
    for (const [set, purpose] of sets) {
      const request = { Csr: csr({ keys: rsaKeys, subject: named('x') }), Immediately: '2' };
      const answer = await ok(url, action, asked({ ...request, ...extensions(set) }), post);
      verifyChain(String(answer['CertificateChain']), purpose);
    }
  });
});
