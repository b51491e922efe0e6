// Conditions: every operator with its boundaries, several keys and values, and facts that are missing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileConditions, holds } from '../../src/access/condition.ts';
import type { ConditionContext } from '../../src/access/condition-context.ts';
import { PolicyError } from '../../src/access/policy-error.ts';
import { unixMillis } from '../../src/base/time.ts';

const context: ConditionContext = {
  currentTime: unixMillis(Date.UTC(2026, 1, 23, 12, 46, 24, 999)),
  secureTransport: true,
  sourceIp: '192.0.2.7',
  mfaPresent: false,
  principalArn: 'acs:ram::1234567890123456:user/alice',
  sourceVpc: 'vpc-bp1',
  userAgent: 'AlibabaCloud/1.0 Core/2.0',
  requestTags: new Map([
    ['env', 'Prod'],
    ['count', '10'],
    ['since', '2026-02-23T20:46:24+08:00'],
    ['host', '10.0.0.1'],
    ['on', 'true'],
    ['empty', ''],
  ]),
  resourceTags: new Map(),
};

const ENV = 'acs:RequestTag/env';
const COUNT = 'acs:RequestTag/count';
const NOW = 'acs:CurrentTime';
const SECOND_BEFORE = '2026-02-23T12:46:23Z';
const SECOND_OF = '2026-02-23T12:46:24Z';
const SECOND_AFTER = '2026-02-23T12:46:25Z';

test('StringEquals and StringNotEquals compare with regard to case and know no wildcards', () => {
  expect('StringEquals', ENV, [
    ['Prod', true],
    ['prod', false],
    ['Pro', false],
    ['Prod ', false],
    ['*', false],
    ['', false],
  ]);
  expect('StringNotEquals', ENV, [
    ['Prod', false],
    ['prod', true],
    ['*', true],
  ]);
  expect('StringEquals', 'acs:RequestTag/empty', [
    ['', true],
    [' ', false],
  ]);
});

test('StringEqualsIgnoreCase and StringNotEqualsIgnoreCase compare without regard to case', () => {
  expect('StringEqualsIgnoreCase', ENV, [
    ['Prod', true],
    ['pROD', true],
    ['Prode', false],
    ['p*', false],
  ]);
  expect('StringNotEqualsIgnoreCase', ENV, [
    ['pROD', false],
    ['test', true],
  ]);
});

test('StringLike and StringNotLike know * and ? and regard case', () => {
  expect('StringLike', ENV, [
    ['P*', true],
    ['Pr?d', true],
    ['Prod', true],
    ['p*', false],
    ['Pr?', false],
    ['*', true],
  ]);
  expect('StringNotLike', ENV, [
    ['P*', false],
    ['p*', true],
  ]);
});

test('numeric operators hold below, at and above as they say', () => {
  expect('NumericEquals', COUNT, [
    [9, false],
    [10, true],
    [11, false],
  ]);
  expect('NumericNotEquals', COUNT, [
    [9, true],
    [10, false],
    [11, true],
  ]);
  expect('NumericLessThan', COUNT, [
    [9, false],
    [10, false],
    [11, true],
  ]);
  expect('NumericLessThanEquals', COUNT, [
    [9, false],
    [10, true],
    [11, true],
  ]);
  expect('NumericGreaterThan', COUNT, [
    [9, true],
    [10, false],
    [11, false],
  ]);
  expect('NumericGreaterThanEquals', COUNT, [
    [9, true],
    [10, true],
    [11, false],
  ]);
});

test('numbers may be written as text, negative and with a fraction', () => {
  expect('NumericEquals', COUNT, [
    ['10', true],
    ['10.0', true],
    ['-10', false],
  ]);
  expect('NumericGreaterThan', COUNT, [
    ['9.999', true],
    ['10.001', false],
    [-0.5, true],
  ]);
});

