// OCSP through the socket (RFC 6960, RFC 9919, RFC 9654): what is answered, to whichever way of asking.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { equalBytes, sha256Hex } from '../../src/base/bytes.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nullValue, octetString, sequence } from '../../src/pki/der-writer.ts';
import type { Extension } from '../../src/pki/extensions.ts';
import { oidDer, oids } from '../../src/pki/oid.ts';
import { generateSerialNumber } from '../../src/pki/serial-number.ts';
import { certIdOf, nonceExtension, requestOf, someIssuer } from '../pki/asking.ts';
import {
  type Authority,
  authorityOf,
  base64,
  errorOf,
  get,
  ocspStatus,
  post,
  raw,
  requestFor,
  statusBy,
  trusted,
  trustedDer,
} from './asking-ocsp.ts';
import { followed } from './operator.ts';
import { certitude, startService } from './running-service.ts';
import { type ServiceWithin, startWithin } from './service-within.ts';
import { issueClient, issueExpired, type Made, makeAuthorities, ok, statusOf } from './small-pki.ts';

const afterAll: (() => unknown)[] = [];
const whole = { after: (work: unknown) => afterAll.push(work as () => unknown) };
test.after(async () => {
  for (const work of afterAll.reverse()) await work();
});

const neverIssued = () => generateSerialNumber((length) => crypto.getRandomValues(new Uint8Array(length)));

