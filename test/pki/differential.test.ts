import './metadata-reflection.ts';
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import * as x509 from '@peculiar/x509';
import fc from 'fast-check';
import { unixSeconds } from '../../src/base/time.ts';
import { keyAlgorithmOf, keyAlgorithms, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { parseCertificationRequest, verifyProofOfPossession } from '../../src/pki/csr.ts';
import type { GeneralName, TextNameType } from '../../src/pki/general-name.ts';
import { formatIpAddress, parseIpAddress } from '../../src/pki/ip-address.ts';
import type { Name } from '../../src/pki/name.ts';
import { oidName } from '../../src/pki/oid.ts';
import { type Addresses, authorityExtensions, endEntityExtensions } from '../../src/pki/profiles.ts';
import { verifySignature } from '../../src/pki/signature.ts';
import { addresses, generalNames, names, serialNumbers } from './arbitraries.ts';
import { toHex } from './hex.ts';
import { issue, type KeyPair, newKeyPair, type Order } from './issuing.ts';

const keyPairs = keyAlgorithms.map(newKeyPair);
const utc = (text: string) => Date.parse(text) / 1000;

interface Drawn {
  readonly kind: 'root' | 'subordinate' | 'client' | 'server';
  readonly issuerKeys: KeyPair;
  readonly subjectKeys: KeyPair;
  readonly alternatives: readonly GeneralName[];
  readonly addresses: Addresses;
  readonly pathLength: number;
}

function extensionsOf(drawn: Drawn, subject: Name) {
  const { kind, subjectKeys, issuerKeys, pathLength } = drawn;
  const common = { spki: subjectKeys.spki, addresses: drawn.addresses };
  const issuerKeyIdentifier = issuerKeys.keyIdentifier;
  switch (kind) {
    case 'root':
      return authorityExtensions(common);
    case 'subordinate':
      return authorityExtensions({ ...common, issuerKeyIdentifier, pathLength, extendedKeyUsages: ['clientAuth'] });
    default:
      return endEntityExtensions({
        ...common,
        kind,
        issuerKeyIdentifier,
        keyAlgorithm: subjectKeys.algorithm,
        subject,
        subjectAlternativeNames: drawn.alternatives,
      });
  }
}

/**
 * They read the strings of an EDIPartyName as tagged implicitly, which no CHOICE can be (X.680 §31.2.7), and no x400Address
 * at all; openssl.test.ts asks openssl about these.
 */
const namesTheyRead = generalNames.filter(({ type }) => type !== 'ediPartyName' && type !== 'x400Address');
const keys = fc.constantFrom(...keyPairs);
const orders = fc
  .record({
    kind: fc.constantFrom('root', 'subordinate', 'client', 'server' as const),
    issuerKeys: keys,
    subjectKeys: keys,
    alternatives: fc.array(namesTheyRead, { minLength: 1, maxLength: 4 }),
    addresses,
    pathLength: fc.nat(5),
    issuer: names.filter((name) => name.length > 0),
    subject: names,
    serialNumber: serialNumbers,
    notBefore: fc.integer({ min: utc('1950-01-01T00:00:00Z'), max: utc('2049-12-31T23:59:59Z') }),
    notAfter: fc.integer({ min: utc('2049-12-01T00:00:00Z'), max: utc('2051-01-01T00:00:00Z') }),
  })
  .filter(({ notBefore, notAfter }) => notBefore <= notAfter)
  .map((drawn) => {
    const isRoot = drawn.kind === 'root';
    const subjectKeys = isRoot ? drawn.issuerKeys : drawn.subjectKeys;
    const subject = isRoot ? drawn.issuer : drawn.subject;
    const order: Required<Order> = {
      issuer: { name: drawn.issuer, keys: drawn.issuerKeys },
      subject: { name: subject, spki: subjectKeys.spki },
      serialNumber: drawn.serialNumber,
      extensions: extensionsOf({ ...drawn, subjectKeys }, subject),
      notBefore: unixSeconds(drawn.notBefore),
      notAfter: unixSeconds(drawn.notAfter),
    };
    return { order, subjectKeys, issuerKeys: drawn.issuerKeys, kind: drawn.kind };
  });

test('certificates of every kind and algorithm are what node:crypto and @peculiar/x509 read', () => {
  fc.assert(
    fc.property(orders, ({ order, subjectKeys, issuerKeys, kind }) => {
      const der = issue(order);
      const ours = parseCertificate(der);
      assert.equal(keyAlgorithmOf(ours.spki), subjectKeys.algorithm);
      assert.deepEqual(ours.subject, order.subject.name);
      assert.deepEqual(ours.issuer, order.issuer.name);

      const native = new X509Certificate(der);
      assert.equal(BigInt(`0x${native.serialNumber}`), BigInt(`0x${ours.serialNumber}`));
      assert.equal(native.validFromDate.getTime() / 1000, ours.notBefore);
      assert.equal(native.validToDate.getTime() / 1000, ours.notAfter);
      assert.deepEqual(new Uint8Array(native.publicKey.export({ type: 'spki', format: 'der' })), ours.spki);
      assert.equal(native.ca, kind === 'root' || kind === 'subordinate');
      assert.ok(verifySignature(ours.tbs, ours.signature, issuerKeys.spki, signatureAlgorithmOf(issuerKeys.algorithm)));
      // The platform verifies SM2 certificates without a signer ID, and so none at all; openssl.test.ts has openssl do it.
      const isSm2 = issuerKeys.algorithm === 'SM2_256';
      assert.equal(native.verify(new X509Certificate(issue(rootOf(order, issuerKeys))).publicKey), !isSm2);

      const theirs = new x509.X509Certificate(der);
      assert.equal(BigInt(`0x${theirs.serialNumber}`), BigInt(`0x${ours.serialNumber}`));
      assert.equal(theirs.notBefore.getTime() / 1000, ours.notBefore);
      assert.equal(theirs.notAfter.getTime() / 1000, ours.notAfter);
      assert.deepEqual(new Uint8Array(theirs.subjectName.toArrayBuffer()), ours.subjectDer);
      assert.deepEqual(new Uint8Array(theirs.issuerName.toArrayBuffer()), ours.issuerDer);
      assert.equal(toHex(new Uint8Array(theirs.publicKey.rawData)), toHex(ours.spki));
      assert.deepEqual(new Uint8Array(theirs.signature), ours.signature);
      assert.deepEqual(extensionsTheyRead(theirs), extensionsWeRead(der));
    }),
    { numRuns: 300 },
  );
});

test('requests of @peculiar/x509 are read, and prove possession', async () => {
  const dNSName = 'a.example';
  for (const { algorithm, digest } of requestAlgorithms) {
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const theirs = await x509.Pkcs10CertificateRequestGenerator.create({
      name: 'C=CN, O=Aliyun, CN=a.example',
      keys: keys as x509.Pkcs10CertificateRequestCreateParams['keys'],
      signingAlgorithm: { ...algorithm, hash: digest },
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: dNSName }])],
      attributes: [new x509.ChallengePasswordAttribute('secret')],
    });
    const ours = parseCertificationRequest(new Uint8Array(theirs.rawData));
    assert.deepEqual(ours.subjectDer, new Uint8Array(theirs.subjectName.toArrayBuffer()));
    assert.deepEqual(
      ours.subject.map(({ value }) => value),
      ['CN', 'Aliyun', 'a.example'],
    );
    assert.deepEqual(ours.requestedExtensions.subjectAlternativeNames, [{ type: 'dNSName', value: dNSName }]);
    assert.ok(await verifyProofOfPossession(ours), digest);
  }
});

