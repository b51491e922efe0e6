// How many certificates a CA may issue: set through the API and on the command line, counted, kept, and lifted again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStillService } from '../conformance/still-service.ts';
import { until } from '../until.ts';
import { followed } from './operator.ts';
import { assertRefused } from './refused.ts';
import { certitude, type Service, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, ok, revoke } from './small-pki.ts';

const unlimited = 2_147_483_647;

test('a CA issues as many certificates as it was granted and no more, until it is granted more', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  assert.deepEqual(await countsOf(url, issuing), { total: unlimited, issued: 0, left: unlimited });
  assert.deepEqual(await assign(url, issuing, 2), { CertCount: 2, CurrentYearFreeCertCount: 0 });
  const first = await issueClient(url, issuing);
  assert.deepEqual(await countsOf(url, issuing), { total: 2, issued: 1, left: 1 });
  await issueClient(url, issuing);
  assertRefused(await another(url, issuing), 400, 'QuotaExceeded');
  await revoke(url, first.identifier);
  await ok(url, 'DeleteClientCertificate', { Identifier: first.identifier });
  assertRefused(await another(url, issuing), 400, 'QuotaExceeded');
  assert.deepEqual(await countsOf(url, issuing), { total: 2, issued: 2, left: 0 }, 'those revoked and deleted count');
  await assign(url, issuing, 3);
  await issueClient(url, issuing);
  assertRefused(await another(url, issuing), 400, 'QuotaExceeded');
  const [instance] = (await ok(url, 'GetCAInstanceStatus', { Identifier: issuing }))['InstanceStatusList'] as Wire[];
  assert.deepEqual([instance?.['CertTotalCount'], instance?.['CertIssuedCount']], [3, 3]);
});

test('a limit may be what was issued already, one more, and not one less', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  for (let issued = 0; issued < 2; issued++) await issueClient(url, issuing);
  const Id = await numberOf(url, issuing);
  assertRefused(
    await call(url, 'AssignCertificateCount', { Id, CertTotalCount: '1' }),
    400,
    'InvalidCertTotalCount',
    /2/,
  );
  assert.equal((await countsOf(url, issuing)).total, unlimited);
  await assign(url, issuing, 2);
  await assign(url, issuing, 3);
  assert.equal((await countsOf(url, issuing)).total, 3);
});

test('calls at the same moment share what is left', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  await assign(url, issuing, 5);
  const replies = await Promise.all(Array.from({ length: 12 }, () => another(url, issuing)));
  assert.equal(replies.filter(({ status }) => status === 200).length, 5);
  assert.deepEqual(
    new Set(replies.filter(({ status }) => status !== 200).map(({ body }) => body['Code'])),
    new Set(['QuotaExceeded']),
  );
  assert.deepEqual(await countsOf(url, issuing), { total: 5, issued: 5, left: 0 });
});

test('what was accepted to be issued later counts: all of it is issued, and nothing takes its place', async (t) => {
  const still = await startStillService(t);
  const { issuing } = await makeAuthorities(still.url);
  await assign(still.url, issuing, 2);
  const later = { ParentIdentifier: issuing, CommonName: 'later', Days: '1', AsynchronousFlag: 'true' };
  const { Identifier } = await ok(still.url, 'CreateClientCertificate', later);
  await issueClient(still.url, issuing);
  assertRefused(await another(still.url, issuing), 400, 'QuotaExceeded');
  assertRefused(await call(still.url, 'CreateClientCertificate', later), 400, 'QuotaExceeded');
  await still.stop();

  const { url } = await startService(t, { dataDir: still.dataDir });
  const statusOfLater = async () => {
    const { Certificate } = await ok(url, 'DescribeClientCertificate', { Identifier: String(Identifier) });
    return (Certificate as Wire)['Status'];
  };
  assert.equal(await until(statusOfLater, (status) => status !== 'PENDING'), 'ISSUE');
  assert.deepEqual(await countsOf(url, issuing), { total: 2, issued: 2, left: 0 });
});

