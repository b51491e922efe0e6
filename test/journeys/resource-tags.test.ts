// Conditions on the tags of what a call is about: looked up for those whose policies ask, and for nobody else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followed, operator } from './operator.ts';
import { otherAccount } from './other-account.ts';
import { certitude, startService } from './running-service.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, ok } from './small-pki.ts';
import { attachPolicy, makeUser, putPolicy } from './users.ts';

test('a condition on a resource tag is judged by the tags of all the call names', async (t) => {
  const service = await startService(t);
  const { url } = service;
  const { issuing, root } = await makeAuthorities(url);
  const [dev, devToo, prod, bare] = await Promise.all(Array.from({ length: 4 }, () => issueClient(url, issuing)));
  assert.ok(dev && devToo && prod && bare);
  const tag = async (identifier: string, value: string) =>
    await ok(url, 'TagResources', {
      RegionId: 'x',
      ResourceType: 'instance',
      'ResourceId.1': identifier,
      'Tag.1.Key': 'env',
      'Tag.1.Value': value,
    });
  for (const identifier of [dev.identifier, devToo.identifier, issuing]) await tag(identifier, 'dev');
  await tag(prod.identifier, 'prod');
  const key = await makeUser(service, 'deployer');
  await putPolicy(service, 'p', { Effect: 'Deny', Action: '*', Resource: '*' });
  await attachPolicy(service, 'p', 'deployer');
  const [{ account: home }] = JSON.parse((await operator(service, 'access', 'account', 'list', '--json')).stdout);
  const stranger = await otherAccount(service);
  const { issuing: foreign } = await makeAuthorities(url, { key: stranger });
  await ok(
    url,
    'TagResources',
    { RegionId: 'x', ResourceType: 'instance', 'ResourceId.1': foreign, 'Tag.1.Key': 'env', 'Tag.1.Value': 'dev' },
    { key: stranger },
  );

  const codeOf = async (action: string, parameters: Record<string, string>) => {
    const { status, body } = await call(url, action, parameters, { key });
    return status === 200 ? 'OK' : String(body['Code']);
  };
  const expect = async (cases: readonly (readonly [string, Record<string, string>, string])[]) => {
    for (const [action, parameters, code] of cases)
      assert.equal(await codeOf(action, parameters), code, `${action} ${JSON.stringify(parameters)}`);
  };
  const describe = 'DescribeClientCertificate';
  const statuses = 'DescribeClientCertificateStatus';
  const resources = (...ids: string[]) => ({
    RegionId: 'x',
    ResourceType: 'instance',
    ...Object.fromEntries(ids.map((id, index) => [`ResourceId.${index + 1}`, id])),
    'TagKey.1': 'other',
  });
  const moved = (id: string) => ({ ResourceType: 'PcaCertificate', ResourceId: id, ResourceGroupId: 'rg-other' });

  const replacePolicy = async (...statements: readonly object[]) => {
    const document = JSON.stringify({ Version: '1', Statement: statements });
    const put = await certitude(
      ['access', 'policy', 'put', 'p', '-', '--account', home],
      service.environment,
      document,
    );
    assert.equal(put.status, 0, put.stderr);
    await followed(service);
  };
  const isDev = { StringEquals: { 'acs:ResourceTag/env': 'dev' } };
  await replacePolicy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: isDev });
  await expect([
    [describe, { Identifier: dev.identifier }, 'OK'],
    [describe, { Identifier: prod.identifier }, 'NoPermission'],
    [describe, { Identifier: bare.identifier }, 'NoPermission'],
    [describe, { Identifier: 'nothing' }, 'NoPermission'],
    ['DescribeCACertificate', { Identifier: foreign }, 'NoPermission'],
    ['DescribeCACertificate', { Identifier: issuing }, 'OK'],
    ['DescribeCACertificate', { Identifier: root }, 'NoPermission'],
    [statuses, { Identifier: `${dev.identifier}, ${devToo.identifier}` }, 'OK'],
    [statuses, { Identifier: `${dev.identifier},${prod.identifier}` }, 'NoPermission'],
    [statuses, { Identifier: `${dev.identifier},nothing` }, 'NoPermission'],
    ['UntagResources', resources(dev.identifier, devToo.identifier), 'OK'],
    ['UntagResources', resources(dev.identifier, bare.identifier), 'NoPermission'],
    ['UntagResources', resources(`cas-member-${issuing}`), 'OK'],
    ['MoveResourceGroup', moved(dev.identifier), 'OK'],
    ['MoveResourceGroup', moved(`cas-member-${issuing}`), 'OK'],
    ['MoveResourceGroup', moved(prod.identifier), 'NoPermission'],
    // What an operation passes over does not speak for what it reads.
    ['MoveResourceGroup', { ...moved(prod.identifier), 'ResourceId.1': dev.identifier }, 'NoPermission'],
    ['GetCaInstanceCrlAddress', { Uuid: `cas-member-${issuing}` }, 'OK'],
    ['GetCaInstanceCrlAddress', { Uuid: root }, 'NoPermission'],
    ['ListCert', { InstanceUuid: `cas-member-${issuing}` }, 'OK'],
    ['ListCert', { InstanceUuid: root }, 'NoPermission'],
    ['CreateClientCertificate', { ParentIdentifier: issuing, CommonName: 'x', Days: '1' }, 'OK'],
    ['CreateClientCertificate', { ParentIdentifier: foreign, CommonName: 'x', Days: '1' }, 'NoPermission'],
    // What it is about is not named by an identifier: its tags are not known.
    ['ListClientCertificate', {}, 'NoPermission'],
    ['DescribeClientCertificateStatusForSerialNumber', { SerialNumber: dev.serialNumber }, 'NoPermission'],
    ['AssignCertificateCount', { Id: '1', CertTotalCount: '9' }, 'NoPermission'],
  ]);

  const isProd = { StringEquals: { 'acs:ResourceTag/env': 'prod' } };
  await replacePolicy(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: isProd },
  );
  await expect([
    [describe, { Identifier: bare.identifier }, 'OK'],
    [describe, { Identifier: prod.identifier }, 'NoPermission'],
    [describe, { Identifier: 'nothing' }, 'NotFound'],
    ['DescribeCACertificate', { Identifier: foreign }, 'NotFound'],
    [statuses, { Identifier: `${bare.identifier},${prod.identifier}` }, 'NoPermission'],
    ['ListClientCertificate', {}, 'NoPermission'],
  ]);
  await tag(prod.identifier, 'dev');
  await expect([[describe, { Identifier: prod.identifier }, 'OK']]);
});

