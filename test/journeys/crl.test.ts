// CRLs through the socket: what relying parties fetch says what callers did.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { decodePem } from '../../src/pki/pem.ts';
import { revocationReasons } from '../../src/registry/model.ts';
import { serialsOf } from '../registry/reading-crls.ts';
import { fetchCrl, fetchIssuer, untilCrl } from './fetched-crls.ts';
import { assertRefused } from './refused.ts';
import { startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, ok } from './small-pki.ts';

const quick = { CERTITUDE_CRL_DELAY: '0' };
const revokeCall = 'CreateRevokeClientCertificate';

test('every reason is on the CRL as it was given, unspecified left out, with date and invalidity date (RFC 5280 §5.3.1, §5.3.2)', async (t) => {
  const { url } = await startWithin(t, quick);
  const { issuing } = await makeAuthorities(url);
  const given = new Map<string, { reason?: string; invalidityDate?: number }>();
  const before = Math.floor(Date.now() / 1000);
  for (const [index, reason] of [...revocationReasons, 'unspecified', undefined].entries()) {
    const { identifier, serialNumber } = await issueClient(url, issuing);
    const invalidityDate = index % 2 === 0 ? before - index * 1000 : undefined;
    await ok(url, revokeCall, {
      Identifier: identifier,
      ...(reason && { Reason: reason }),
      ...(invalidityDate && { InvalidityDate: String(invalidityDate) }),
    });
    given.set(serialNumber, {
      ...(reason && reason !== 'unspecified' && { reason }),
      ...(invalidityDate && { invalidityDate }),
    });
  }
  const crl = await untilCrl(url, [issuing], ({ entries }) => entries.size === given.size);
  const after = Math.floor(Date.now() / 1000);
  for (const { serialNumber, revocationDate, ...entry } of crl.entries.values()) {
    assert.deepEqual(entry, given.get(serialNumber), serialNumber);
    assert.ok(revocationDate >= before && revocationDate <= after);
  }
});

test('an invalidity date lies in the past: a second before, the second itself, not after', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const now = Math.floor(Date.now() / 1000);
  const revokeWith = async (InvalidityDate: string) => {
    const { identifier } = await issueClient(url, issuing);
    return await call(url, revokeCall, { Identifier: identifier, InvalidityDate });
  };
  for (const good of ['0', String(now - 1), String(now)]) assert.equal((await revokeWith(good)).status, 200, good);
  for (const bad of [String(now + 60), '-1', '1.5', 'yesterday', '253402300800']) {
    assertRefused(await revokeWith(bad), 400, 'InvalidInvalidityDate');
  }
});

test('a hold comes and goes: on the full list while it lasts, taken back by the delta, gone from the full list', async (t) => {
  const { url } = await startWithin(t, quick);
  const { issuing } = await makeAuthorities(url);
  await untilCrl(url, [issuing], () => true);
  const { identifier: Identifier, serialNumber } = await issueClient(url, issuing);
  await ok(url, revokeCall, { Identifier, Reason: 'certificateHold' });
  await untilCrl(url, [issuing], ({ entries }) => entries.get(serialNumber)?.reason === 'certificateHold');
  await ok(url, revokeCall, { Identifier, Reason: 'removeFromCRL' });
  const delta = await untilCrl(
    url,
    [issuing, '-delta'],
    ({ entries }) => entries.get(serialNumber)?.reason === 'removeFromCRL',
  );
  const full = await fetchCrl(url, issuing);
  assert.deepEqual(serialsOf(full), []);
  assert.equal(full.extensions.number, delta.extensions.number);
});

test('what CrlUrl, HashCode and NextUpdateTime say is what is served', async (t) => {
  const { url } = await startWithin(t, quick);
  const { issuing, root } = await makeAuthorities(url);
  const asked = async (CaIdentifier: string) => await ok(url, 'GetCaInstanceCrlAddress', { CaIdentifier });
  const first = await untilCrl(url, [issuing], () => true);
  const empty = await asked(issuing);
  assert.deepEqual(
    [empty['CrlUrl'], empty['NextUpdateTime']],
    [`${url}/crl/${issuing}.crl`, String(first.nextUpdate * 1000)],
  );
  assert.equal((await asked(root))['CrlUrl'], `${url}/crl/${root}.crl`);
  const { identifier } = await issueClient(url, issuing);
  await ok(url, revokeCall, { Identifier: identifier });
  const second = await untilCrl(url, [issuing], ({ entries }) => entries.size === 1);
  const changed = await asked(issuing);
  assert.notEqual(changed['HashCode'], empty['HashCode']);
  assert.equal(changed['NextUpdateTime'], String(second.nextUpdate * 1000));
  const described = await ok(url, 'DescribeCACertificate', { Identifier: issuing });
  assert.equal((described['Certificate'] as Record<string, unknown>)['CrlUrl'], `${url}/crl/${issuing}.crl`);
});

