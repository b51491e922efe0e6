// Trust policies: what is understood, and whom it lets assume a role.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionContext } from '../../src/access/condition-context.ts';
import { parsePolicy } from '../../src/access/policy-document.ts';
import { PolicyError } from '../../src/access/policy-error.ts';
import type { Principal } from '../../src/access/principal.ts';
import { arnOf } from '../../src/access/principal.ts';
import { evaluateTrust, parseTrustPolicy, trustOfAccount } from '../../src/access/trust-policy.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { unixMillis } from '../../src/base/time.ts';

const account = '1234567890123456' as AccountId;
const other = '6543210987654321' as AccountId;
const alice = { kind: 'user', account, name: 'alice', userId: '1' } as const;
const session = {
  kind: 'assumed-role',
  account,
  role: 'deployer',
  roleId: '2',
  session: 'ci',
  expires: unixMillis(0),
} as const;

test('an account trusted by its root is trusted with all its users and sessions, and no other is', () => {
  const trust = trustOfAccount(account);
  const root = { kind: 'root', account } as const;
  for (const principal of [root, alice, session]) assert.equal(mayAssume(trust, principal), true);
  for (const principal of [root, alice, session])
    assert.equal(mayAssume(trust, { ...principal, account: other }), false);
});

test('a user and a role are trusted by name, a role with all its sessions', () => {
  const trust = documentOf({ RAM: [`acs:ram::${account}:user/alice`, `acs:ram::${account}:role/deployer`] });
  assert.equal(mayAssume(trust, alice), true);
  assert.equal(mayAssume(trust, { ...alice, name: 'Alice' }), false);
  assert.equal(mayAssume(trust, { ...alice, name: 'alice2' }), false);
  assert.equal(mayAssume(trust, session), true);
  assert.equal(mayAssume(trust, { ...session, role: 'deploy' }), false);
});

test('sts:ExternalId: the caller must know what the trust policy asks for', () => {
  const trust = documentOf(
    { RAM: arnOf({ kind: 'root', account }) },
    { StringEquals: { 'sts:ExternalId': 'secret-7' } },
  );
  assert.equal(mayAssume(trust, alice, 'secret-7'), true);
  for (const externalId of [undefined, '', 'secret-8', 'SECRET-7'])
    assert.equal(mayAssume(trust, alice, externalId), false);
});

test('sts:ExternalId is a condition key of trust policies only', () => {
  const statement = {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
  };
  assert.throws(() => parsePolicy(JSON.stringify({ Version: '1', Statement: [statement] })), PolicyError);
});

test('an explicit Deny wins, and both tell their statement', () => {
  const root = { RAM: [arnOf({ kind: 'root', account })] };
  const trust = parseTrustPolicy(
    JSON.stringify({
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: root },
        { Effect: 'Deny', Action: 'sts:AssumeRole', Principal: { RAM: `acs:ram::${account}:user/alice` } },
      ],
    }),
  );
  const context = contextOf(alice);
  const by = (statement: number) => ({ policy: 'AssumeRolePolicyDocument', statement });
  assert.deepEqual(evaluateTrust(trust, { principal: alice, context }), {
    allowed: false,
    denial: 'ExplicitDeny',
    by: by(1),
  });
  assert.deepEqual(evaluateTrust(trust, { principal: session, context }), { allowed: true, by: by(0) });
});

test('a service is understood and lets nobody in', () => {
  const trust = documentOf({ Service: ['ecs.aliyuncs.com'] });
  for (const principal of [{ kind: 'root', account } as const, alice, session])
    assert.equal(mayAssume(trust, principal), false);
});

test('what the grammar does not have is refused at its place', () => {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: `acs:ram::${account}:root` } };
  const written: readonly [unknown, string][] = [
    [{ ...statement, Effect: 'allow' }, 'Statement[0].Effect'],
    [{ ...statement, Action: 'sts:*' }, 'Statement[0].Action'],
    [{ ...statement, Action: undefined }, 'Statement[0]'],
    [{ ...statement, Resource: '*' }, 'Statement[0].Resource'],
    [{ ...statement, Principal: undefined }, 'Statement[0]'],
    [{ ...statement, Principal: '*' }, 'Statement[0].Principal'],
    [{ ...statement, Principal: {} }, 'Statement[0].Principal'],
    [{ ...statement, Principal: { Federated: ['x'] } }, 'Statement[0].Principal.Federated'],
    [{ ...statement, Principal: { RAM: [] } }, 'Statement[0].Principal.RAM'],
    [{ ...statement, Principal: { RAM: ['*'] } }, 'Statement[0].Principal.RAM'],
    [{ ...statement, Principal: { RAM: ['acs:ram::*:root'] } }, 'Statement[0].Principal.RAM'],
    [{ ...statement, Principal: { RAM: [`acs:ram::${account}:user/*`] } }, 'Statement[0].Principal.RAM'],
    [{ ...statement, Principal: { Service: ['ecs'] } }, 'Statement[0].Principal.Service'],
    [{ ...statement, Condition: { Like: { 'acs:SourceIp': 'x' } } }, 'Statement[0].Condition.Like'],
  ];
  for (const [first, at] of written) {
    const text = JSON.stringify({ Version: '1', Statement: [first] });
    assert.throws(
      () => parseTrustPolicy(text),
      (error) => error instanceof PolicyError && error.at === at,
      text,
    );
  }
  for (const text of [
    '',
    '{}',
    '{"Version":"1","Statement":[]}',
    `{"Version":"1","Statement":[${' '.repeat(6144)}]}`,
  ]) {
    assert.throws(() => parseTrustPolicy(text), PolicyError, text);
  }
});

function documentOf(principal: object, condition?: object): string {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal };
  return JSON.stringify({ Version: '1', Statement: [{ ...statement, ...(condition && { Condition: condition }) }] });
}

function mayAssume(trust: string, principal: Principal, externalId?: string): boolean {
  const context = { ...contextOf(principal), ...(externalId !== undefined && { externalId }) };
  return evaluateTrust(parseTrustPolicy(trust), { principal, context }).allowed;
}

function contextOf(principal: Principal): ConditionContext {
  return {
    currentTime: unixMillis(1_771_804_800_000),
    secureTransport: true,
    sourceIp: '192.0.2.1',
    mfaPresent: false,
    principalArn: arnOf(principal),
  };
}
