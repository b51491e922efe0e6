import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { keyAlgorithms, signatureAlgorithmIdentifier, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { parseCertificationRequest, verifyProofOfPossession } from '../../src/pki/csr.ts';
import {
  bitString,
  constructed,
  element,
  integerOf,
  nullValue,
  objectIdentifier,
  sequence,
  setOf,
  utf8String,
} from '../../src/pki/der-writer.ts';
import { type Extension, encodeExtensions, subjectAlternativeName } from '../../src/pki/extensions.ts';
import { encodeName, nameOf } from '../../src/pki/name.ts';
import { type OidName, oidDer } from '../../src/pki/oid.ts';
import { hex, toHex } from './hex.ts';
import { newKeyPair, signWith } from './issuing.ts';

const ec = newKeyPair('ECC_256');
const rsa = newKeyPair('RSA_2048');
const subject = nameOf({ country: 'CN', commonName: 'a.example' });
const names = [{ type: 'dNSName', value: 'a.example' }] as const;
const none = new Uint8Array(0);

const attribute = (type: OidName | 'challengePassword', ...values: Uint8Array[]) =>
  sequence(type === 'challengePassword' ? objectIdentifier('1.2.840.113549.1.9.7') : oidDer(type), setOf(values));
const asking = (...extensions: Extension[]) => attribute('extensionRequest', encodeExtensions(extensions));
const asksForNames = asking(subjectAlternativeName(names, false));

interface Draft {
  readonly version?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly attributes?: Uint8Array;
  readonly algorithm?: OidName;
  readonly parameters?: Uint8Array;
  readonly digest?: string;
  readonly key?: KeyObject;
}

/** A signed request, ECDSA with SHA-256 and an empty set of attributes unless the draft says otherwise. */
function request(draft: Draft = {}): Uint8Array {
  const info = sequence(
    draft.version ?? integerOf(0),
    encodeName(subject),
    draft.spki ?? ec.spki,
    draft.attributes ?? constructed(0),
  );
  const algorithm = sequence(oidDer(draft.algorithm ?? 'ecdsa-with-SHA256'), draft.parameters ?? none);
  const signature = sign(draft.digest ?? 'sha256', info, draft.key ?? ec.privateKey);
  return sequence(info, algorithm, bitString(new Uint8Array(signature)));
}

const proves = (der: Uint8Array) => verifyProofOfPossession(parseCertificationRequest(der));

test('a request is read with its subject, key and wishes (RFC 2986 §4)', async () => {
  const der = request({ attributes: constructed(0, asksForNames) });
  const read = parseCertificationRequest(der);
  assert.deepEqual(read.subject, subject);
  assert.deepEqual(read.subjectDer, encodeName(subject));
  assert.deepEqual(read.spki, ec.spki);
  assert.equal(read.keyAlgorithm, 'ECC_256');
  assert.deepEqual(read.requestedExtensions.subjectAlternativeNames, names);
  assert.equal(toHex(der).indexOf(toHex(read.info)), 2 * 4);
  assert.ok(await verifyProofOfPossession(read));
});

test('a request that asks for nothing has no extensions; other attributes are passed over', () => {
  assert.deepEqual(parseCertificationRequest(request()).requestedExtensions, { raw: [] });
  const attributes = constructed(0, attribute('challengePassword', utf8String('secret')));
  assert.deepEqual(parseCertificationRequest(request({ attributes })).requestedExtensions, { raw: [] });
});

test('RSA and ECDSA over SHA-256, SHA-384 and SHA-512 prove possession', async () => {
  for (const size of ['256', '384', '512'] as const) {
    const digest = `sha${size}`;
    assert.ok(await proves(request({ digest, algorithm: `ecdsa-with-SHA${size}` })), digest);
    const rsaDraft = { digest, key: rsa.privateKey, spki: rsa.spki, algorithm: `sha${size}WithRSAEncryption` } as const;
    assert.ok(await proves(request({ ...rsaDraft, parameters: nullValue })), digest);
    assert.ok(await proves(request(rsaDraft)), 'RFC 4055 §5 asks to accept absent parameters');
  }
});

test('all algorithms of this service prove possession, as they sign and as others sign with them', async () => {
  for (const algorithm of [...keyAlgorithms, 'RSA_3072'] as const) {
    const keys = newKeyPair(algorithm);
    const info = sequence(integerOf(0), encodeName(subject), keys.spki, constructed(0));
    const identifier = signatureAlgorithmIdentifier(signatureAlgorithmOf(algorithm));
    const der = sequence(info, identifier, bitString(signWith(keys, info)));
    assert.equal(parseCertificationRequest(der).keyAlgorithm, algorithm);
    assert.ok(await proves(der), algorithm);
  }
});

test('signatures over SHA-1 and MD5 prove nothing', async () => {
  for (const [digest, dotted, keys] of [
    ['sha1', '1.2.840.113549.1.1.5', rsa],
    ['md5', '1.2.840.113549.1.1.4', rsa],
    ['sha1', '1.2.840.10045.4.1', ec],
  ] as const) {
    const info = sequence(integerOf(0), encodeName(subject), keys.spki, constructed(0));
    const signature = new Uint8Array(sign(digest, info, keys.privateKey));
    const der = sequence(info, sequence(objectIdentifier(dotted)), bitString(signature));
    assert.equal(await proves(der), false, dotted);
  }
});

test('the signature of another key, or over other bytes, proves nothing', async () => {
  assert.equal(await proves(request({ key: newKeyPair('ECC_256').privateKey })), false);
  const der = request();
  const at = Buffer.from(der).indexOf('a.example');
  der[at] = 'b'.charCodeAt(0);
  assert.equal(await proves(der), false);
});

test('the signature algorithm is one of the key’s family, with the parameters of its standard', async () => {
  assert.equal(await proves(request({ algorithm: 'sha256WithRSAEncryption' })), false);
  assert.equal(await proves(request({ key: rsa.privateKey, spki: rsa.spki, algorithm: 'ecdsa-with-SHA256' })), false);
  assert.equal(await proves(request({ algorithm: 'ecdsa-with-SHA384' })), false, 'signed with SHA-256');
  assert.equal(await proves(request({ parameters: nullValue })), false);
});

test('keys that are not certified prove nothing, well signed as they may be', async () => {
  for (const namedCurve of ['secp256k1', 'brainpoolP256r1']) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    const read = parseCertificationRequest(request({ spki, key: privateKey }));
    assert.equal(read.keyAlgorithm, undefined);
    assert.equal(await verifyProofOfPossession(read), false);
  }
});

