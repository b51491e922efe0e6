// Why a call was refused: the diagnostic message of the refusal, decoded by the vendor's unmodified client.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type * as OpenApiCore from '@alicloud/openapi-core';
import type * as Ram from '@alicloud/ram20150501';
import { createAccessKey } from '../../src/access/administration/access-keys.ts';
import { createAccount } from '../../src/access/administration/accounts.ts';
import { addGroupMember, createGroup } from '../../src/access/administration/groups.ts';
import { createPolicyVersion } from '../../src/access/administration/policies.ts';
import { operatorActor } from '../../src/app/initialise.ts';
import { type Administrator, administer, document, refusalOf, stsClient, trusting } from './roles.ts';
import { rootKey } from './running-service.ts';
import { type ServiceWithin, startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import type { AccessKey } from './vendor-clients.ts';

const require = createRequire(import.meta.url);
const core: typeof OpenApiCore.default = require('@alicloud/openapi-core');
const ram: typeof Ram.default = require('@alicloud/ram20150501');

describe('a diagnostic message', () => {
  const cleanUp: (() => unknown)[] = [];
  let service: ServiceWithin;
  let admin: Administrator;
  let alice: AccessKey;
  const of = () => ({ account: service.account, actor: operatorActor() });

  before(async () => {
    service = await startWithin({ after: (work) => cleanUp.push(work as () => unknown) });
    admin = administer(service, service.account);
    alice = await admin.user('alice');
    await admin.attach('AliyunSTSAssumeRoleAccess', { user: 'alice' });
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  /** The message of the refusal that `key` meets with. */
  async function messageOf(key: AccessKey, operation = 'ListCert'): Promise<string> {
    const { status, body } = await call(service.url, operation, {}, { key });
    assert.equal(status, 403);
    return (body['AccessDeniedDetail'] as Record<string, string>)['EncodedDiagnosticMessage'] ?? '';
  }

  async function decode(message: string, key: AccessKey = rootKey) {
    const config = { ...key, endpoint: `127.0.0.1:${service.port}`, protocol: 'http' };
    const client = new ram.default(new core.$OpenApiUtil.Config(config));
    const request = new ram.DecodeDiagnosticMessageRequest({ encodedDiagnosticMessage: message });
    const { body } = await client.decodeDiagnosticMessage(request);
    assert.ok(body?.decodedDiagnosticMessage);
    return body.decodedDiagnosticMessage;
  }

  test('tells who asked for what, under which circumstances, and that nothing allowed it', async () => {
    const decoded = await decode(await messageOf(alice));
    const { authConditions = [], ...told } = decoded;
    assert.deepEqual(JSON.parse(JSON.stringify(told)), {
      explicitDeny: false,
      noPermissionPolicyType: 'AccountLevelIdentityBasedPolicy',
      authAction: 'yundun-cert:ListCert',
      authResource: '*',
      authPrincipal: {
        authPrincipalType: 'SubUser',
        authPrincipalOwnerId: service.account,
        authPrincipalDisplayName: service.services.directory.user(service.account, 'alice')?.userId,
      },
      matchedPolicies: [],
    });
    const facts = new Map(authConditions.map(({ conditionKey, conditionValues }) => [conditionKey, conditionValues]));
    assert.deepEqual(facts.get('acs:SourceIp'), ['127.0.0.1']);
    assert.deepEqual(facts.get('acs:SecureTransport'), ['false']);
    assert.match(String(facts.get('acs:CurrentTime')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('names the policy that denied, its version, and what it is attached to', async () => {
    const matched = async (key: AccessKey, operation?: string) => {
      const { explicitDeny, noPermissionPolicyType, matchedPolicies } = await decode(await messageOf(key, operation));
      return JSON.parse(JSON.stringify([explicitDeny, noPermissionPolicyType, ...(matchedPolicies ?? [])]));
    };
    const { administration } = service.services;
    const bob = await admin.user('bob');
    await createGroup({ ...of(), group: 'staff' }, administration);
    await addGroupMember({ ...of(), group: 'staff', user: 'bob' }, administration);
    await admin.policy('no-lists', { Action: '*' });
    await admin.attach('no-lists', { group: 'staff' });
    const second = document({ Action: 'yundun-cert:Get*' }, { Effect: 'Deny', Action: 'yundun-cert:List*' });
    await createPolicyVersion(
      { ...of(), policy: 'no-lists', document: second, setAsDefault: true, rotate: false },
      administration,
    );
    const identity = 'AccountLevelIdentityBasedPolicy';
    const noLists = {
      policyIdentifier: 'no-lists',
      policyType: 'Custom',
      policyVersion: 'v2',
      effect: 'Deny',
      attachedScope: 'Account',
    };
    assert.deepEqual(await matched(bob), [true, identity, { ...noLists, attachedEntityType: 'RamGroup' }]);
    await admin.attach('no-lists', { user: 'bob' });
    assert.deepEqual(await matched(bob), [true, identity, { ...noLists, attachedEntityType: 'RamUser' }]);

    await admin.role('denied', trusting(admin.arnOf('root')));
    await admin.attach('no-lists', { role: 'denied' });
    const roleArn = admin.roleArn('denied');
    const key = await stsClient(service.port, alice).keys({
      roleArn,
      policy: document({ Action: '*' }, { Effect: 'Deny', Action: 'yundun-cert:Get*' }),
    });
    assert.deepEqual(await matched(key), [true, identity, { ...noLists, attachedEntityType: 'RamRole' }]);
    assert.deepEqual(await matched(key, 'GetCAInstanceStatus'), [
      true,
      'SessionPolicy',
      {
        policyIdentifier: 'SessionPolicy',
        policyType: 'Custom',
        effect: 'Deny',
        attachedScope: 'Account',
        attachedEntityType: 'RamRole',
      },
    ]);
  });

  test('tells the place of the statement, as an extension', async () => {
    const common = { Version: '2015-05-01' };
    const carol = await admin.user('carol');
    await admin.policy('third', { Action: 'a:b' }, { Action: 'a:c' }, { Effect: 'Deny', Action: '*' });
    await admin.attach('third', { user: 'carol' });
    const parameters = { EncodedDiagnosticMessage: await messageOf(carol) };
    const { body } = await call(service.url, 'DecodeDiagnosticMessage', parameters, { common });
    const { MatchedPolicies } = body['DecodedDiagnosticMessage'] as { MatchedPolicies: { StatementIndex: number }[] };
    assert.equal(MatchedPolicies[0]?.StatementIndex, 2);
  });

  test('of a role that does not trust the caller says so, and tells the resource and the external id', async () => {
    await admin.role('distrusting', trusting(admin.arnOf('user/nobody')));
    const roleArn = admin.roleArn('distrusting');
    const thrown = await refusalOf(stsClient(service.port, alice).keys({ roleArn, externalId: 'contract-7' }));
    const decoded = await decode(String(thrown.accessDeniedDetail?.['EncodedDiagnosticMessage']));
    assert.equal(decoded.noPermissionPolicyType, 'AssumeRolePolicy');
    assert.equal(decoded.authAction, 'sts:AssumeRole');
    assert.equal(decoded.authResource, roleArn);
    assert.ok(decoded.authConditions?.some(({ conditionValues }) => conditionValues?.[0] === 'contract-7'));
  });

  test('is for those of the account who may decode it', async () => {
    const message = await messageOf(alice);
    const { code: own } = await refusalOf(decode(message, alice));
    assert.equal(own, 'NoPermission');
    const helper = await admin.user('helper');
    await admin.policy('decode', { Action: 'ram:DecodeDiagnosticMessage' });
    await admin.attach('decode', { user: 'helper' });
    assert.equal((await decode(message, helper)).authAction, 'yundun-cert:ListCert');

    const { administration } = service.services;
    const account = await createAccount({ actor: operatorActor(), name: 'other' }, administration);
    const foreigner = await createAccessKey({ actor: operatorActor(), account }, administration);
    const foreign = await refusalOf(decode(message, foreigner));
    const altered = await refusalOf(decode(message.replace(/.$/, message.endsWith('A') ? 'B' : 'A')));
    for (const { code, statusCode } of [foreign, altered]) {
      assert.deepEqual([code, statusCode], ['InvalidParameter.EncodedDiagnosticMessage', 400]);
    }
  });
});
