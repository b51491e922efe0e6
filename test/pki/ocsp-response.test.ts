import assert from 'node:assert/strict';
import { sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { unixSeconds } from '../../src/base/time.ts';
import { signatureAlgorithmOf, subjectPublicKeyOf } from '../../src/pki/algorithm.ts';
import { BackwardWriter } from '../../src/pki/backward-writer.ts';
import { type IssuerKey, issuerAnswersTo, issuerAsked } from '../../src/pki/cert-id.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { DecodingError, DerReader } from '../../src/pki/der-reader.ts';
import { constructed, nullValue, octetString, sequence } from '../../src/pki/der-writer.ts';
import { encodeExtensions, readExtensions } from '../../src/pki/extensions.ts';
import { nameOf } from '../../src/pki/name.ts';
import { parseOcspRequest } from '../../src/pki/ocsp-request.ts';
import {
  assembleOcspResponse,
  buildTbsResponseData,
  type CertStatus,
  encodeResponder,
  neverIssued,
  ocspErrorResponse,
  type ResponseData,
} from '../../src/pki/ocsp-response.ts';
import { type BasicOcspResponse, parseOcspResponse } from '../../src/pki/ocsp-response-reader.ts';
import { oids } from '../../src/pki/oid.ts';
import { decodePem, encodePem } from '../../src/pki/pem.ts';
import { authorityExtensions, endEntityExtensions, ocspResponderExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { serialNumbers } from './arbitraries.ts';
import { certIdOf } from './asking.ts';
import { hex, toHex } from './hex.ts';
import { issue, type KeyPair, newKeyPair } from './issuing.ts';
import { get, needsOpenssl, openssl, put } from './openssl-cli.ts';

const responder = newKeyPair('ECC_256');
const at = (text: string) => unixSeconds(Date.parse(text) / 1000);
const thisUpdate = at('2026-03-01T00:00:00Z');
const data: ResponseData = {
  responder: encodeResponder(responder.keyIdentifier, []),
  producedAt: at('2026-03-01T00:00:01Z'),
  responses: [
    { certId: certIdOf('01'), certStatus: { status: 'good' }, thisUpdate, nextUpdate: at('2026-03-02T00:00:00Z') },
  ],
};
const [single] = data.responses as [ResponseData['responses'][number]];
const withStatus = (certStatus: CertStatus): ResponseData => ({ ...data, responses: [{ ...single, certStatus }] });

function signed(tbs: Uint8Array, keys: KeyPair = responder, certificates: Uint8Array[] = []): Uint8Array {
  const signature = new Uint8Array(sign('sha256', tbs, keys.privateKey));
  return assembleOcspResponse(
    tbs,
    signatureAlgorithmOf(keys.algorithm),
    signature,
    encodeResponder(keys.keyIdentifier, certificates),
  );
}

function roundTrip(given: ResponseData): BasicOcspResponse {
  const parsed = parseOcspResponse(signed(buildTbsResponseData(given)));
  assert.ok(parsed.status === 'successful');
  return parsed;
}

test('an error is its status and nothing else; 4 is not used (RFC 6960 §2.3, §4.2.1)', () => {
  for (const [error, code] of [
    ['malformedRequest', 1],
    ['internalError', 2],
    ['tryLater', 3],
    ['sigRequired', 5],
    ['unauthorized', 6],
  ] as const) {
    assert.equal(toHex(ocspErrorResponse(error)), `30030a010${code}`);
    assert.deepEqual(parseOcspResponse(ocspErrorResponse(error)), { status: error });
  }
  for (const code of [4, 7]) assert.throws(() => parseOcspResponse(hex(`30030a010${code}`)), DecodingError);
});

test('octet for octet: version left out, responder byKey, GeneralizedTime with seconds, good is an empty [0] (RFC 6960 §4.2.1)', () => {
  const certId = toHex(single.certId);
  const time = (digits: string) => `180f${Buffer.from(digits, 'latin1').toString('hex')}`;
  const answer = `${certId}8000${time('20260301000000Z')}a011${time('20260302000000Z')}`;
  const length = (text: string) => (text.length / 2).toString(16).padStart(2, '0');
  const list = `30${length(answer)}${answer}`;
  const content = `a2160414${toHex(responder.keyIdentifier)}${time('20260301000001Z')}30${length(list)}${list}`;
  assert.equal(toHex(buildTbsResponseData(data)), `3081${length(content)}${content}`);
});

test('each status is read as written, the reason in RevokedInfo and left out where there is none (RFC 6960 §4.2.1)', () => {
  const revocationTime = at('2026-02-28T23:59:59Z');
  const statuses: CertStatus[] = [
    { status: 'good' },
    { status: 'unknown' },
    { status: 'revoked', revocationTime },
    neverIssued,
    ...(
      [
        'keyCompromise',
        'cACompromise',
        'affiliationChanged',
        'superseded',
        'cessationOfOperation',
        'certificateHold',
        'privilegeWithdrawn',
        'aACompromise',
      ] as const
    ).map((reason) => ({ status: 'revoked' as const, revocationTime, reason })),
  ];
  for (const status of statuses) {
    const [read] = roundTrip(withStatus(status)).responses;
    assert.deepEqual(read?.certStatus, status);
    assert.equal(toHex(read?.certId.der ?? hex('')), toHex(single.certId));
    assert.deepEqual([read?.thisUpdate, read?.nextUpdate], [single.thisUpdate, single.nextUpdate]);
  }
  const tbs = toHex(buildTbsResponseData(withStatus({ status: 'revoked', revocationTime, reason: 'aACompromise' })));
  assert.match(tbs, /a116180f[0-9a-f]{30}a0030a010a/);
  assert.throws(
    () => buildTbsResponseData(withStatus({ status: 'revoked', revocationTime, reason: 'removeFromCRL' })),
    {
      field: 'revocationReason',
      problem: 'out-of-range',
    },
  );
});

test('never issued, as revoked: on hold since the beginning of 1970 (RFC 6960 §2.2)', () => {
  assert.deepEqual(neverIssued, { status: 'revoked', revocationTime: 0, reason: 'certificateHold' });
  assert.match(toHex(buildTbsResponseData(withStatus(neverIssued))), /180f31393730303130313030303030305aa0030a0106/);
});

test('the extended definition of revoked is an extension of the response, NULL and not critical (RFC 6960 §4.4.8)', () => {
  const { extensions, responses } = roundTrip({ ...withStatus(neverIssued), extendedRevoke: true });
  assert.deepEqual(extensions, [{ id: '1.3.6.1.5.5.7.48.1.9', critical: false, value: nullValue }]);
  assert.deepEqual(responses[0]?.extensions, []);
  assert.deepEqual(roundTrip({ ...data, extendedRevoke: false }).extensions, []);
});

test('the archive cutoff is an extension of the single response (RFC 6960 §4.4.4)', () => {
  const archiveCutoff = at('2020-01-01T00:00:00Z');
  const { extensions, responses } = roundTrip({ ...data, responses: [{ ...single, archiveCutoff }] });
  assert.deepEqual(extensions, []);
  const [cutoff] = responses[0]?.extensions ?? [];
  assert.equal(cutoff?.id, '1.3.6.1.5.5.7.48.1.6');
  assert.equal(new DerReader(cutoff?.value ?? hex('')).generalizedTime(), archiveCutoff);
});

test('a nonce of 1 to 128 octets is repeated, others are not written (RFC 9654 §2.1)', () => {
  for (const octets of [1, 2, 127, 128]) {
    const nonce = new Uint8Array(octets).fill(9);
    assert.deepEqual(roundTrip({ ...data, nonce }).nonce, nonce);
  }
  for (const octets of [0, 129]) {
    assert.throws(() => buildTbsResponseData({ ...data, nonce: new Uint8Array(octets) }), {
      field: 'nonce',
      problem: 'wrong-length',
    });
  }
});

test('what would be no response is not built', () => {
  const build = (given: Partial<ResponseData>) => () => buildTbsResponseData({ ...data, ...given });
  assert.throws(build({ responses: [] }), { field: 'responses', problem: 'empty' });
  for (const octets of [19, 21, 32]) {
    assert.throws(() => encodeResponder(new Uint8Array(octets), []), { problem: 'wrong-length' });
  }
  for (const seconds of [-1, 0]) {
    const nextUpdate = unixSeconds(thisUpdate + seconds);
    assert.throws(build({ responses: [{ ...single, nextUpdate }] }), { field: 'nextUpdate', problem: 'out-of-range' });
  }
  assert.doesNotThrow(build({ responses: [{ ...single, nextUpdate: unixSeconds(thisUpdate + 1) }] }));
  assert.throws(build({ producedAt: unixSeconds(253_402_300_800) }), { field: 'producedAt', problem: 'out-of-range' });
  // A failure leaves nothing behind for the next one.
  assert.equal(toHex(buildTbsResponseData(data)), toHex(buildTbsResponseData(data)));
});

test('lengths are the shortest at 127, 128, 255, 256, 65535 and 65536 octets (X.690 §10.1)', () => {
  const writer = new BackwardWriter();
  for (const octets of [0, 127, 128, 255, 256, 4093, 4096, 65_535, 65_536, 200_000]) {
    const content = new Uint8Array(octets).fill(1);
    writer.raw(content);
    writer.header(0x04, 0);
    assert.equal(Buffer.compare(writer.take(), octetString(content)), 0, `${octets}`);
  }
});

test('the signature covers ResponseData as assembled; certificates follow it in order', () => {
  const tbs = buildTbsResponseData(data);
  const certificates = [sequence(nullValue), sequence(sequence(nullValue))];
  const parsed = parseOcspResponse(signed(tbs, responder, certificates));
  assert.ok(parsed.status === 'successful');
  assert.equal(toHex(parsed.tbs), toHex(tbs));
  assert.ok(
    verify('sha256', parsed.tbs, { key: Buffer.from(responder.spki), format: 'der', type: 'spki' }, parsed.signature),
  );
  assert.deepEqual(parsed.certificates.map(toHex), certificates.map(toHex));
  assert.equal(parsed.signatureAlgorithm.id, oids['ecdsa-with-SHA256']);
  const bare = toHex(signed(tbs));
  assert.ok(!bare.endsWith(toHex(constructed(0, sequence()))), 'certs is absent, not empty (RFC 6960 §4.2.1)');
});

test('a response of many answers comes back as it was', (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const moments = fc.integer({ min: 0, max: 4_000_000_000 }).map(unixSeconds);
  const reasons = fc.constantFrom('keyCompromise', 'superseded', 'certificateHold' as const);
  const statuses: fc.Arbitrary<CertStatus> = fc.oneof(
    fc.constantFrom<CertStatus>({ status: 'good' }, { status: 'unknown' }),
    moments.map((revocationTime) => ({ status: 'revoked' as const, revocationTime })),
    fc
      .tuple(moments, reasons)
      .map(([revocationTime, reason]) => ({ status: 'revoked' as const, revocationTime, reason })),
  );
  const singles = fc.tuple(serialNumbers, statuses, moments, fc.integer({ min: 1, max: 1e9 }));
  fc.assert(
    fc.property(fc.array(singles, { minLength: 1, maxLength: 30 }), moments, (drawn, producedAt) => {
      const responses = drawn.map(([serialNumber, certStatus, from, seconds]) => ({
        certId: certIdOf(serialNumber, 'sha256'),
        certStatus,
        thisUpdate: from,
        nextUpdate: unixSeconds(from + seconds),
      }));
      const read = roundTrip({ responder: encodeResponder(responder.keyIdentifier, []), producedAt, responses });
      assert.equal(read.producedAt, producedAt);
      assert.deepEqual(
        read.responses.map(({ certId, certStatus, thisUpdate, nextUpdate }) => ({
          certId: certId.der,
          certStatus,
          thisUpdate,
          nextUpdate,
        })),
        responses,
      );
    }),
    { seed },
  );
});

test('a delegated responder signs OCSP answers, nobody asks for its status, and it has no addresses (RFC 6960 §4.2.2.2.1, RFC 9919 §3.2.2)', () => {
  const extensions = ocspResponderExtensions({ spki: responder.spki, issuerKeyIdentifier: hex('0102') });
  const { raw: _, ...decoded } = readExtensions(new DerReader(encodeExtensions(extensions)));
  assert.deepEqual(decoded, {
    keyUsage: ['digitalSignature'],
    extendedKeyUsages: ['OCSPSigning'],
    subjectKeyIdentifier: responder.keyIdentifier,
    authorityKeyIdentifier: hex('0102'),
  });
  assert.deepEqual(
    extensions.find(({ id }) => id === '1.3.6.1.5.5.7.48.1.5'),
    { id: '1.3.6.1.5.5.7.48.1.5', critical: false, value: nullValue },
  );
});

const never = '' as IssuerKey;
const now = unixSeconds(Math.floor(Date.now() / 1000));
const caName = nameOf({ country: 'CN', organization: '阿里云', commonName: 'CA' });
const statuses: readonly (readonly [string, CertStatus, RegExp])[] = [
  ['01', { status: 'good' }, /: good/],
  ['7f'.repeat(20), { status: 'revoked', revocationTime: unixSeconds(now - 60) }, /: revoked(?!.*Reason)/s],
  [
    'ff'.repeat(19),
    { status: 'revoked', revocationTime: unixSeconds(now - 60), reason: 'keyCompromise' },
    /: revoked.*Reason: keyCompromise/s,
  ],
  ['c0ffee', { status: 'unknown' }, /: unknown/],
];

/** A CA, its responder and a leaf of a serial number, in files. */
function writeCertificates(algorithm: 'ECC_256' | 'RSA_2048') {
  const ca = newKeyPair(algorithm);
  const keys = newKeyPair(algorithm);
  const leaf = newKeyPair('ECC_256');
  const issuer = { name: caName, keys: ca };
  const certify = (file: string, order: Omit<Parameters<typeof issue>[0], 'issuer'>): Uint8Array => {
    const der = issue({ issuer, ...order });
    put(file, encodePem('CERTIFICATE', der));
    return der;
  };
  const caDer = certify('ca.pem', {
    subject: { name: caName, spki: ca.spki },
    serialNumber: '02' as SerialNumber,
    extensions: authorityExtensions({ spki: ca.spki }),
  });
  const responderDer = certify('responder.pem', {
    subject: { name: nameOf({ commonName: 'Responder' }), spki: keys.spki },
    serialNumber: '03' as SerialNumber,
    extensions: ocspResponderExtensions({ spki: keys.spki, issuerKeyIdentifier: ca.keyIdentifier }),
  });
  put('responder.key', keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const certifyLeaf = (serialNumber: SerialNumber) => {
    const subject = nameOf({ commonName: 'leaf' });
    certify('leaf.pem', {
      subject: { name: subject, spki: leaf.spki },
      serialNumber,
      extensions: endEntityExtensions({
        kind: 'client',
        keyAlgorithm: 'ECC_256',
        spki: leaf.spki,
        issuerKeyIdentifier: ca.keyIdentifier,
        subject,
      }),
    });
  };
  return { ca, caDer, keys, responderDer, certifyLeaf };
}

for (const algorithm of ['ECC_256', 'RSA_2048'] as const) {
  test(`openssl asks, and takes the answers of a delegated responder for what they are (${algorithm})`, (t) => {
    if (!needsOpenssl(t)) return;
    const { ca, caDer, keys, responderDer, certifyLeaf } = writeCertificates(algorithm);
    for (const [serialNumber, certStatus, words] of statuses) {
      certifyLeaf(serialNumber as SerialNumber);
      for (const digest of ['sha1', 'sha256'] as const) {
        const named = ['ocsp', `-${digest}`, '-issuer', 'ca.pem', '-cert', 'leaf.pem'];
        openssl(...named, '-reqout', 'request.der');
        const { certIds, nonce } = parseOcspRequest(get('request.der'), { maximumOctets: 4096, maximumCertIds: 1 });
        const [certId] = certIds;
        assert.ok(certId !== undefined && nonce !== undefined);
        assert.deepEqual([certId.serialNumber, certId.hashAlgorithm], [serialNumber, digest]);
        assert.ok(issuerAnswersTo(parseCertificate(caDer).subjectDer, ca.spki).includes(issuerAsked(certId) ?? never));
        const issuer = { nameDer: parseCertificate(caDer).subjectDer, key: subjectPublicKeyOf(ca.spki) };
        assert.equal(toHex(certId.der), toHex(certIdOf(serialNumber, digest, { issuer })));
        const tbs = buildTbsResponseData({
          responder: encodeResponder(keys.keyIdentifier, []),
          producedAt: now,
          responses: [{ certId: certId.der, certStatus, thisUpdate: now, nextUpdate: unixSeconds(now + 3600) }],
          nonce,
          extendedRevoke: true,
        });
        put('response.der', signed(tbs, keys, [responderDer]));
        const said = openssl(...named, '-respin', 'response.der', '-CAfile', 'ca.pem', '-no_nonce');
        assert.match(said, /Response verify OK/);
        assert.match(said, words);
        const text = openssl('ocsp', '-respin', 'response.der', '-noverify', '-resp_text');
        assert.match(text, /Version: 1 \(0x0\)/);
        assert.match(text, new RegExp(`Responder Id: ${toHex(keys.keyIdentifier)}`, 'i'));
        assert.match(text, new RegExp(`OCSP Nonce:\\s+0410${toHex(nonce)}`, 'i'));
      }
    }
  });
}

test('openssl knows each error by its name', (t) => {
  if (!needsOpenssl(t)) return;
  for (const [error, words] of [
    ['malformedRequest', /malformedrequest \(1\)/],
    ['internalError', /internalerror \(2\)/],
    ['tryLater', /trylater \(3\)/],
    ['sigRequired', /sigrequired \(5\)/],
    ['unauthorized', /unauthorized \(6\)/],
  ] as const) {
    put('error.der', ocspErrorResponse(error));
    assert.throws(() => openssl('ocsp', '-respin', 'error.der', '-noverify'), words);
  }
});

test('requests and responses that openssl makes are read', (t) => {
  if (!needsOpenssl(t)) return;
  const { keys } = writeCertificates('ECC_256');
  const serials = ['0x01', '0x02ff', `0x${'7f'.repeat(20)}`];
  const asked = ['ocsp', '-issuer', 'ca.pem', ...serials.flatMap((serial) => ['-serial', serial])];
  openssl(...asked, '-no_nonce', '-reqout', 'plain.der');
  openssl(...asked, '-reqout', 'signed.der', '-signer', 'responder.pem', '-signkey', 'responder.key');
  for (const file of ['plain.der', 'signed.der']) {
    const { certIds, nonce } = parseOcspRequest(get(file), { maximumOctets: 4096, maximumCertIds: 3 });
    assert.deepEqual(
      certIds.map(({ serialNumber }) => serialNumber),
      ['01', '02ff', '7f'.repeat(20)],
    );
    assert.equal(nonce === undefined, file === 'plain.der');
  }
  put(
    'index.txt',
    'R\t490101000000Z\t260101000000Z,superseded\t02FF\tunknown\t/CN=a\nV\t490101000000Z\t\t01\tunknown\t/CN=b\n',
  );
  openssl(
    ...'ocsp -index index.txt -CA ca.pem -rsigner responder.pem -rkey responder.key -resp_key_id -ndays 1'.split(' '),
    ...'-reqin plain.der -respout made.der'.split(' '),
  );
  const made = parseOcspResponse(get('made.der'));
  assert.ok(made.status === 'successful');
  assert.deepEqual(
    made.responses.map(({ certId, certStatus }) => [certId.serialNumber, certStatus]),
    [
      ['01', { status: 'good' }],
      ['02ff', { status: 'revoked', revocationTime: at('2026-01-01T00:00:00Z'), reason: 'superseded' }],
      ['7f'.repeat(20), { status: 'unknown' }],
    ],
  );
  assert.deepEqual(made.responderKeyHash, keys.keyIdentifier);
  const responderDer = decodePem(new TextDecoder().decode(get('responder.pem')), 'CERTIFICATE');
  assert.deepEqual(made.certificates.map(toHex), [toHex(responderDer)]);
});