test('a root is limited in the CAs it signs, and not below those', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  await quota(service, 'set', root, '1');
  const sub = { Organization: 'O', OrganizationUnit: 'U', Locality: 'L', State: 'S', CommonName: 'Second', Years: '1' };
  const parameters = { ...sub, Algorithm: 'ECC_256', ParentIdentifier: root };
  await followed(service);
  assertRefused(await call(url, 'CreateSubCACertificate', parameters), 400, 'QuotaExceeded');
  await issueClient(url, issuing);
});

test('the operator shows, sets and lifts limits beside the running service', async (t) => {
  const service = await startService(t);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  await issueClient(url, issuing);
  assert.deepEqual(await quota(service, 'show'), [
    {
      identifier: issuing,
      subject: 'C=CN,O=Example Ltd,OU=Security,L=Hangzhou,ST=Zhejiang,CN=Issuing',
      issued: 1,
      limit: null,
      left: null,
    },
    {
      identifier: root,
      subject: 'C=CN,O=Example Ltd,OU=Security,L=Hangzhou,ST=Zhejiang,CN=Root',
      issued: 1,
      limit: null,
      left: null,
    },
  ]);
  const set = (await quota(service, 'set', `cas-member-${issuing}`, '1')) as Wire;
  assert.deepEqual([set['limit'], set['left']], [1, 0]);
  assert.deepEqual((await countsOf(url, issuing)).total, 1);
  assertRefused(await another(url, issuing), 400, 'QuotaExceeded');
  await quota(service, 'set', issuing, '--unlimited');
  await issueClient(url, issuing);
  assert.deepEqual(await countsOf(url, issuing), { total: unlimited, issued: 2, left: unlimited - 2 });
  const { LogList } = await ok(url, 'ListCACertificateLog', { Identifier: issuing });
  assert.deepEqual(
    (LogList as Wire[]).map(({ OpType, Content }) => [OpType, Content]),
    [
      ['ADD', 'add sub-root ca'],
      ['UPDATE', 'assign 1 certificates'],
      ['UPDATE', 'lift the limit of certificates'],
    ],
  );

  for (const [args, status, message] of [
    [['set', issuing, '1'], 76, /issued 2 certificates already/],
    [['set', 'nobody', '1'], 76, /no CA nobody/],
    [['show', 'nobody'], 76, /no CA nobody/],
    [['set', issuing], 64, /or --unlimited/],
    [['set', issuing, '1', '--unlimited'], 64, /or --unlimited/],
    [['set', issuing, '-1'], 64, /./],
    [['set', issuing, '1e3'], 64, /whole number/],
    [['set', issuing, '2147483647'], 64, /from 0 to 2147483646/],
    [['set', issuing, '1', '--account', '1'], 64, /no account 1/],
  ] as const) {
    const failed = await certitude(['quota', ...args], service.environment);
    assert.deepEqual([failed.status, failed.stdout], [status, ''], args.join(' '));
    assert.match(failed.stderr, message, args.join(' '));
  }
  assert.deepEqual((await countsOf(url, issuing)).total, unlimited);
});

type Wire = Readonly<Record<string, unknown>>;

async function quota(service: Pick<Service, 'environment'>, ...args: string[]): Promise<unknown> {
  const { status, stdout, stderr } = await certitude(['quota', ...args, '--json'], service.environment);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

async function countsOf(url: string, Identifier: string) {
  const { Certificate } = await ok(url, 'DescribeCACertificate', { Identifier });
  const { CertTotalCount: total, CertIssuedCount: issued, CertRemainingCount: left } = Certificate as Wire;
  return { total, issued, left };
}

async function assign(url: string, identifier: string, total: number): Promise<Wire> {
  const Id = await numberOf(url, identifier);
  const { RequestId: _, ...answer } = await ok(url, 'AssignCertificateCount', { Id, CertTotalCount: String(total) });
  return answer;
}

async function numberOf(url: string, identifier: string): Promise<string> {
  const { List } = await ok(url, 'ListAllEndEntityInstance', {});
  return String((List as Wire[]).find(({ Identifier }) => Identifier === identifier)?.['Id']);
}

function another(url: string, parent: string) {
  return call(url, 'CreateClientCertificate', { ParentIdentifier: parent, CommonName: 'one more', Days: '1' });
}
