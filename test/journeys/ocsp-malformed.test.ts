// OCSP requests that are none: each gets a proper error at once, and whoever comes next gets his answer.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { constructed, element, integer, nullValue, octetString, sequence } from '../../src/pki/der-writer.ts';
import { oidDer, oids } from '../../src/pki/oid.ts';
import { certIdOf, nested, nonceExtension, requestOf } from '../pki/asking.ts';
import { type Authority, authorityOf, base64, errorOf, get, post, raw, requestFor, statusBy } from './asking-ocsp.ts';
import { newSeed, seededRandom } from './seeded-random.ts';
import { startWithin } from './service-within.ts';
import { issueClient, makeAuthorities } from './small-pki.ts';

const afterAll: (() => unknown)[] = [];
test.after(async () => {
  for (const work of afterAll.reverse()) await work();
});

describe('a malformed OCSP request is answered, and so is whoever comes next:', () => {
  let url: string;
  let port: number;
  let issuing: Authority;
  let serialNumber: string;
  let slowestMillis = 0;

  before(async () => {
    const service = await startWithin({ after: (work) => afterAll.push(work as () => unknown) });
    ({ url, port } = service);
    const made = await makeAuthorities(url);
    issuing = await authorityOf(url, made.issuing);
    ({ serialNumber } = await issueClient(url, made.issuing));
    await honest();
  });

  /** Two requests of which one is kept and one is signed. */
  async function honest(): Promise<void> {
    const der = requestOf([certIdOf(serialNumber, 'sha1', { issuer: issuing })], [nonceExtension(16)]);
    for (const reply of [await post(url, der), await get(url, requestFor(serialNumber, issuing))]) {
      assert.deepEqual(await statusBy(reply, issuing), { status: 'good' });
    }
  }

  /** HTTP status and OCSP error. How long it took is told at the end, and not asserted. */
  async function refused(ask: () => Promise<Response>): Promise<readonly [number, string]> {
    const began = performance.now();
    const reply = await ask();
    const error = await errorOf(reply);
    slowestMillis = Math.max(slowestMillis, performance.now() - began);
    assert.equal(reply.headers.get('cache-control'), 'no-store');
    await honest();
    return [reply.status, error];
  }

  const mine = () => certIdOf(serialNumber, 'sha1', { issuer: issuing });
  const request = (certId: Uint8Array) => sequence(sequence(sequence(sequence(certId))));
  const malformed = [200, 'malformedRequest'] as const;

  test('cut off after any octet', async () => {
    const whole = requestFor(serialNumber, issuing);
    for (let length = 0; length < whole.length; length++) {
      const reply = await post(url, whole.slice(0, length));
      assert.deepEqual([reply.status, await errorOf(reply)], malformed, `${length} octets`);
    }
    await honest();
  });

  test('with an octet too many', async () => {
    assert.deepEqual(
      await refused(() => post(url, Buffer.concat([requestFor(serialNumber, issuing), nullValue]))),
      malformed,
    );
  });

  for (const [what, der] of [
    ['nested 1,000 deep', () => nested(1000)],
    ['nested 10,000 deep', () => nested(10_000)],
    ['nested 1,000 deep in the place of a CertID', () => request(nested(1000))],
    ['about nothing', () => sequence(sequence(sequence()))],
    ['about 3,000 certificates', () => requestOf(Array.from({ length: 3000 }, mine))],
    ['of version 2', () => sequence(sequence(constructed(0, integer(Uint8Array.of(1))), sequence(sequence(mine()))))],
    [
      'with its version spelled out',
      () => sequence(sequence(constructed(0, integer(Uint8Array.of(0))), sequence(sequence(mine())))),
    ],
    ['with 64 KiB of extensions', () => requestOf([mine()], manyExtensions(64 * 1024))],
    ['with 17 extensions', () => requestOf([mine()], manyExtensions(17 * 12).slice(0, 17))],
    [
      'with one extension of 64 KiB',
      () => requestOf([mine()], [{ id: '1.2.3', critical: false, value: octetString(new Uint8Array(65_536)) }]),
    ],
    [
      'with the same extension twice',
      () => {
        const nonce = sequence(oidDer('ocsp-nonce'), octetString(octetString(new Uint8Array(16))));
        return sequence(sequence(sequence(sequence(mine())), constructed(2, sequence(nonce, nonce))));
      },
    ],
    [
      'with a nonce that is no octet string',
      () => requestOf([mine()], [{ id: oids['ocsp-nonce'], critical: false, value: nullValue }]),
    ],
    ['of 65,537 octets', () => new Uint8Array(65_537).fill(0x30)],
    ['of a length that is not there', () => Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    ['of indefinite length (BER)', () => Uint8Array.of(0x30, 0x80, 0, 0)],
    [
      'with a serial number of no octets',
      () =>
        request(sequence(sequence(oidDer('sha1')), octetString(issuing.key), octetString(issuing.key), element(0x02))),
    ],
    ['empty', () => new Uint8Array()],
  ] as const) {
    test(what, async () => {
      const octets = der();
      assert.deepEqual(await refused(() => post(url, octets)), malformed);
      if (octets.length < 8000) assert.deepEqual(await refused(() => get(url, octets)), malformed);
    });
  }

  test('by a hash that nobody knows: nobody here answers for such an issuer', async () => {
    for (const hash of ['sha384', 'commonName'] as const) {
      const certId = sequence(
        sequence(oidDer(hash)),
        octetString(new Uint8Array(48)),
        octetString(new Uint8Array(48)),
        integer(Uint8Array.of(1)),
      );
      assert.deepEqual(await refused(() => post(url, request(certId))), [200, 'unauthorized']);
    }
  });

  test('about a serial number that no certificate has: negative, zero, of 21 and 60,000 octets', async () => {
    const [hash, nameHash, keyHash] = partsOf(mine());
    for (const content of [[0xff], [0], [0x01, ...Array(20).fill(0)], Array(60_000).fill(1)]) {
      const certId = sequence(hash, nameHash, keyHash, element(0x02, Uint8Array.from(content)));
      const reply = await post(url, request(certId));
      assert.deepEqual(await statusBy(reply, issuing), { status: 'unknown' });
    }
    await honest();
  });

  test('of another type, or of none that is told: 415', async () => {
    for (const type of [
      'application/ocsp-response',
      'application/octet-stream',
      'text/plain',
      'application/ocsp-requests',
    ]) {
      assert.deepEqual(await refused(() => post(url, requestFor(serialNumber, issuing), type)), [
        415,
        'malformedRequest',
      ]);
    }
    const untyped = await raw(port, 'POST /ocsp HTTP/1.0\r\nContent-Length: 3\r\n\r\n', Uint8Array.of(0x30, 1, 0));
    assert.equal(untyped.status, 415);
    await honest();
  });

  test('of more than 1 MiB: 413, and the rest is not read', async () => {
    assert.deepEqual(await refused(() => post(url, new Uint8Array(1024 * 1024 + 1))), [413, 'malformedRequest']);
  });

  test('by GET, in what is not base64', async () => {
    const good = base64(requestFor(serialNumber, issuing));
    for (const path of [
      '',
      '/',
      '/%',
      '/%zz',
      '/%00',
      '/-_',
      '/..%2f..%2fetc%2fpasswd',
      `/${good}!`,
      `/${good.slice(0, 40)}=${good.slice(40)}`,
      `/${'A'.repeat(8000)}`,
    ]) {
      assert.deepEqual(await refused(() => fetch(`${url}/ocsp${path}`)), malformed, path);
    }
  });

  test('by another method: 405 that names those there are', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const reply = await fetch(`${url}/ocsp`, { method });
      assert.deepEqual([reply.status, reply.headers.get('allow')], [405, 'GET, HEAD, POST']);
    }
    assert.equal((await fetch(`${url}/ocsp/elsewhere`, { method: 'POST' })).status, 404);
    await honest();
  });

  test('any other octets: an OCSP response in any case (seed printed)', async (t) => {
    const seed = newSeed('SEED');
    t.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    const whole = requestOf([mine()], [nonceExtension(16)]);
    for (let round = 0; round < 500; round++) {
      const mutant = whole.slice();
      for (let left = 1 + random.below(3); left > 0; left--) mutant[random.below(mutant.length)] = random.below(256);
      const reply = await (round % 2 === 0 ? post(url, mutant) : get(url, mutant));
      assert.equal(reply.status, 200);
      assert.notEqual(await errorOf(reply), 'internalError', Buffer.from(mutant).toString('hex'));
    }
    await honest();
    t.diagnostic(`the slowest refusal took ${slowestMillis.toFixed(1)} ms`);
  });
});

function manyExtensions(octets: number) {
  return Array.from({ length: Math.ceil(octets / 12) }, (_, index) => ({
    id: `1.2.3.${index + 1}`,
    critical: false,
    value: nullValue,
  }));
}

/** The three elements before the serial number, which all have lengths of one octet. */
function partsOf(certId: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  const parts: Uint8Array[] = [];
  for (let at = 2; parts.length < 3; ) {
    const end = at + 2 + (certId[at + 1] ?? 0);
    parts.push(certId.subarray(at, end));
    at = end;
  }
  return parts as [Uint8Array, Uint8Array, Uint8Array];
}