test('a point that is not on its curve proves nothing', async () => {
  const spki = ec.spki.slice();
  spki.set(hex('01'.repeat(32)), 27);
  assert.throws(() => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }));
  assert.equal(await proves(request({ spki })), false);
});

test('a signature that is no signature proves nothing', async () => {
  const { info, signatureAlgorithm } = parseCertificationRequest(request());
  assert.equal(signatureAlgorithm.parameters, 'absent');
  for (const signature of ['', '00', '3000', '3006020100020100', 'ff'.repeat(500)]) {
    assert.equal(await proves(sequence(info, sequence(oidDer('ecdsa-with-SHA256')), bitString(hex(signature)))), false);
  }
});

test('the version is 1, written 0 (RFC 2986 §4.1)', () => {
  for (const version of [1, 2]) {
    assert.throws(() => parseCertificationRequest(request({ version: integerOf(version) })), {
      name: 'DecodingError',
      problem: 'version-unsupported',
    });
  }
});

test('attributes are there, in order, each of one type once and with a value (RFC 2986 §4.1)', () => {
  const refused = (attributes: Uint8Array, problem: string) =>
    assert.throws(() => parseCertificationRequest(request({ attributes })), { name: 'DecodingError', problem });
  const password = attribute('challengePassword', utf8String('secret'));
  const [first = none, second = none] = [password, asksForNames].toSorted(Buffer.compare);
  parseCertificationRequest(request({ attributes: constructed(0, first, second) }));
  refused(constructed(0, second, first), 'set-not-ordered');
  refused(constructed(0, password, password), 'duplicate');
  refused(constructed(0, attribute('challengePassword')), 'too-few');
  refused(none, 'missing-element');
  refused(constructed(1), 'unexpected-tag');
  refused(constructed(0, element(0x30, password.subarray(2, -1))), 'truncated');
});

test('extensionRequest has one value, which are extensions, each once (RFC 2985 §5.4.2)', () => {
  const refused = (problem: string, ...values: Uint8Array[]) =>
    assert.throws(
      () =>
        parseCertificationRequest(request({ attributes: constructed(0, attribute('extensionRequest', ...values)) })),
      { name: 'DecodingError', problem },
    );
  const extensions = encodeExtensions([subjectAlternativeName(names, false)]);
  refused('too-many', extensions, extensions);
  refused('too-few', sequence());
  refused('duplicate', sequence(extensions.subarray(2), extensions.subarray(2)));
  refused('unexpected-tag', utf8String('x'));
});

test('a request is read up to 64 KiB', () => {
  const limit = 64 * 1024;
  const ofLength = (length: number) => {
    const padded = (octets: number) =>
      sequence(
        sequence(
          integerOf(0),
          encodeName(subject),
          ec.spki,
          constructed(0, attribute('challengePassword', utf8String('x'.repeat(octets)))),
        ),
        sequence(oidDer('ecdsa-with-SHA256')),
        bitString(hex('00')),
      );
    return padded(60_000 + length - padded(60_000).length);
  };
  for (const length of [limit - 1, limit]) {
    assert.equal(ofLength(length).length, length);
    parseCertificationRequest(ofLength(length));
  }
  assert.throws(() => parseCertificationRequest(ofLength(limit + 1)), { problem: 'input-too-long' });
});

test('an attribute may nest to the limit of depth and no further', () => {
  const nested = (levels: number) => {
    let value: Uint8Array = nullValue;
    for (let level = 0; level < levels; level++) value = sequence(value);
    return request({ attributes: constructed(0, attribute('challengePassword', value)) });
  };
  // CertificationRequest, CertificationRequestInfo, attributes, Attribute and its values are five of sixteen levels.
  for (const levels of [10, 11]) parseCertificationRequest(nested(levels));
  assert.throws(() => parseCertificationRequest(nested(12)), { problem: 'too-deep' });
});
