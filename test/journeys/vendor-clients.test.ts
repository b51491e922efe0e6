// The whole life of a PKI by the vendor's unmodified clients, each in every way it signs.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { Check, Errors } from 'typebox/value';
import { findOperation } from '../../src/protocols/rpc/catalog.ts';
import { rootKey } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { type Answer, type Caller, vendorClients } from './vendor-clients.ts';

const caSubject = {
  Organization: 'Example Ltd',
  OrganizationUnit: 'Security',
  Locality: 'Hangzhou',
  State: 'Zhejiang',
};

test('the vendor’s clients make CAs, issue, list, ask, revoke, ask again, delete, ask again', async (t) => {
  const service = await startWithin(t);
  for (const [name, caller] of vendorClients(service.port, rootKey)) {
    await t.test(name, () => wholeLife(checked(caller), name));
  }
});

async function wholeLife(call: Caller, name: string): Promise<void> {
  const root = await call('CreateRootCACertificate', {
    ...caSubject,
    CommonName: `Root of ${name}`,
    Years: 10,
    Algorithm: 'ECC_384',
    'Tags.1.Key': 'made by',
    'Tags.1.Value': name,
  });
  const sub = await call('CreateSubCACertificate', {
    ...caSubject,
    CommonName: "Issuing CA: *!'() +/=&%~_-. ümläut 证书",
    Years: 5,
    Algorithm: 'ECC_256',
    ParentIdentifier: String(root['Identifier']),
  });
  const client = await call('CreateClientCertificate', {
    ParentIdentifier: String(sub['Identifier']),
    CommonName: 'device',
    SanType: 1,
    SanValue: 'a@example.com, b@example.com',
    Days: 30,
    Immediately: 2,
  });
  const server = await call('CreateServerCertificate', {
    ParentIdentifier: String(sub['Identifier']),
    CommonName: 'www.example.com',
    Domain: '*.example.com,192.0.2.7,2001:db8::1',
    Algorithm: 'ECC_256',
    Days: 30,
    Immediately: 1,
  });
  const issuer = new X509Certificate(String(sub['Certificate']));
  for (const each of [client, server]) {
    const certificate = new X509Certificate(String(each['X509Certificate']));
    assert.ok(certificate.verify(issuer.publicKey), 'signed by the subordinate CA');
    assert.equal(
      certificate.serialNumber.toLowerCase().replace(/^0+/, ''),
      String(each['SerialNumber']).replace(/^0+/, ''),
    );
  }
  assert.equal(String(client['CertificateChain']).match(/BEGIN CERTIFICATE/g)?.length, 3);

  const serials = `${client['SerialNumber']},${server['SerialNumber']},00`;
  const ask = async () =>
    statuses(await call('DescribeClientCertificateStatusForSerialNumber', { SerialNumber: serials }));
  assert.deepEqual(await ask(), ['good', 'good', 'unknown']);
  const { CertificateList, TotalCount } = await call('ListClientCertificate', { ShowSize: 50 });
  assert.ok(Number(TotalCount) >= 2);
  assert.ok((CertificateList as Answer[]).some(({ Identifier }) => Identifier === client['Identifier']));

  const Identifier = String(client['Identifier']);
  await call('CreateRevokeClientCertificate', { Identifier });
  assert.deepEqual(await ask(), ['revoked', 'good', 'unknown']);
  const byIdentifier = await call('DescribeClientCertificateStatus', {
    Identifier: `${Identifier},${server['Identifier']}`,
  });
  assert.deepEqual(statuses(byIdentifier), ['revoked', 'good']);
  const described = await call('DescribeClientCertificate', { Identifier });
  assert.equal((described['Certificate'] as Answer)['Status'], 'REVOKE');
  await call('DeleteClientCertificate', { Identifier });
  assert.deepEqual(await ask(), ['revoked', 'good', 'unknown']);
  await assert.rejects(call('DescribeClientCertificate', { Identifier }), /NotFound|no certificate/);

  await call('UpdateCACertificateStatus', { Identifier: String(root['Identifier']), Status: 'REVOKE' });
  assert.deepEqual(await ask(), ['revoked', 'revoked', 'unknown'], 'what stands below a revoked CA is revoked');
}

function statuses(answer: Answer): string[] {
  return (answer['CertificateStatus'] as { Status: string }[]).map(({ Status }) => Status);
}

/** Every answer must have the shape its operation declares, and a RequestId. */
function checked(caller: Caller): Caller {
  return async (operation, parameters) => {
    const answer = await caller(operation, parameters);
    const { RequestId, ...body } = answer;
    assert.match(String(RequestId), /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    const shape = findOperation(operation)?.answer;
    assert.ok(shape);
    assert.ok(Check(shape, body), `${operation}: ${JSON.stringify(Errors(shape, body).slice(0, 3))}`);
    return answer;
  };
}