const requestAlgorithms = [
  { algorithm: { name: 'ECDSA', namedCurve: 'P-256' }, digest: 'SHA-256' },
  { algorithm: { name: 'ECDSA', namedCurve: 'P-384' }, digest: 'SHA-384' },
  { algorithm: { name: 'ECDSA', namedCurve: 'P-521' }, digest: 'SHA-512' },
  {
    algorithm: {
      name: 'RSA-PSS',
      modulusLength: 3072,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
      saltLength: 32,
    },
    digest: 'SHA-256',
  },
  {
    algorithm: {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-512',
    },
    digest: 'SHA-512',
  },
];

/** A certificate with the issuer's key, to ask node:crypto for it. */
function rootOf(order: Required<Order>, issuerKeys: KeyPair): Order {
  return { ...order, subject: { name: order.issuer.name, spki: issuerKeys.spki } };
}

function extensionsWeRead(der: Uint8Array) {
  const { extensions } = parseCertificate(der);
  const access = extensions.authorityInformationAccess;
  return {
    all: extensions.raw.map(({ id, critical, value }) => [id, critical, toHex(value)]),
    basic: extensions.basicConstraints && [
      extensions.basicConstraints.cA,
      extensions.basicConstraints.pathLenConstraint,
    ],
    usages: extensions.keyUsage?.toSorted(),
    purposes: extensions.extendedKeyUsages,
    subjectKey: extensions.subjectKeyIdentifier && toHex(extensions.subjectKeyIdentifier),
    authorityKey: extensions.authorityKeyIdentifier && toHex(extensions.authorityKeyIdentifier),
    alternatives: extensions.subjectAlternativeNames?.flatMap((name) =>
      'value' in name ? [[name.type, name.value]] : [],
    ),
    points: extensions.crlDistributionPoints,
    access: access && [access.ocsp, access.caIssuers],
  };
}