test('date operators hold a second before, in and a second after as they say', () => {
  expect('DateEquals', NOW, [
    [SECOND_BEFORE, false],
    [SECOND_OF, true],
    [SECOND_AFTER, false],
  ]);
  expect('DateNotEquals', NOW, [
    [SECOND_BEFORE, true],
    [SECOND_OF, false],
    [SECOND_AFTER, true],
  ]);
  expect('DateLessThan', NOW, [
    [SECOND_BEFORE, false],
    [SECOND_OF, false],
    [SECOND_AFTER, true],
  ]);
  expect('DateLessThanEquals', NOW, [
    [SECOND_BEFORE, false],
    [SECOND_OF, true],
    [SECOND_AFTER, true],
  ]);
  expect('DateGreaterThan', NOW, [
    [SECOND_BEFORE, true],
    [SECOND_OF, false],
    [SECOND_AFTER, false],
  ]);
  expect('DateGreaterThanEquals', NOW, [
    [SECOND_BEFORE, true],
    [SECOND_OF, true],
    [SECOND_AFTER, false],
  ]);
});

test('dates may be written with an offset from UTC, in policies and in tags (ISO 8601)', () => {
  expect('DateEquals', NOW, [
    ['2026-02-23T20:46:24+08:00', true],
    ['2026-02-23T07:16:24-05:30', true],
    ['2026-02-23T12:46:24+08:00', false],
  ]);
  expect('DateEquals', 'acs:RequestTag/since', [
    [SECOND_OF, true],
    [SECOND_AFTER, false],
  ]);
});

test('Bool compares with true or false, written as such or as text', () => {
  expect('Bool', 'acs:SecureTransport', [
    [true, true],
    [false, false],
    ['true', true],
    ['false', false],
  ]);
  expect('Bool', 'acs:MFAPresent', [
    [true, false],
    ['false', true],
  ]);
  expect('Bool', 'acs:RequestTag/on', [
    [true, true],
    [false, false],
  ]);
});

test('IpAddress and NotIpAddress take one address or a block', () => {
  expect('IpAddress', 'acs:SourceIp', [
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['192.0.2.0/29', true],
    ['192.0.2.8/29', false],
    ['2001:db8::/32', false],
  ]);
  expect('NotIpAddress', 'acs:SourceIp', [
    ['192.0.2.7', false],
    ['192.0.2.8/29', true],
    ['2001:db8::/32', true],
  ]);
  expect('IpAddress', 'acs:RequestTag/host', [['10.0.0.0/8', true]]);
});

test('a caller on a dual-stack socket matches ranges of IPv4 addresses (RFC 4291 §2.5.5.2)', () => {
  const mapped = { ...context, sourceIp: '::ffff:192.0.2.7' };
  assert.equal(allows({ IpAddress: { 'acs:SourceIp': '192.0.2.0/24' } }, mapped), true);
  assert.equal(allows({ NotIpAddress: { 'acs:SourceIp': '192.0.2.0/24' } }, mapped), false);
});

test('of several values one must fit; under a negated operator none may', () => {
  assert.equal(allows({ StringEquals: { [ENV]: ['Test', 'Prod'] } }), true);
  assert.equal(allows({ StringEquals: { [ENV]: ['Test', 'Dev'] } }), false);
  assert.equal(allows({ StringNotEquals: { [ENV]: ['Test', 'Prod'] } }), false);
  assert.equal(allows({ StringNotEquals: { [ENV]: ['Test', 'Dev'] } }), true);
  assert.equal(allows({ NotIpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '192.0.2.0/24'] } }), false);
  assert.equal(allows({ NotIpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '172.16.0.0/12'] } }), true);
});

test('all keys of an operator and all operators must hold', () => {
  const bothKeys = { StringEquals: { [ENV]: 'Prod', 'acs:SourceVpc': 'vpc-bp1' } };
  assert.equal(allows(bothKeys), true);
  assert.equal(allows(bothKeys, { ...context, sourceVpc: 'vpc-other' }), false);
  const bothOperators = { StringLike: { [ENV]: 'P*' }, Bool: { 'acs:SecureTransport': true } };
  assert.equal(allows(bothOperators), true);
  assert.equal(allows(bothOperators, { ...context, secureTransport: false }), false);
});

