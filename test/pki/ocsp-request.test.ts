import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { subjectPublicKeyOf } from '../../src/pki/algorithm.ts';
import { issuerAnswersTo, issuerAsked, readCertId } from '../../src/pki/cert-id.ts';
import { DecodingError, type DecodingProblem, DerReader } from '../../src/pki/der-reader.ts';
import {
  constructed,
  integer,
  integerOf,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  sequenceOf,
} from '../../src/pki/der-writer.ts';
import { type Extension, encodeExtensions } from '../../src/pki/extensions.ts';
import { encodeName, nameOf } from '../../src/pki/name.ts';
import { parseOcspRequest } from '../../src/pki/ocsp-request.ts';
import { oidDer, oids } from '../../src/pki/oid.ts';
import { serialNumbers } from './arbitraries.ts';
import { certIdOf, nested, nonceExtension, requestOf } from './asking.ts';
import { hex, toHex } from './hex.ts';
import { newKeyPair } from './issuing.ts';

const limits = { maximumOctets: 64 * 1024, maximumCertIds: 20 };
const parse = (der: Uint8Array) => parseOcspRequest(der, limits);

function refused(der: Uint8Array, problem: DecodingProblem): void {
  assert.throws(
    () => parse(der),
    (error) => {
      assert.ok(error instanceof DecodingError, String(error));
      assert.equal(error.problem, problem);
      return true;
    },
  );
}

const one = certIdOf('c0ffee');
const unknownExtension = (critical: boolean): Extension => ({ id: '1.2.3.4', critical, value: hex('0500') });
const single = (certId: Uint8Array, extensions: readonly Extension[]) =>
  sequence(sequence(sequence(sequence(certId, constructed(0, encodeExtensions(extensions))))));

test('a request tells of each certificate the hashes and the serial number, in order (RFC 6960 §4.1.1)', () => {
  const certIds = [one, certIdOf('01', 'sha256'), certIdOf('ff'.repeat(19))];
  const { certIds: read, ...rest } = parse(requestOf(certIds));
  assert.deepEqual(
    read.map(({ der, hashAlgorithm, serialNumber }) => [toHex(der), hashAlgorithm, serialNumber]),
    [
      [toHex(certIds[0] as Uint8Array), 'sha1', 'c0ffee'],
      [toHex(certIds[1] as Uint8Array), 'sha256', '01'],
      [toHex(certIds[2] as Uint8Array), 'sha1', 'ff'.repeat(19)],
    ],
  );
  assert.deepEqual(
    read.map(({ issuerNameHash, issuerKeyHash }) => [issuerNameHash.length, issuerKeyHash.length]),
    [
      [20, 20],
      [32, 32],
      [20, 20],
    ],
  );
  assert.deepEqual(rest, {
    nonce: undefined,
    acceptsBasic: true,
    preferredSignatureAlgorithms: [],
    unknownCriticalExtension: undefined,
  });
});

test('the CertID is kept as received, whether the hash has NULL for parameters or none (RFC 5754 §2)', () => {
  for (const algorithm of ['sha1', 'sha256'] as const) {
    for (const parameters of [[nullValue], []]) {
      const certId = certIdOf('0102', algorithm, { parameters });
      const [read] = parse(requestOf([certId])).certIds;
      assert.equal(read?.hashAlgorithm, algorithm);
      assert.equal(toHex(read?.der ?? hex('')), toHex(certId));
    }
  }
});

test('a hash that we do not compute is told, and no error', () => {
  for (const certId of [certIdOf('01', 'sha512'), certIdOf('01', 'sha1', { parameters: [integerOf(1)] })]) {
    const [read] = parse(requestOf([certId, one])).certIds;
    assert.deepEqual([read?.hashAlgorithm, read?.serialNumber], ['unknown', '01']);
  }
});

test('an issuer is found by its name and key under both hashes, and by nobody else’s (RFC 6960 §4.1.1)', () => {
  const keys = newKeyPair('ECC_256');
  const issuer = { nameDer: encodeName(nameOf({ commonName: 'CA' })), key: subjectPublicKeyOf(keys.spki) };
  const known = issuerAnswersTo(issuer.nameDer, keys.spki);
  const asked = (certId: Uint8Array) => issuerAsked(readCertId(new DerReader(certId)));
  for (const [index, algorithm] of (['sha1', 'sha256'] as const).entries()) {
    for (const parameters of [[nullValue], []]) {
      assert.equal(asked(certIdOf('01', algorithm, { issuer, parameters })), known[index]);
    }
    const another = newKeyPair('ECC_256');
    for (const other of [
      { ...issuer, nameDer: encodeName(nameOf({ commonName: 'CB' })) },
      { ...issuer, key: subjectPublicKeyOf(another.spki) },
    ]) {
      const key = asked(certIdOf('01', algorithm, { issuer: other }));
      assert.ok(key !== undefined && !known.includes(key));
    }
  }
  assert.equal(asked(certIdOf('01', 'sha512', { issuer })), undefined);
});