function extensionsTheyRead(certificate: x509.X509Certificate): ReturnType<typeof extensionsWeRead> {
  const basic = certificate.getExtension(x509.BasicConstraintsExtension);
  const usage = certificate.getExtension(x509.KeyUsagesExtension);
  const purposes = certificate.getExtension(x509.ExtendedKeyUsageExtension);
  const points = certificate.getExtension(x509.CRLDistributionPointsExtension);
  const access = certificate.getExtension(x509.AuthorityInfoAccessExtension);
  const alternatives = certificate.getExtension(x509.SubjectAlternativeNameExtension);
  const uris = (list: x509.GeneralName[]) => Array.from(list, (name) => name.value);
  return {
    all: Array.from(certificate.extensions, ({ type, critical, value }) => [
      type,
      critical,
      toHex(new Uint8Array(value)),
    ]),
    basic: basic ? [basic.ca, basic.pathLength] : undefined,
    usages: usage ? usageNames.filter((name) => (usage.usages & x509.KeyUsageFlags[name]) !== 0).toSorted() : undefined,
    purposes: plain(purposes?.usages)?.map((dotted) => oidName(String(dotted)) ?? String(dotted)),
    subjectKey: certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    authorityKey: certificate.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId,
    alternatives: plain(alternatives?.names.items)?.flatMap((name) => {
      const type = textTypes.get(name.type);
      return type ? [[type, type === 'iPAddress' ? canonical(name.value) : name.value]] : [];
    }),
    points: plain(points?.distributionPoints)?.flatMap((point) =>
      Array.from(point.distributionPoint?.fullName ?? [], (name) => name.uniformResourceIdentifier ?? ''),
    ),
    access: access ? [uris(access.ocsp), uris(access.caIssuers)] : undefined,
  };
}

/** Their lists are subclasses of Array. */
function plain<T>(list: ArrayLike<T> | undefined): T[] | undefined {
  return list && Array.from(list);
}

const usageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const textTypes: ReadonlyMap<string, TextNameType> = new Map([
  ['dns', 'dNSName'],
  ['email', 'rfc822Name'],
  ['url', 'uniformResourceIdentifier'],
  ['ip', 'iPAddress'],
]);

function canonical(address: string): string {
  return formatIpAddress(parseIpAddress(address) ?? assert.fail(address));
}
