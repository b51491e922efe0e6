import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyAlgorithmOf } from '../../src/pki/algorithm.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { parseCertificationRequest, verifyProofOfPossession } from '../../src/pki/csr.ts';
import { DecodingError, DerReader } from '../../src/pki/der-reader.ts';
import { bitString, constructed, integerOf, sequence, sequenceOf, setOf } from '../../src/pki/der-writer.ts';
import { encodeExtensions, subjectAlternativeName } from '../../src/pki/extensions.ts';
import { decodeName, encodeName, formatName, nameOf } from '../../src/pki/name.ts';
import { oidDer } from '../../src/pki/oid.ts';
import { endEntityExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { issue, newKeyPair } from './issuing.ts';

const keys = newKeyPair('ECC_256');
const rsa = newKeyPair('RSA_1024');
const subject = nameOf({ country: 'CN', organization: '阿里云', commonName: 'a.example' });
const extensions = endEntityExtensions({
  kind: 'server',
  keyAlgorithm: 'RSA_1024',
  spki: rsa.spki,
  issuerKeyIdentifier: keys.keyIdentifier,
  subject,
  subjectAlternativeNames: [
    { type: 'dNSName', value: '*.a.example' },
    { type: 'iPAddress', value: '2001:db8::1' },
    { type: 'directoryName', name: subject },
  ],
  addresses: { crl: 'http://a/crl', issuer: 'http://a/issuer', ocsp: 'http://a/ocsp' },
});
const certificate = issue({
  issuer: { name: subject, keys },
  subject: { name: subject, spki: rsa.spki },
  serialNumber: 'c0ffee' as SerialNumber,
  extensions,
});
const requestInfo = sequence(
  integerOf(0),
  encodeName(subject),
  keys.spki,
  constructed(0, sequence(oidDer('extensionRequest'), setOf([encodeExtensions(extensions)]))),
);
const request = sequence(
  requestInfo,
  sequence(oidDer('ecdsa-with-SHA256')),
  bitString(new Uint8Array(sign('sha256', requestInfo, keys.privateKey))),
);

/** Everything the service does with a certificate from outside. */
function takeCertificate(der: Uint8Array): void {
  const { issuer, subject, spki } = parseCertificate(der);
  formatName(issuer);
  formatName(subject);
  keyAlgorithmOf(spki);
}

/** Everything the service does with a request from outside. */
async function takeRequest(der: Uint8Array): Promise<void> {
  const read = parseCertificationRequest(der);
  formatName(read.subject);
  await verifyProofOfPossession(read);
}

const takeAny = (der: Uint8Array) => new DerReader(der).any();

async function endsWell(take: (der: Uint8Array) => unknown, der: Uint8Array): Promise<void> {
  try {
    await take(der);
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    assert.ok(error.at >= 0 && error.at <= der.length, `${error.message} of ${der.length}`);
  }
}

const places = fc.nat(certificate.length + request.length);
/** Octets that mean something in DER are met more often than others. */
const octet = fc.oneof(fc.nat(255), fc.constantFrom(0x00, 0x01, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff));
type Mutation = (der: Uint8Array) => Uint8Array;
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(places, octet).map(
    ([place, value]): Mutation =>
      (der) =>
        der.with(place % der.length, value),
  ),
  fc.tuple(places, fc.nat(7)).map(
    ([place, bit]): Mutation =>
      (der) => {
        const at = place % der.length;
        return der.with(at, (der[at] ?? 0) ^ (1 << bit));
      },
  ),
  places.map(
    (place): Mutation =>
      (der) =>
        der.slice(0, place % der.length),
  ),
  fc.tuple(places, fc.nat(8)).map(
    ([place, count]): Mutation =>
      (der) => {
        const at = place % der.length;
        return Uint8Array.from([...der.subarray(0, at), ...der.subarray(at + count)]);
      },
  ),
  fc.tuple(places, fc.array(octet, { maxLength: 8 })).map(
    ([place, more]): Mutation =>
      (der) => {
        const at = place % der.length;
        return Uint8Array.from([...der.subarray(0, at), ...more, ...der.subarray(at)]);
      },
  ),
  fc.tuple(places, places, fc.nat(40)).map(
    ([from, to, count]): Mutation =>
      (der) => {
        const copy = der.slice();
        copy.copyWithin(to % der.length, from % der.length, (from % der.length) + count);
        return copy;
      },
  ),
);
const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
const mutated = (der: Uint8Array, list: readonly Mutation[]) =>
  list.reduce((bytes, mutate) => (bytes.length === 0 ? bytes : mutate(bytes)), der);

test('the certificate and the request that are mutated are good ones', async () => {
  takeCertificate(certificate);
  assert.ok(await verifyProofOfPossession(parseCertificationRequest(request)));
});

test('each octet changed in turn ends in a certificate or a DecodingError', async () => {
  for (let at = 0; at < certificate.length; at++) {
    for (const value of [0x00, 0x30, 0x7f, 0x80, 0xff, (certificate[at] ?? 0) ^ 0x20]) {
      await endsWell(takeCertificate, certificate.with(at, value));
    }
  }
});

test('a certificate cut short anywhere ends in a DecodingError', () => {
  for (let length = 0; length < certificate.length; length++) {
    assert.throws(() => parseCertificate(certificate.subarray(0, length)), DecodingError);
    if (length < request.length)
      assert.throws(() => parseCertificationRequest(request.subarray(0, length)), DecodingError);
  }
});

test('mutated certificates end in a certificate or a DecodingError', async () => {
  await fc.assert(
    fc.asyncProperty(mutations, (list) => endsWell(takeCertificate, mutated(certificate, list))),
    { numRuns: 3000 },
  );
});

test('mutated requests end in an answer or a DecodingError', async () => {
  await fc.assert(
    fc.asyncProperty(mutations, (list) => endsWell(takeRequest, mutated(request, list))),
    { numRuns: 3000 },
  );
});

test('any bytes end in an element, a name, a certificate, a request or a DecodingError', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(octet, { maxLength: 60 }).map(Uint8Array.from.bind(Uint8Array)), async (der) => {
      for (const take of [takeAny, decodeName, takeCertificate, takeRequest]) await endsWell(take, der);
    }),
    { numRuns: 3000 },
  );
});

test('twenty thousand names are read in one pass, not in one pass each', { timeout: 20_000 }, () => {
  const name = { type: 'dNSName', value: 'a' } as const;
  const many = subjectAlternativeName(Array(20_000).fill(name), false);
  const wide = issue({
    issuer: { name: subject, keys },
    subject: { name: subject, spki: rsa.spki },
    serialNumber: '01' as SerialNumber,
    extensions: [many],
  });
  assert.equal(parseCertificate(wide).extensions.subjectAlternativeNames?.length, 20_000);
  const relativeName = encodeName([{ type: 'commonName', value: 'a' }]).subarray(2);
  assert.equal(decodeName(sequenceOf(Array(5_000).fill(relativeName))).length, 5_000);
});
