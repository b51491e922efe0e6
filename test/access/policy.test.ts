// Decisions: which statements apply to a request, and what they come to together.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionContext } from '../../src/access/condition-context.ts';
import { type Decision, evaluate, type NamedPolicy } from '../../src/access/policy.ts';
import { parsePolicy } from '../../src/access/policy-document.ts';
import { denyEverything, ownersPolicies, systemPolicies } from '../../src/access/system-policies.ts';
import { unixMillis } from '../../src/base/time.ts';

const context: ConditionContext = {
  currentTime: unixMillis(Date.UTC(2026, 1, 23)),
  secureTransport: true,
  sourceIp: '192.0.2.7',
  mfaPresent: false,
  principalArn: 'acs:ram::1234567890123456:user/alice',
};

const REVOKE = 'yundun-cert:CreateRevokeClientCertificate';
const DESCRIBE = 'yundun-cert:DescribeClientCertificate';
const implicit: Decision = { allowed: false, denial: 'ImplicitDeny' };

test('what no policy allows is denied', () => {
  assert.deepEqual(evaluate([], { action: REVOKE, resource: '*', context }), implicit);
  assert.deepEqual(decide(REVOKE, allow({ Action: 'yundun-cert:Describe*' })), implicit);
});

test('an Allow names the policy and statement it is in', () => {
  const decision = decide(REVOKE, allow({ Action: 'oss:*' }), allow({ Action: 'yundun-cert:*' }));
  assert.deepEqual(decision, { allowed: true, by: { policy: 'custom', statement: 1 } });
});

test('an explicit Deny wins, before and after any Allow, in the same policy and in another', () => {
  const allowing = allow({ Action: '*' });
  const denying = deny({ Action: REVOKE });
  assert.deepEqual(decide(REVOKE, allowing, denying), {
    allowed: false,
    denial: 'ExplicitDeny',
    by: { policy: 'custom', statement: 1 },
  });
  assert.deepEqual(decide(REVOKE, denying, allowing), {
    allowed: false,
    denial: 'ExplicitDeny',
    by: { policy: 'custom', statement: 0 },
  });
  const decision = evaluate([named('a', allowing), named('b', allowing, denying), named('c', allowing)], {
    action: REVOKE,
    resource: '*',
    context,
  });
  assert.deepEqual(decision, { allowed: false, denial: 'ExplicitDeny', by: { policy: 'b', statement: 1 } });
  assert.equal(decide(DESCRIBE, allowing, denying).allowed, true);
});

test('a Deny whose conditions do not hold denies nothing', () => {
  const outside = { NotIpAddress: { 'acs:SourceIp': '192.0.2.0/24' } };
  assert.equal(decide(REVOKE, allow({ Action: '*' }), deny({ Action: '*', Condition: outside })).allowed, true);
  const inside = { IpAddress: { 'acs:SourceIp': '192.0.2.0/24' } };
  assert.equal(decide(REVOKE, allow({ Action: '*' }), deny({ Action: '*', Condition: inside })).allowed, false);
});

test('an Allow takes effect only while its conditions hold', () => {
  const until = (moment: string) => allow({ Action: '*', Condition: { DateLessThan: { 'acs:CurrentTime': moment } } });
  assert.equal(decide(REVOKE, until('2026-02-23T00:00:01Z')).allowed, true);
  assert.equal(decide(REVOKE, until('2026-02-23T00:00:00Z')).allowed, false);
});

test('actions are compared without regard to case', () => {
  assert.equal(decide('Yundun-Cert:createREVOKEclientcertificate', allow({ Action: REVOKE })).allowed, true);
  assert.equal(decide(REVOKE, allow({ Action: 'YUNDUN-CERT:CREATE*' })).allowed, true);
  assert.equal(decide(REVOKE, allow({ Action: '*' }), deny({ Action: 'yundun-cert:createrevoke*' })).allowed, false);
});

test('any action of a list is enough', () => {
  assert.equal(decide(REVOKE, allow({ Action: ['oss:Get*', '*:CreateRevoke?lientCertificate'] })).allowed, true);
});

test('NotAction with Allow grants everything else', () => {
  const others = allow({ NotAction: ['yundun-cert:Create*', 'yundun-cert:Delete*'] });
  assert.equal(decide(REVOKE, others).allowed, false);
  assert.equal(decide(DESCRIBE, others).allowed, true);
  assert.deepEqual(decide(REVOKE, others), implicit);
});

test('NotAction with Deny denies everything else', () => {
  const others = [allow({ Action: '*' }), deny({ NotAction: 'yundun-cert:Describe*' })];
  assert.equal(decide(DESCRIBE, ...others).allowed, true);
  assert.equal(decide(REVOKE, ...others).allowed, false);
});

test('an Allow for an ARN of the product does not take effect where all of the product is asked for', () => {
  for (const Resource of ['acs:yundun-cert:*:*:certificate/1', 'acs:yundun-cert:*:*:*', 'acs:*:*:*:*']) {
    assert.deepEqual(decide(REVOKE, allow({ Action: '*', Resource })), implicit, Resource);
    assert.equal(decide(REVOKE, allow({ Action: '*', Resource: [Resource, '*'] })).allowed, true, Resource);
  }
});