describe('OCSP', () => {
  let service: ServiceWithin;
  let url: string;
  let issuing: Authority;
  let good: Made;

  before(async () => {
    service = await startWithin(whole);
    url = service.url;
    const made = await makeAuthorities(url);
    issuing = await authorityOf(url, made.issuing);
    good = await issueClient(url, made.issuing);
  });

  const request = (extensions: readonly Extension[] = []) =>
    requestOf([certIdOf(good.serialNumber, 'sha256', { issuer: issuing })], extensions);

  describe('is asked', () => {
    test('by POST, and by GET with every way of writing the path (RFC 6960 Appendix A)', async () => {
      // Asked by serial numbers until the base64 has all three characters that some escape and some do not.
      let der: Uint8Array;
      do der = requestFor(neverIssued(), issuing, 'sha256');
      while (!/^(?=.*\+)(?=.*\/).*=$/.test(base64(der)));
      const text = base64(der);
      const escaped = encodeURIComponent(text);
      const lowerCase = escaped.replaceAll(/%../g, (octet) => octet.toLowerCase());
      const paths = [escaped, lowerCase, text, `/${text}`, `/${escaped}`, text.replaceAll('+', '%2B')];
      for (const path of paths) {
        assert.deepEqual(await statusBy(await fetch(`${url}/ocsp/${path}`), issuing), { status: 'unknown' }, path);
      }
      for (const address of [`${url}/ocsp`, `${url}/ocsp/`]) {
        const init = { method: 'POST', body: der, headers: { 'content-type': 'Application/OCSP-Request; x=y' } };
        assert.deepEqual(await statusBy(await fetch(address, init), issuing), { status: 'unknown' });
      }
    });

    for (const version of ['1.0', '1.1'] as const) {
      test(`over HTTP/${version}, the port in Host or not, or no Host at all where there need be none`, async () => {
        const der = request();
        const hosts = [`Host: 127.0.0.1:${service.port}\r\n`, 'Host: ocsp.example\r\n'];
        if (version === '1.0') hosts.push('');
        for (const host of hosts) {
          const more = `${host}Connection: close\r\n`;
          const asGet = await raw(service.port, `GET /ocsp/${base64(der)} HTTP/${version}\r\n${more}\r\n`);
          const head = `POST /ocsp HTTP/${version}\r\n${more}Content-Type: application/ocsp-request\r\nContent-Length: ${der.length}\r\n\r\n`;
          const asPost = await raw(service.port, head, der);
          for (const { status, headers, body } of [asGet, asPost]) {
            assert.equal(status, 200);
            assert.match(headers, new RegExp(`^content-length: ${body.length}\r?$`, 'im'));
            assert.match(headers, /^date: /im);
            assert.deepEqual(trustedDer(body, issuing.certificate).responses[0]?.certStatus, { status: 'good' });
          }
        }
      });
    }

    test('with CertIDs by SHA-1 and SHA-256, parameters NULL or absent, and repeats them octet for octet', async () => {
      for (const algorithm of ['sha1', 'sha256'] as const) {
        for (const parameters of [[nullValue], []]) {
          const certId = certIdOf(good.serialNumber, algorithm, { issuer: issuing, parameters });
          const { responses } = await trusted(await post(url, requestOf([certId])), issuing);
          assert.deepEqual(Buffer.from(responses[0]?.certId.der ?? []), Buffer.from(certId));
          assert.deepEqual(responses[0]?.certStatus, { status: 'good' });
        }
      }
    });

    test('about many certificates at once: each is answered, in order, repeated ones too (RFC 6960 §4.2.2.3)', async () => {
      const revoked = await issueClient(url, issuing.identifier);
      await service.revoke(revoked.identifier, 'superseded');
      const serials = [good.serialNumber, revoked.serialNumber, neverIssued(), good.serialNumber];
      const certIds = serials.map((serial, index) =>
        certIdOf(serial, index % 2 === 0 ? 'sha1' : 'sha256', { issuer: issuing }),
      );
      const reply = await post(url, requestOf(certIds));
      assert.match(reply.headers.get('cache-control') ?? '', /private/);
      const { responses } = await trusted(reply, issuing);
      assert.deepEqual(
        responses.map(({ certId, certStatus }, index) => [
          equalBytes(certId.der, certIds[index] ?? nullValue),
          certStatus.status,
        ]),
        [
          [true, 'good'],
          [true, 'revoked'],
          [true, 'unknown'],
          [true, 'good'],
        ],
      );
    });

    test('about 19 and 20 certificates, and refuses 21', async () => {
      for (const count of [19, 20, 21]) {
        const reply = await post(
          url,
          requestOf(Array.from({ length: count }, () => certIdOf('01', 'sha1', { issuer: issuing }))),
        );
        if (count <= 20) assert.equal((await trusted(reply, issuing)).responses.length, count);
        else assert.equal(await errorOf(reply), 'malformedRequest');
      }
    });

    test('with a nonce of 1 to 128 octets, which comes back; none and 129 are malformed (RFC 9654 §2.1)', async () => {
      for (const octets of [1, 2, 32, 127, 128]) {
        const der = request([nonceExtension(octets)]);
        for (const reply of [await post(url, der), await get(url, der)]) {
          assert.equal(reply.headers.get('cache-control'), 'private, max-age=0, must-revalidate');
          assert.equal(reply.headers.get('etag'), null);
          assert.deepEqual((await trusted(reply, issuing)).nonce, new Uint8Array(octets).fill(7));
        }
      }
      for (const octets of [0, 129]) {
        assert.equal(await errorOf(await post(url, request([nonceExtension(octets)]))), 'malformedRequest');
      }
    });

    test('with extensions it does not know: critical ones are refused, others passed over (RFC 6960 §4.4)', async () => {
      const unknown = (critical: boolean) => ({ id: '1.2.3.4', critical, value: nullValue });
      assert.equal(await errorOf(await post(url, request([unknown(true)]))), 'malformedRequest');
      assert.deepEqual(await statusBy(await post(url, request([unknown(false)])), issuing), { status: 'good' });
    });

    test('for a type of response: the basic one among them or none at all (RFC 6960 §4.4.3)', async () => {
      const acceptable = (...types: Uint8Array[]) => [
        { id: oids['ocsp-response'], critical: false, value: sequence(...types) },
      ];
      const other = oidDer('ocsp-nocheck');
      const basic = await post(url, request(acceptable(other, oidDer('ocsp-basic'))));
      assert.deepEqual(await statusBy(basic, issuing), { status: 'good' });
      assert.equal(await errorOf(await post(url, request(acceptable(other)))), 'malformedRequest');
    });

    test('for a signature it prefers: the first that the key can make, the usual one otherwise (RFC 6960 §4.4.7)', async () => {
      const prefers = (...algorithms: Uint8Array[]) => [
        {
          id: oids['ocsp-pref-sig-algs'],
          critical: false,
          value: sequence(...algorithms),
        },
      ];
      const named = (name: keyof typeof oids, ...parameters: Uint8Array[]) => sequence(oidDer(name), ...parameters);
      const any = (name: keyof typeof oids, ...parameters: Uint8Array[]) => sequence(named(name, ...parameters));
      const p384 = sequence(oidDer('ecPublicKey'), oidDer('secp384r1'));
      const p256 = sequence(oidDer('ecPublicKey'), oidDer('prime256v1'));
      for (const [wish, given] of [
        [prefers(any('ecdsa-with-SHA512')), 'ecdsa-with-SHA512'],
        [prefers(any('sha512WithRSAEncryption', nullValue), any('ecdsa-with-SHA384')), 'ecdsa-with-SHA384'],
        [prefers(any('sha512WithRSAEncryption', nullValue)), 'ecdsa-with-SHA256'],
        [prefers(sequence(named('ecdsa-with-SHA384'), p384), any('ecdsa-with-SHA512')), 'ecdsa-with-SHA512'],
        [prefers(sequence(named('ecdsa-with-SHA384'), p256)), 'ecdsa-with-SHA384'],
        [prefers(any('ecdsa-with-SHA384', octetString(new Uint8Array(1)))), 'ecdsa-with-SHA256'],
      ] as const) {
        const { signatureAlgorithm } = await trusted(await post(url, request(wish)), issuing);
        assert.equal(signatureAlgorithm.id, oids[given]);
      }
      const plain = await trusted(await post(url, request()), issuing);
      assert.equal(plain.signatureAlgorithm.id, oids['ecdsa-with-SHA256'], 'no wish is kept for the next one to ask');
    });
  });

  describe('answers', () => {
    test('good, and unknown for what was never issued', async () => {
      assert.deepEqual(await ocspStatus(url, good.serialNumber, issuing), { status: 'good' });
      assert.deepEqual(await ocspStatus(url, neverIssued(), issuing), { status: 'unknown' });
    });

    test('unauthorized for an issuer that is not here, also with a hash that nobody uses (RFC 9919 §3.2.3)', async () => {
      assert.equal(await errorOf(await post(url, requestFor(good.serialNumber, someIssuer))), 'unauthorized');
      const sha512 = requestOf([certIdOf(good.serialNumber, 'sha512', { issuer: issuing })]);
      assert.equal(await errorOf(await get(url, sha512)), 'unauthorized');
    });

    test('one that is ours among others: what is known of it, and unknown of the others', async () => {
      const certIds = [certIdOf('01'), certIdOf(good.serialNumber, 'sha1', { issuer: issuing })];
      const { responses } = await trusted(await post(url, requestOf(certIds)), issuing);
      assert.deepEqual(
        responses.map(({ certStatus }) => certStatus.status),
        ['unknown', 'good'],
      );
    });

    test('revoked with moment and reason, in the very next answer; a deleted one stays so', async () => {
      for (const reason of ['keyCompromise', 'privilegeWithdrawn', undefined] as const) {
        const made = await issueClient(url, issuing.identifier);
        assert.deepEqual(await ocspStatus(url, made.serialNumber, issuing), { status: 'good' });
        await service.revoke(made.identifier, reason);
        const [entry] = await statusOf(url, made.serialNumber);
        const expected = { status: 'revoked', revocationTime: entry?.RevokeTime, ...(reason && { reason }) };
        assert.deepEqual(await ocspStatus(url, made.serialNumber, issuing), expected);
        await ok(url, 'DeleteClientCertificate', { Identifier: made.identifier });
        assert.deepEqual(await ocspStatus(url, made.serialNumber, issuing), expected);
      }
    });

    test('held, released, revoked for good since it was held: each as soon as it is so', async () => {
      const { identifier, serialNumber } = await issueClient(url, issuing.identifier);
      assert.equal((await ocspStatus(url, serialNumber, issuing)).status, 'good');
      await service.revoke(identifier, 'certificateHold');
      const held = await ocspStatus(url, serialNumber, issuing);
      assert.ok(held.status === 'revoked' && held.reason === 'certificateHold');
      await service.release(identifier);
      assert.deepEqual(await ocspStatus(url, serialNumber, issuing), { status: 'good' });
      await service.revoke(identifier, 'certificateHold');
      await service.revoke(identifier, 'keyCompromise');
      const [entry] = await statusOf(url, serialNumber);
      assert.deepEqual(await ocspStatus(url, serialNumber, issuing), {
        status: 'revoked',
        revocationTime: entry?.RevokeTime,
        reason: 'keyCompromise',
      });
    });

    test('no answer from before a hold after its release, though both say good', async () => {
      const { identifier, serialNumber } = await issueClient(url, issuing.identifier);
      const ask = () => get(url, requestFor(serialNumber, issuing));
      const first = await ask();
      assert.equal((await ask()).headers.get('etag'), first.headers.get('etag'), 'kept');
      await service.revoke(identifier, 'certificateHold');
      await service.release(identifier);
      const again = await ask();
      assert.deepEqual(await statusBy(again, issuing), { status: 'good' });
      assert.notEqual(again.headers.get('etag'), first.headers.get('etag'));
    });

    test('good for an expired certificate that was never revoked', async () => {
      const { serialNumber } = await issueExpired(url, issuing.identifier);
      assert.deepEqual(await ocspStatus(url, serialNumber, issuing), { status: 'good' });
    });

    test('revoked for all below a revoked CA, without a reason of their own; a revoked CA still answers', async () => {
      const own = await makeAuthorities(url);
      const [root, issuer] = [await authorityOf(url, own.root), await authorityOf(url, own.issuing)];
      const leaf = await issueClient(url, own.issuing);
      assert.deepEqual(await ocspStatus(url, leaf.serialNumber, issuer), { status: 'good' });
      const issuerSerial = issuer.certificate.serialNumber;
      assert.deepEqual(await ocspStatus(url, issuerSerial, root), { status: 'good' });
      await ok(url, 'UpdateCACertificateStatus', { Identifier: own.issuing, Status: 'REVOKE' });
      const [entry] = await statusOf(url, leaf.serialNumber);
      const revoked = { status: 'revoked', revocationTime: entry?.RevokeTime };
      assert.deepEqual(await ocspStatus(url, leaf.serialNumber, issuer), revoked);
      assert.deepEqual(await ocspStatus(url, issuerSerial, root), revoked);
      assert.deepEqual(await ocspStatus(url, neverIssued(), issuer), { status: 'unknown' });
      assert.deepEqual(await ocspStatus(url, root.certificate.serialNumber, root), { status: 'good' });
    });

    test('for a CA that was revoked, and deleted, before anybody asked', async () => {
      const own = await makeAuthorities(url);
      const [root, issuer] = [await authorityOf(url, own.root), await authorityOf(url, own.issuing)];
      const leaf = await issueClient(url, own.issuing);
      await service.remove(own.issuing);
      await service.remove(own.root);
      assert.equal((await ocspStatus(url, leaf.serialNumber, issuer)).status, 'revoked');
      assert.equal((await ocspStatus(url, issuer.certificate.serialNumber, root)).status, 'revoked');
    });

    test('for the CAs of every account, each for what it issued itself', async () => {
      const made = await makeAuthorities(url);
      const twin = await authorityOf(url, made.issuing);
      // Of the same name as the other, and told from it by its key.
      assert.deepEqual(twin.certificate.subjectDer, issuing.certificate.subjectDer);
      assert.deepEqual(await ocspStatus(url, good.serialNumber, twin), { status: 'unknown' });
    });

    test('with RSA, P-384 and P-521 as the CA has it, RSA with 2,048 bits for the responder', async () => {
      for (const [algorithm, signature] of [
        ['RSA_2048', 'sha256WithRSAEncryption'],
        ['ECC_384', 'ecdsa-with-SHA256'],
      ] as const) {
        const subject = { Organization: 'x', OrganizationUnit: 'x', Locality: 'x', State: 'x' };
        const root = await ok(url, 'CreateRootCACertificate', {
          ...subject,
          CommonName: algorithm,
          Years: '1',
          Algorithm: algorithm,
        });
        const authority = await authorityOf(url, String(root['Identifier']));
        const reply = await post(url, requestFor(authority.certificate.serialNumber, authority));
        assert.equal((await trusted(reply, authority)).signatureAlgorithm.id, oids[signature]);
      }
    });
  });

  test('its responder’s certificate says what it is for, need not be checked, ends soon, and names no address (RFC 6960 §4.2.2.2, RFC 9919 §3.2.2)', async () => {
    const { certificates, producedAt, responses } = await trusted(await post(url, request()), issuing);
    const { extensions, notBefore, notAfter } = parseCertificate(certificates[0] ?? nullValue);
    assert.deepEqual(extensions.keyUsage, ['digitalSignature']);
    assert.deepEqual(extensions.extendedKeyUsages, ['OCSPSigning']);
    assert.equal(extensions.basicConstraints?.cA ?? false, false);
    assert.equal(extensions.crlDistributionPoints, undefined);
    assert.equal(extensions.authorityInformationAccess, undefined);
    const noCheck = extensions.raw.find(({ id }) => id === oids['ocsp-nocheck']);
    assert.deepEqual([noCheck?.critical, Buffer.from(noCheck?.value ?? [])], [false, Buffer.from(nullValue)]);
    assert.ok(notAfter - notBefore <= 8 * 86_400);
    const [single] = responses;
    assert.ok(single && producedAt >= single.thisUpdate);
    assert.equal((single.nextUpdate ?? 0) - single.thisUpdate, 43_200);
  });

  describe('and HTTP caches', () => {
    test('may keep an answer without a nonce, and are told for how long (RFC 9919 §6, §7.2)', async () => {
      for (const ask of [get, post]) {
        const reply = await ask(url, request());
        const der = new Uint8Array(await reply.clone().arrayBuffer());
        const { responses } = await trusted(reply, issuing);
        const { thisUpdate = 0, nextUpdate = 0 } = responses[0] ?? {};
        const header = (name: string) => reply.headers.get(name);
        assert.equal(header('cache-control'), 'max-age=300, public, no-transform, must-revalidate');
        assert.equal(header('last-modified'), new Date(thisUpdate * 1000).toUTCString());
        assert.equal(header('expires'), new Date(nextUpdate * 1000).toUTCString());
        assert.equal(header('etag'), `"${sha256Hex(der)}"`);
        assert.equal(header('content-length'), String(der.length));
        assert.equal(header('pragma'), null);
      }
    });

    test('are told in a word that nothing has changed (RFC 9110 §13.1.2)', async () => {
      const etag = (await get(url, request())).headers.get('etag') ?? '';
      for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const reply = await get(url, request(), { 'if-none-match': tags });
        assert.deepEqual([reply.status, reply.headers.get('etag'), await reply.text()], [304, etag, ''], tags);
        assert.match(reply.headers.get('cache-control') ?? '', /max-age=/);
      }
      assert.equal((await get(url, request(), { 'if-none-match': '"other"' })).status, 200);
    });

    test('are told of a change, whatever they have', async () => {
      const { identifier, serialNumber } = await issueClient(url, issuing.identifier);
      const etag = (await get(url, requestFor(serialNumber, issuing))).headers.get('etag') ?? '';
      await service.revoke(identifier);
      const reply = await get(url, requestFor(serialNumber, issuing), { 'if-none-match': etag });
      assert.equal((await statusBy(reply, issuing)).status, 'revoked');
    });

    test('keep neither unknown nor errors: either may be another answer a moment later', async () => {
      const unknown = await get(url, requestFor(neverIssued(), issuing));
      assert.deepEqual(
        [unknown.headers.get('cache-control'), unknown.headers.get('etag')],
        ['private, no-cache', null],
      );
      for (const request of [requestFor('01', someIssuer), new Uint8Array(3)]) {
        const { headers } = await get(url, request);
        assert.deepEqual([headers.get('cache-control'), headers.get('etag')], ['no-store', null]);
      }
    });
  });

  test('is served while the store is away: kept answers and such as are signed now', async (t) => {
    const own = await startWithin(t);
    const { issuing: identifier } = await makeAuthorities(own.url);
    const authority = await authorityOf(own.url, identifier);
    const made = [];
    for (let count = 0; count < 3; count++) made.push(await issueClient(own.url, identifier));
    const [kept, fresh, revoked] = made;
    assert.ok(kept && fresh && revoked);
    await own.revoke(revoked.identifier);
    assert.equal((await ocspStatus(own.url, kept.serialNumber, authority)).status, 'good');
    await own.opened.store.close();
    for (const [serialNumber, status] of [
      [kept.serialNumber, 'good'],
      [fresh.serialNumber, 'good'],
      [revoked.serialNumber, 'revoked'],
      [neverIssued(), 'unknown'],
    ] as const) {
      assert.equal((await ocspStatus(own.url, serialNumber, authority)).status, status);
    }
    const nonce = requestOf([certIdOf(fresh.serialNumber, 'sha1', { issuer: authority })], [nonceExtension(16)]);
    assert.equal((await statusBy(await post(own.url, nonce), authority)).status, 'good');
    assert.equal(await errorOf(await post(own.url, requestFor('01', someIssuer))), 'unauthorized');
  });
});