test('a CA with partitions: each certificate names its own, whose IDP is that address byte for byte (RFC 5280 §5.2.5)', async (t) => {
  const { url } = await startWithin(t, quick);
  const { root } = await makeAuthorities(url);
  const issuing = await makePartitioned(url, root, '3');
  const revoked = new Map<string, string>();
  for (let index = 0; index < 12; index++) {
    const { identifier, certificate } = await issueWithCrl(url, issuing);
    const [address = '', ...more] = certificate.extensions.crlDistributionPoints ?? [];
    assert.deepEqual(more, []);
    await ok(url, revokeCall, { Identifier: identifier });
    revoked.set(certificate.serialNumber, address);
  }
  const complete = await untilCrl(url, [issuing], ({ entries }) => entries.size === revoked.size);
  assert.equal(complete.extensions.distributionPoint, undefined);
  const addresses = [0, 1, 2].map((partition) => `${url}/crl/${issuing}-p${partition}.crl`);
  for (const [partition, address] of addresses.entries()) {
    const crl = await fetchCrl(url, issuing, `-p${partition}`);
    assert.deepEqual(crl.extensions.distributionPoint, { uri: address });
    const own = [...revoked].filter(([, named]) => named === address).map(([serialNumber]) => serialNumber);
    assert.deepEqual(serialsOf(crl), own.toSorted());
    assert.equal(crl.extensions.number, complete.extensions.number);
  }
  assert.ok([...revoked.values()].every((address) => addresses.includes(address)));
  assert.equal((await fetch(`${url}/crl/${issuing}-p3.crl`)).status, 404);
});

test('CrlPartitions is a whole number from 1 to 1000', async (t) => {
  const { url } = await startWithin(t);
  const { root } = await makeAuthorities(url);
  for (const bad of ['0', '1001', '1.5', '-1', 'many']) {
    assertRefused(await askPartitioned(url, root, bad), 400, 'InvalidCrlPartitions');
  }
  for (const good of ['1', '2', '999', '1000']) await makePartitioned(url, root, good);
});

test('a subordinate CA’s certificate names the root’s CRL, certificate and OCSP responder; a root’s own names none', async (t) => {
  const { url } = await startWithin(t, quick);
  const { root, issuing } = await makeAuthorities(url);
  const [rootCertificate, subordinate] = await Promise.all(
    [root, issuing].map(async (authority) => parseCertificate(await fetchIssuer(url, authority))),
  );
  assert.deepEqual(subordinate?.extensions.crlDistributionPoints, [`${url}/crl/${root}.crl`]);
  assert.deepEqual(subordinate?.extensions.authorityInformationAccess, {
    ocsp: [`${url}/ocsp`],
    caIssuers: [`${url}/issuer/${root}.cer`],
  });
  assert.equal(rootCertificate?.extensions.crlDistributionPoints, undefined);
});

test('a CA that is revoked is on its root’s CRL, deleted it stays there, and its own CRL goes on', async (t) => {
  const { url } = await startWithin(t, quick);
  const { root, issuing } = await makeAuthorities(url);
  const { serialNumber } = parseCertificate(await fetchIssuer(url, issuing));
  const { identifier, serialNumber: leaf } = await issueClient(url, issuing);
  const { identifier: later, serialNumber: laterLeaf } = await issueClient(url, issuing);
  await ok(url, revokeCall, { Identifier: identifier });
  await untilCrl(url, [issuing], ({ entries }) => entries.size === 1);
  await ok(url, 'UpdateCACertificateStatus', { Identifier: issuing, Status: 'REVOKE' });
  await untilCrl(url, [root], ({ entries }) => entries.has(serialNumber));
  assert.deepEqual(serialsOf(await fetchCrl(url, issuing)), [leaf]);
  await ok(url, revokeCall, { Identifier: later });
  await untilCrl(url, [issuing], ({ entries }) => entries.has(laterLeaf));
  await ok(url, 'DeleteClientCertificate', { Identifier: identifier });
  const crl = await fetchCrl(url, issuing);
  assert.ok(crl.entries.has(leaf), 'deleted, and still revoked');
  assert.ok((await fetchCrl(url, root)).entries.has(serialNumber));
});

test('a restart keeps numbers and serves at once what was published', async (t) => {
  const service = await startService(t, { environment: quick });
  const { issuing } = await makeAuthorities(service.url);
  await untilCrl(service.url, [issuing], () => true);
  const { identifier } = await issueClient(service.url, issuing);
  await ok(service.url, revokeCall, { Identifier: identifier });
  const before = await untilCrl(service.url, [issuing], ({ entries }) => entries.size === 1);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await service.kill(signal);
    const again = await startService(t, { environment: quick, dataDir: service.dataDir });
    assert.deepEqual((await fetchCrl(again.url, issuing)).der, before.der, signal);
    await again.kill('SIGTERM');
  }
});

const subject = { Organization: 'Example Ltd', OrganizationUnit: 'Security', Locality: 'Hangzhou', State: 'Zhejiang' };

function askPartitioned(url: string, root: string, CrlPartitions: string) {
  const parameters = { CommonName: 'Large', Years: '5', Algorithm: 'ECC_256', ParentIdentifier: root, CrlPartitions };
  return call(url, 'CreateSubCACertificate', { ...subject, ...parameters });
}

async function makePartitioned(url: string, root: string, partitions: string): Promise<string> {
  const { status, text, body } = await askPartitioned(url, root, partitions);
  assert.equal(status, 200, text);
  return String(body['Identifier']);
}

async function issueWithCrl(url: string, issuing: string): Promise<{ identifier: string; certificate: Certificate }> {
  const parameters = { ParentIdentifier: issuing, CommonName: 'device', Days: '30', EnableCrl: '1', Immediately: '1' };
  const issued = await ok(url, 'CreateClientCertificate', parameters);
  const der = decodePem(String(issued['X509Certificate']));
  return { identifier: String(issued['Identifier']), certificate: parseCertificate(der) };
}