test('serial numbers of 19 and 20 octets are read, with their sign octet; 21 octets are nobody’s (RFC 5280 §4.1.2.2)', () => {
  const serialOf = (content: string) => {
    const certId = sequence(
      sequence(oidDer('sha1'), nullValue),
      octetString(new Uint8Array(20)),
      octetString(new Uint8Array(20)),
      integer(hex(content)),
    );
    return parse(requestOf([certId])).certIds[0]?.serialNumber;
  };
  assert.equal(serialOf('7f'.repeat(19)), '7f'.repeat(19));
  assert.equal(serialOf('7f'.repeat(20)), '7f'.repeat(20));
  assert.equal(serialOf(`00${'ff'.repeat(20)}`), 'ff'.repeat(20));
  assert.equal(serialOf('7f'.repeat(21)), undefined);
  assert.equal(serialOf('80'), undefined);
  assert.equal(serialOf('ff01'), undefined);
  assert.equal(serialOf('00'), '00');
});

test('a nonce has 1 to 128 octets; with 0 or 129 the request is malformed (RFC 9654 §2.1)', () => {
  for (const octets of [1, 2, 16, 32, 127, 128]) {
    assert.equal(parse(requestOf([one], [nonceExtension(octets)])).nonce?.length, octets);
  }
  for (const octets of [0, 129, 4096]) refused(requestOf([one], [nonceExtension(octets)]), 'value-malformed');
  const bare: Extension = { id: oids['ocsp-nonce'], critical: false, value: new Uint8Array(16).fill(0x30) };
  refused(requestOf([one], [bare]), 'unexpected-tag');
  refused(requestOf([one], [{ ...bare, value: hex('') }]), 'missing-element');
  const critical = { ...nonceExtension(8), critical: true };
  assert.equal(parse(requestOf([one], [critical])).unknownCriticalExtension, undefined);
});

test('response types the client takes: basic must be among them (RFC 6960 §4.4.3)', () => {
  const accepts = (...types: Uint8Array[]) =>
    parse(requestOf([one], [{ id: oids['ocsp-response'], critical: false, value: sequenceOf(types) }])).acceptsBasic;
  assert.equal(accepts(oidDer('ocsp-basic')), true);
  assert.equal(accepts(objectIdentifier('1.2.3'), oidDer('ocsp-basic')), true);
  assert.equal(accepts(objectIdentifier('1.2.3')), false);
  assert.equal(accepts(), false);
});

test('preferred signature algorithms keep their order (RFC 6960 §4.4.7.1)', () => {
  const value = sequence(
    sequence(sequence(oidDer('ecdsa-with-SHA256')), sequence(oidDer('ecPublicKey'), oidDer('prime256v1'))),
    sequence(sequence(oidDer('sha256WithRSAEncryption'), nullValue)),
  );
  const request = requestOf([one], [{ id: oids['ocsp-pref-sig-algs'], critical: false, value }]);
  const [first, second, ...rest] = parse(request).preferredSignatureAlgorithms;
  assert.deepEqual(first, {
    signature: { id: oids['ecdsa-with-SHA256'], parameters: 'absent' },
    publicKey: { id: oids.ecPublicKey, parameters: oidDer('prime256v1') },
  });
  assert.deepEqual(second, {
    signature: { id: oids.sha256WithRSAEncryption, parameters: 'null' },
    publicKey: undefined,
  });
  assert.deepEqual(rest, []);
});

test('an unknown extension is told where it is critical, of the request or of one certificate, and ignored elsewhere (RFC 6960 §4.4)', () => {
  const told = (der: Uint8Array) => parse(der).unknownCriticalExtension;
  assert.equal(told(requestOf([one], [unknownExtension(true)])), '1.2.3.4');
  assert.equal(told(requestOf([one], [unknownExtension(false), nonceExtension(16)])), undefined);
  assert.equal(told(single(one, [unknownExtension(true)])), '1.2.3.4');
  assert.equal(told(single(one, [unknownExtension(false)])), undefined);
  // What is known of the request is not known of a certificate.
  assert.equal(told(single(one, [{ ...nonceExtension(16), critical: true }])), oids['ocsp-nonce']);
  assert.equal(parse(single(one, [nonceExtension(16)])).nonce, undefined);
});

test('what is known comes once', () => {
  const twice = sequence(
    ...[1, 2].map(() => sequence(oidDer('ocsp-nonce'), octetString(octetString(new Uint8Array(16))))),
  );
  refused(sequence(sequence(sequence(sequence(one)), constructed(2, twice))), 'duplicate');
});

test('a requestorName is passed over, and so is a signature (RFC 9919 §3.1.2)', () => {
  const requestorName = constructed(1, constructed(4, sequence()));
  const list = sequence(sequence(one));
  const signature = constructed(0, sequence(nested(50)));
  assert.equal(parse(sequence(sequence(requestorName, list), signature)).certIds.length, 1);
  assert.equal(parse(sequence(sequence(list), signature)).certIds.length, 1);
  refused(sequence(sequence(constructed(1), list)), 'missing-element');
  refused(sequence(sequence(constructed(1, constructed(4), constructed(4)), list)), 'trailing-bytes');
  refused(sequence(sequence(list), signature, nullValue), 'trailing-bytes');
  refused(sequence(sequence(list), nullValue), 'trailing-bytes');
});