test('every common key is read from its own fact', () => {
  const fitting: [operator: string, key: string, value: unknown][] = [
    ['DateEquals', NOW, SECOND_OF],
    ['Bool', 'acs:SecureTransport', true],
    ['IpAddress', 'acs:SourceIp', '192.0.2.7'],
    ['Bool', 'acs:MFAPresent', false],
    ['StringEquals', 'acs:PrincipalARN', 'acs:ram::1234567890123456:user/alice'],
    ['StringEquals', 'acs:SourceVpc', 'vpc-bp1'],
    ['StringLike', 'acs:UserAgent', 'AlibabaCloud/*'],
    ['StringEquals', 'acs:RequestTag/env', 'Prod'],
    ['StringEquals', 'acs:ResourceTag/env', 'Staging'],
  ];
  const tagged = { ...context, resourceTags: new Map([['env', 'Staging']]) };
  for (const [operator, key, value] of fitting)
    assert.equal(allows({ [operator]: { [key]: value } }, tagged), true, key);
});

test('a fact that does not exist fulfils no positive operator, in an Allow and in a Deny', () => {
  const { userAgent: _, ...withoutAgent } = context;
  const condition = { StringLike: { 'acs:UserAgent': '*' } };
  assert.deepEqual([allows(condition, withoutAgent), denies(condition, withoutAgent)], [false, false]);
  const tag = { StringEquals: { 'acs:ResourceTag/env': 'Prod' } };
  assert.deepEqual([allows(tag), denies(tag)], [false, false]);
});

test('a fact that does not exist lets a negated operator hold in a Deny, but not in an Allow', () => {
  const { userAgent: _, ...withoutAgent } = context;
  const condition = { StringNotLike: { 'acs:UserAgent': 'Internal/*' } };
  assert.deepEqual([allows(condition, withoutAgent), denies(condition, withoutAgent)], [false, true]);
});

test('a fact that nobody looked up counts against the caller: it holds in a Deny, and not in an Allow', () => {
  const { resourceTags: _, ...notLookedUp } = context;
  for (const operator of ['StringEquals', 'StringNotEquals']) {
    const condition = { [operator]: { 'acs:ResourceTag/env': 'Prod' } };
    assert.deepEqual([allows(condition, notLookedUp), denies(condition, notLookedUp)], [false, true], operator);
  }
});

test('a fact that is not of the kind of the operator counts against the caller', () => {
  const unreadable: Record<string, unknown>[] = [
    { NumericLessThan: { [ENV]: 5 } },
    { NumericNotEquals: { [ENV]: 5 } },
    { DateLessThan: { [ENV]: SECOND_OF } },
    { Bool: { [ENV]: true } },
    { NotIpAddress: { [ENV]: '10.0.0.0/8' } },
    { NumericEquals: { 'acs:RequestTag/empty': 0 } },
  ];
  for (const condition of unreadable) {
    assert.deepEqual([allows(condition), denies(condition)], [false, true], JSON.stringify(condition));
  }
  const unixSocket = { ...context, sourceIp: '' };
  const inside = { IpAddress: { 'acs:SourceIp': '::/0' } };
  assert.deepEqual([allows(inside, unixSocket), denies(inside, unixSocket)], [false, true]);
});

test('a text of more than 4,096 characters is not compared and counts against the caller', () => {
  const condition = { StringLike: { 'acs:UserAgent': 'a*' } };
  for (const [length, allowed] of [
    [4095, true],
    [4096, true],
    [4097, false],
  ] as const) {
    const long = { ...context, userAgent: 'a'.repeat(length) };
    assert.deepEqual([allows(condition, long), denies(condition, long)], [allowed, true], `${length}`);
  }
});