test('conditions that can never be met are refused when the policy is written, with their place', async (t) => {
  const service = await startService(t);
  for (const [condition, place] of [
    [
      { StringEquals: { 'acs:ResourceTag/': 'x' } },
      /Statement\[0\]\.Condition\.StringEquals\.acs:ResourceTag\/: is not a condition key/,
    ],
    [{ StringEquals: { 'acs:ResourceTag': 'x' } }, /\.acs:ResourceTag: is not a condition key/],
    [{ StringEquals: { [`acs:ResourceTag/${'k'.repeat(129)}`]: 'x' } }, /is not a condition key/],
    [{ StringEquals: { 'acs:resourcetag/env': 'x' } }, /is not a condition key/],
    [{ StringEqualsIfExists: { 'acs:ResourceTag/env': 'x' } }, /Condition\.StringEqualsIfExists: is not an operator/],
    [{ IpAddress: { 'acs:ResourceTag/env': 'dev' } }, /must be an IPv4 or IPv6 address/],
    [{ Bool: { 'acs:SourceIp': 'true' } }, /cannot be asked by this operator/],
    [{ DateLessThan: { 'acs:CurrentTime': 'tomorrow' } }, /must be a moment/],
  ] as const) {
    const document = {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition }],
    };
    const put = await certitude(['access', 'policy', 'put', 'p', '-'], service.environment, JSON.stringify(document));
    assert.equal(put.status, 65, JSON.stringify(condition));
    assert.match(put.stderr, place);
  }
});