test('a Deny for an ARN of the product denies the operation where all of the product is asked for', () => {
  for (const Resource of [
    'acs:yundun-cert:*:*:certificate/1',
    'acs:yundun-*:cn-hangzhou:1:x',
    'acs:?undun-cert:*:*:*',
    'acs:*:*:*:*',
    '*',
  ]) {
    assert.equal(decide(REVOKE, allow({ Action: '*' }), deny({ Action: '*', Resource })).allowed, false, Resource);
  }
});

test('a Deny for ARNs of other products only does not concern the product', () => {
  for (const Resource of [
    'acs:oss:*:*:bucket/*',
    'acs:ram:*:*:*',
    'acs:yundun-certs:*:*:*',
    'acs:yundun-cer:*:*:*',
    'acs::*:*:*',
  ]) {
    assert.equal(decide(REVOKE, allow({ Action: '*' }), deny({ Action: '*', Resource })).allowed, true, Resource);
  }
});

test('an Allow for all but some resources takes effect only if none of those can be of the product', () => {
  assert.equal(decide(REVOKE, allow({ Action: '*', NotResource: 'acs:oss:*:*:*' })).allowed, true);
  assert.equal(
    decide(REVOKE, allow({ Action: '*', NotResource: ['acs:oss:*:*:*', 'acs:yundun-cert:*:*:x'] })).allowed,
    false,
  );
  assert.equal(decide(REVOKE, allow({ Action: '*', NotResource: '*' })).allowed, false);
});

test('a Deny for all but some resources denies unless those are all', () => {
  for (const [NotResource, allowed] of [
    ['acs:yundun-cert:*:*:x', false],
    ['acs:oss:*:*:*', false],
    ['*', true],
  ] as const) {
    assert.equal(
      decide(REVOKE, allow({ Action: '*' }), deny({ Action: '*', NotResource })).allowed,
      allowed,
      NotResource,
    );
  }
});

test('where one resource is asked for, its ARN is compared with regard to case', () => {
  const policies = [named('custom', allow({ Action: 'oss:*', Resource: 'acs:oss:*:*:Bucket/*' }))];
  const allowed = (resource: string) => evaluate(policies, { action: 'oss:GetObject', resource, context }).allowed;
  assert.equal(allowed('acs:oss:cn-hangzhou:1:Bucket/x'), true);
  assert.equal(allowed('acs:oss:cn-hangzhou:1:bucket/x'), false);
  assert.equal(allowed('acs:oss:cn-hangzhou:1:Bucket'), false);
});

test('a question that is none is denied, whatever is allowed', () => {
  for (const action of [
    '',
    '*',
    'yundun-cert',
    'yundun-cert:',
    ':x',
    'yundun-cert:*',
    'a:b:c',
    'a:b\n',
    'yundun-cert:ſ',
  ]) {
    assert.deepEqual(decide(action, allow({ Action: '*' })), implicit, JSON.stringify(action));
  }
  assert.deepEqual(evaluate([named('a', allow({ Action: '*' }))], { action: REVOKE, resource: '', context }), implicit);
});

test('the system policies allow all of cas, and reading it', () => {
  const allowed = (name: string, action: string) => {
    const policy = systemPolicies.get(name);
    assert.ok(policy);
    assert.deepEqual(policy.policy.statements.length, parsePolicy(policy.document).statements.length);
    return evaluate([policy], { action, resource: '*', context }).allowed;
  };
  const actions = [
    REVOKE,
    DESCRIBE,
    'yundun-cert:ListCert',
    'yundun-cert:GetCAInstanceStatus',
    'yundun-cert:DeleteClientCertificate',
    'oss:GetObject',
  ];
  assert.deepEqual(
    actions.map((action) => allowed('AliyunYundunCertFullAccess', action)),
    [true, true, true, true, true, false],
  );
  assert.deepEqual(
    actions.map((action) => allowed('AliyunYundunCertReadOnlyAccess', action)),
    [false, true, true, true, false, false],
  );
});

test('the root may do everything, and a policy whose meaning is lost denies everything', () => {
  assert.equal(evaluate(ownersPolicies, { action: REVOKE, resource: '*', context }).allowed, true);
  const lost = { name: 'lost', policy: denyEverything };
  for (const resource of ['*', 'acs:yundun-cert:::x']) {
    const decision = evaluate([...ownersPolicies, lost], { action: DESCRIBE, resource, context });
    assert.deepEqual(decision, { allowed: false, denial: 'ExplicitDeny', by: { policy: 'lost', statement: 0 } });
  }
});

function decide(action: string, ...statements: object[]): Decision {
  return evaluate([named('custom', ...statements)], { action, resource: '*', context });
}

function named(name: string, ...statements: object[]): NamedPolicy {
  return { name, policy: parsePolicy(JSON.stringify({ Version: '1', Statement: statements })) };
}

function allow(members: object): object {
  return { Effect: 'Allow', ...('NotResource' in members ? {} : { Resource: '*' }), ...members };
}

function deny(members: object): object {
  return { ...allow(members), Effect: 'Deny' };
}