test('an unknown operator or key, and an operator that does not suit its key, are refused at their path', () => {
  refuses({ StringEqualsIfExists: { [ENV]: 'x' } }, 'Condition.StringEqualsIfExists');
  refuses({ stringequals: { [ENV]: 'x' } }, 'Condition.stringequals');
  refuses({ Null: { [ENV]: 'true' } }, 'Condition.Null');
  refuses({ 'ForAnyValue:StringEquals': { [ENV]: 'x' } }, 'Condition.ForAnyValue:StringEquals');
  refuses({ __proto__: null, constructor: { [ENV]: 'x' } }, 'Condition.constructor');
  refuses({ StringEquals: { 'acs:SourceIP': 'x' } }, 'Condition.StringEquals.acs:SourceIP');
  refuses({ StringEquals: { 'acs:RequestTag/': 'x' } }, 'Condition.StringEquals.acs:RequestTag/');
  refuses({ StringEquals: { 'acs:SourceIp': '192.0.2.7' } }, 'Condition.StringEquals.acs:SourceIp');
  refuses({ NumericEquals: { [NOW]: 1 } }, 'Condition.NumericEquals.acs:CurrentTime');
  refuses({ Bool: { 'acs:SourceIp': true } }, 'Condition.Bool.acs:SourceIp');
  refuses({ StringEquals: { 'a"b\n': 'x' } }, 'Condition.StringEquals."a\\"b\\n"');
});

test('a value that does not fit its operator is refused at its path', () => {
  const misfits: Record<string, unknown[]> = {
    StringEquals: [1, true, null, {}],
    StringNotLike: [1, `*?${'a'.repeat(256)}*`],
    NumericEquals: ['', 'ten', '0x10', '1e3', ' 1', '.5', '5.', true, 2 ** 53, '9007199254740992'],
    DateLessThan: [
      '2026-02-23',
      '2026-02-23T12:46:24',
      '2026-02-30T00:00:00Z',
      '2026-02-30T00:00:00+08:00',
      '2026-02-23T24:00:00Z',
      '2026-02-23T12:46Z',
      '2026-02-23T12:46:24.5Z',
      '2026-02-23T12:46:24+15:00',
      '2026-02-23T12:46:24+08:60',
      '2026-02-23 12:46:24Z',
      1771850784,
    ],
    Bool: ['True', 'yes', 1, '', null],
    IpAddress: ['localhost', '192.0.2.0/33', '192.0.2', '', 1],
  };
  for (const [operator, values] of Object.entries(misfits)) {
    for (const value of values) {
      refuses({ [operator]: { [ENV]: value } }, `Condition.${operator}.${ENV}`);
      refuses({ [operator]: { [ENV]: [value] } }, `Condition.${operator}.${ENV}[0]`);
    }
  }
  refuses({ IpAddress: { 'acs:SourceIp': ['10.0.0.0/8', 'x'] } }, 'Condition.IpAddress.acs:SourceIp[1]');
});

test('the largest whole number that is exact is the largest that is taken', () => {
  assert.ok(compileConditions({ NumericEquals: { [ENV]: 2 ** 53 - 1 } }, 'Condition'));
  assert.ok(compileConditions({ NumericEquals: { [ENV]: '-9007199254740991' } }, 'Condition'));
  refuses({ NumericEquals: { [ENV]: -(2 ** 53) } }, `Condition.NumericEquals.${ENV}`);
});

test('an empty condition, operator or list is refused, for it says nothing', () => {
  refuses({}, 'Condition');
  refuses({ Bool: {} }, 'Condition.Bool');
  refuses({ Bool: { 'acs:MFAPresent': [] } }, 'Condition.Bool.acs:MFAPresent');
  refuses([], 'Condition');
  refuses('true', 'Condition');
  refuses({ Bool: null }, 'Condition.Bool');
});

function expect(operator: string, key: string, cases: readonly (readonly [value: unknown, expected: boolean])[]): void {
  for (const [value, expected] of cases) {
    const condition = { [operator]: { [key]: value } };
    // What is known counts the same in an Allow and in a Deny.
    assert.deepEqual(
      [allows(condition), denies(condition)],
      [expected, expected],
      `${operator} ${key} ${String(value)}`,
    );
  }
}

function allows(condition: unknown, facts = context): boolean {
  return holds(compileConditions(condition, 'Condition'), 'Allow', facts);
}

function denies(condition: unknown, facts = context): boolean {
  return holds(compileConditions(condition, 'Condition'), 'Deny', facts);
}

function refuses(condition: unknown, at: string): void {
  assert.throws(
    () => compileConditions(condition, 'Condition'),
    (error) => error instanceof PolicyError && error.at === at,
    `${JSON.stringify(condition)} at ${at}`,
  );
}