test('OCSP says revoked of what was never issued where the operator has set that, with the extension (RFC 6960 §2.2, §4.4.8)', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_OCSP_NEVER_ISSUED: 'revoked', CERTITUDE_OCSP_MAX_CERT_IDS: '2' });
  const { issuing } = await makeAuthorities(url);
  const authority = await authorityOf(url, issuing);
  const { serialNumber } = await issueClient(url, issuing);
  const certIds = [neverIssued(), serialNumber].map((serial) => certIdOf(serial, 'sha1', { issuer: authority }));
  const { responses, extensions } = await trusted(await post(url, requestOf(certIds)), authority);
  const revoked = { status: 'revoked', revocationTime: 0, reason: 'certificateHold' };
  assert.deepEqual(responses[0]?.certStatus, revoked);
  assert.deepEqual(responses[1]?.certStatus, { status: 'good' });
  assert.deepEqual(extensions, [{ id: oids['ocsp-extended-revoke'], critical: false, value: nullValue }]);
  assert.deepEqual((await trusted(await post(url, requestFor(serialNumber, authority)), authority)).extensions, []);
  const foreign = await trusted(await post(url, requestOf([certIdOf('01'), ...certIds.slice(1)])), authority);
  assert.deepEqual(
    foreign.responses[0]?.certStatus,
    { status: 'unknown' },
    'of an issuer that is not ours nothing is known',
  );
  assert.equal(await errorOf(await post(url, requestOf([...certIds, ...certIds.slice(1)]))), 'malformedRequest');
});

test('OCSP answers for another account’s CA as the RPC call answers that account; a restart keeps the responder', async (t) => {
  const service = await startService(t);
  const made = await certitude(['access', 'account', 'create', 'other', '--json'], service.environment);
  const key = JSON.parse(made.stdout);
  await followed(service);
  const theirs = await makeAuthorities(service.url, { key });
  const { serialNumber } = await issueClient(service.url, theirs.issuing, {}, { key });
  const authority = await authorityOf(service.url, theirs.issuing);
  assert.deepEqual(await ocspStatus(service.url, serialNumber, authority), { status: 'good' });
  const ours = await makeAuthorities(service.url);
  const own = await authorityOf(service.url, ours.issuing);
  assert.deepEqual(await ocspStatus(service.url, serialNumber, own), { status: 'unknown' });

  const before = await trusted(await post(service.url, requestFor(serialNumber, authority)), authority);
  assert.equal(await service.kill('SIGTERM'), 0);
  const again = await startService(t, { dataDir: service.dataDir });
  const after = await trusted(await post(again.url, requestFor(serialNumber, authority)), authority);
  assert.deepEqual(after.certificates, before.certificates);
});