test('version 1 is the default and left out; there is no other (RFC 6960 §4.1.1, X.690 §11.5)', () => {
  const list = sequence(sequence(one));
  refused(sequence(sequence(constructed(0, integerOf(0)), list)), 'default-encoded');
  for (const version of [1, 2, 255]) {
    refused(sequence(sequence(constructed(0, integerOf(version)), list)), 'version-unsupported');
  }
});

test('as many CertIDs as the limit says, and no more', () => {
  const many = (count: number) => requestOf(Array.from({ length: count }, () => one));
  assert.equal(parse(many(19)).certIds.length, 19);
  assert.equal(parse(many(20)).certIds.length, 20);
  refused(many(21), 'too-many');
  refused(many(3000), 'input-too-long');
  assert.throws(() => parseOcspRequest(many(3000), { ...limits, maximumOctets: 1 << 20 }), { problem: 'too-many' });
  refused(requestOf([]), 'too-few');
});

test('as many octets as the limit says, and no more', () => {
  const der = requestOf([one]);
  for (const [maximumOctets, fits] of [
    [der.length - 1, false],
    [der.length, true],
    [der.length + 1, true],
  ] as const) {
    const parsed = () => parseOcspRequest(der, { ...limits, maximumOctets });
    if (fits) assert.equal(parsed().certIds.length, 1);
    else assert.throws(parsed, { problem: 'input-too-long' });
  }
});

test('16 extensions are read, a 17th is not; and one at least', () => {
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `1.2.3.${index}`, critical: false, value: hex('0500') }));
  parse(requestOf([one], numbered(15)));
  parse(requestOf([one], numbered(16)));
  refused(requestOf([one], numbered(17)), 'too-many');
  refused(requestOf([one], numbered(3000)), 'too-many');
  refused(sequence(sequence(sequence(sequence(one)), constructed(2, sequence()))), 'too-few');
});

test('one extension of 64 KiB is refused for its size, a smaller one is passed over', () => {
  const extension = (octets: number): Extension => ({ id: '1.2.3', critical: false, value: new Uint8Array(octets) });
  refused(requestOf([one], [extension(65_536)]), 'input-too-long');
  assert.equal(parse(requestOf([one], [extension(65_000)])).certIds.length, 1);
});

test('what is no request is malformed: empty, nested, indefinite, trailing, cut off anywhere', () => {
  refused(hex(''), 'missing-element');
  refused(hex('30 00'), 'missing-element');
  refused(hex('30 02 30 00'), 'missing-element');
  refused(hex('30 80 00 00'), 'indefinite-length');
  refused(hex('00'.repeat(100)), 'unexpected-tag');
  refused(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), 'unexpected-tag');
  for (const depth of [4, 10, 100, 1000]) refused(nested(depth), 'unexpected-tag');
  refused(sequence(sequence(constructed(1, nested(1000)), sequence(sequence(one)))), 'unexpected-tag');
  refused(requestOf([sequence(nested(1000))]), 'unexpected-tag');
  refused(requestOf([sequence(sequence(oidDer('sha1'), nested(1000)))]), 'too-deep');
  const der = requestOf([one], [nonceExtension(32)]);
  refused(new Uint8Array([...der, 0]), 'trailing-bytes');
  for (let length = 0; length < der.length; length++) {
    assert.throws(() => parse(der.subarray(0, length)), DecodingError, `cut at ${length}`);
  }
});

test('any change to the octets of a request is a request or a DecodingError', (t) => {
  const der = requestOf([one, certIdOf('01', 'sha256')], [nonceExtension(32), unknownExtension(true)]);
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      fc.nat(der.length),
      (changes, length) => {
        const changed = der.slice(0, length < 5 ? length : der.length);
        for (const [at, octet] of changes) if (at < changed.length) changed[at] = octet;
        try {
          assert.ok(parse(changed).certIds.length > 0);
        } catch (error) {
          assert.ok(error instanceof DecodingError, String(error));
        }
      },
    ),
    { seed, numRuns: 5000 },
  );
});

test('what is asked is what is read', (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const asked = fc.array(fc.tuple(serialNumbers, fc.constantFrom('sha1', 'sha256' as const)), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(asked, fc.option(fc.integer({ min: 1, max: 128 }), { nil: undefined }), (certIds, nonce) => {
      const der = requestOf(
        certIds.map(([serialNumber, algorithm]) => certIdOf(serialNumber, algorithm)),
        nonce === undefined ? [] : [nonceExtension(nonce)],
      );
      const read = parse(der);
      assert.deepEqual(
        read.certIds.map(({ serialNumber, hashAlgorithm }) => [serialNumber, hashAlgorithm]),
        certIds,
      );
      assert.equal(read.nonce?.length, nonce);
    }),
    { seed },
  );
});
