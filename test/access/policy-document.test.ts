// Policy documents that are refused, and where the fault is said to be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_POLICY_LENGTH, parsePolicy } from '../../src/access/policy-document.ts';
import { PolicyError } from '../../src/access/policy-error.ts';

const allow = { Effect: 'Allow', Action: 'yundun-cert:Describe*', Resource: '*' };

test('a document with every part of the language is understood', () => {
  const { statements } = parsePolicy(
    documentOf(
      { ...allow, Condition: { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } } },
      { Effect: 'Deny', NotAction: ['yundun-cert:List*', 'oss:*', '*:Get?'], NotResource: ['acs:ram:*:*:user/*'] },
      { Effect: 'Allow', Action: '*', Resource: 'acs:oss:cn-hangzhou:1234567890123456:bucket/a:b' },
    ),
  );
  assert.deepEqual(
    statements.map(({ effect, action, resource, conditions }) => [
      effect,
      action.negated,
      action.patterns.length,
      resource.negated,
      resource.patterns.length,
      conditions.length,
    ]),
    [
      ['Allow', false, 1, false, 1, 1],
      ['Deny', true, 3, true, 1, 0],
      ['Allow', false, 1, false, 1, 0],
    ],
  );
});

test('what is not JSON is refused, and not repeated', () => {
  for (const text of ['', '{', "{'Version':'1'}", `${documentOf(allow)} x`, '{"Version":"1",}', 'secret']) {
    refuses(text, 'document', 'is not JSON');
  }
});

test('a document has at most 6,144 characters (RAM, "Limits")', () => {
  const text = documentOf(allow);
  for (const length of [MAX_POLICY_LENGTH - 1, MAX_POLICY_LENGTH]) assert.ok(parsePolicy(text.padEnd(length)));
  refuses(text.padEnd(MAX_POLICY_LENGTH + 1), 'document', 'is longer than 6144 characters');
});

test('a document is nested six levels deep at most: that is as deep as the grammar goes', () => {
  assert.ok(parsePolicy(documentOf({ ...allow, Condition: { Bool: { 'acs:MFAPresent': ['true'] } } })));
  refuses(
    documentOf({ ...allow, Condition: { Bool: { 'acs:MFAPresent': [['true']] } } }),
    'document',
    'is nested deeper than 6 levels',
  );
  const half = MAX_POLICY_LENGTH / 2;
  refuses('['.repeat(half) + ']'.repeat(half), 'document', 'is nested deeper than 6 levels');
  refuses('['.repeat(MAX_POLICY_LENGTH), 'document', 'is not JSON');
});

test('a member named twice in one object is refused, also in another spelling: readers disagree which one counts (RFC 8259 §4)', () => {
  const twice = 'names a member twice in one object';
  refuses('{"Version":"1","Version":"1","Statement":[]}', 'document', twice);
  refuses(
    '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Effect" : "Allow"}]}',
    'document',
    twice,
  );
  refuses(
    '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","\\u0045ffect":"Allow"}]}',
    'document',
    twice,
  );
  refuses(
    '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"acs:MFAPresent":"true","acs:MFAPresent":"false"}}}]}',
    'document',
    twice,
  );
});

test('the same member in two objects, or as a text, is not twice', () => {
  assert.ok(parsePolicy(documentOf(allow, allow)));
  const inText = {
    ...allow,
    Condition: { StringEquals: { 'acs:UserAgent': ['{"a":1,"a":2}', '"a":', '\\":', 'a"', ':'] } },
  };
  assert.ok(parsePolicy(documentOf(inText)));
});

test('the document must be an object with Version "1" and a list of statements', () => {
  for (const text of ['null', '[]', '"1"', '1', '{}']) refuses(text, 'document');
  refuses('{"Statement":[]}', 'Version');
  for (const version of ['"2"', '1', '"2012-10-17"', 'null'])
    refuses(`{"Version":${version},"Statement":[]}`, 'Version');
  for (const statement of ['{}', '"x"', 'null'])
    refuses(`{"Version":"1","Statement":${statement}}`, 'Statement', 'must be a list');
  refuses('{"Version":"1"}', 'Statement', 'must be a list');
  refuses('{"Version":"1","Statement":[]}', 'Statement', 'must not be empty');
  refuses('{"Version":"1","Statement":["x"]}', 'Statement[0]');
  refuses(documentOf(allow, {}), 'Statement[1]');
});

test('members the language does not have are refused at every level', () => {
  refuses(JSON.stringify({ Version: '1', Statement: [allow], Id: 'x' }), 'Id');
  refuses(documentOf({ ...allow, Sid: 'x' }), 'Statement[0].Sid');
  refuses(documentOf({ ...allow, Principal: { RAM: ['*'] } }), 'Statement[0].Principal');
  refuses(documentOf({ ...allow, action: '*' }), 'Statement[0].action');
  refuses(`{"Version":"1","Statement":[${JSON.stringify(allow)}],"__proto__":{}}`, '__proto__');
  refuses(documentOf({ ...allow, ['x'.repeat(1000)]: 1 }), `Statement[0]."${'x'.repeat(64)}…"`);
});

test('Effect is Allow or Deny', () => {
  for (const effect of ['allow', 'DENY', '', null, ['Allow'], undefined])
    refuses(documentOf({ ...allow, Effect: effect }), 'Statement[0].Effect');
});

test('a statement has exactly one of Action and NotAction, and one of Resource and NotResource', () => {
  refuses(documentOf({ ...allow, NotAction: 'a:b' }), 'Statement[0]', 'must have exactly one of Action and NotAction');
  refuses(
    documentOf({ Effect: 'Allow', Resource: '*' }),
    'Statement[0]',
    'must have exactly one of Action and NotAction',
  );
  refuses(
    documentOf({ ...allow, NotResource: '*' }),
    'Statement[0]',
    'must have exactly one of Resource and NotResource',
  );
  refuses(
    documentOf({ Effect: 'Allow', Action: '*' }),
    'Statement[0]',
    'must have exactly one of Resource and NotResource',
  );
});

test('actions are * or <product>:<operation>', () => {
  for (const action of [
    '',
    'yundun-cert',
    ':Get',
    'yundun-cert:',
    'a:b:c',
    'a b:c',
    'a:b c',
    '**',
    '?',
    'a:ſ',
    '证:b',
  ]) {
    refuses(documentOf({ ...allow, Action: action }), 'Statement[0].Action', 'must be * or <product>:<operation>');
  }
  refuses(documentOf({ Effect: 'Deny', Resource: '*', NotAction: ['*', 'x'] }), 'Statement[0].NotAction[1]');
});

test('resources are * or an ARN', () => {
  for (const resource of ['', '**', '?', 'x', 'acs:oss:*', 'acs:oss:*:*:', 'arn:oss:*:*:x', '*:oss:*:*:x', '* ']) {
    refuses(documentOf({ ...allow, Resource: resource }), 'Statement[0].Resource');
  }
  refuses(documentOf({ Effect: 'Deny', Action: '*', NotResource: ['*', 'x'] }), 'Statement[0].NotResource[1]');
});

test('lists are not empty and hold texts only', () => {
  for (const member of ['Action', 'Resource']) {
    refuses(documentOf({ ...allow, [member]: [] }), `Statement[0].${member}`, 'must not be empty');
    refuses(documentOf({ ...allow, [member]: ['*', 1] }), `Statement[0].${member}[1]`, 'must be a text');
    refuses(documentOf({ ...allow, [member]: [['*']] }), `Statement[0].${member}[0]`, 'must be a text');
    for (const other of [1, null, true, {}])
      refuses(documentOf({ ...allow, [member]: other }), `Statement[0].${member}`, 'must be a text');
  }
});

test('a pattern that would cost too much to look for is refused', () => {
  const action = (length: number) => `a:*?${'a'.repeat(length - 1)}*`;
  for (const length of [255, 256]) assert.ok(parsePolicy(documentOf({ ...allow, Action: action(length) })));
  refuses(documentOf({ ...allow, Action: action(257) }), 'Statement[0].Action');
});

test('faults in conditions are named by their path', () => {
  refuses(
    documentOf({ ...allow, Condition: { IpAddress: { 'acs:SourceIp': 'x' } } }),
    'Statement[0].Condition.IpAddress.acs:SourceIp',
  );
  refuses(documentOf(allow, { ...allow, Condition: { Ip: {} } }), 'Statement[1].Condition.Ip');
  refuses(documentOf({ ...allow, Condition: null }), 'Statement[0].Condition');
});

function documentOf(...statements: object[]): string {
  return JSON.stringify({ Version: '1', Statement: statements });
}

function refuses(text: string, at: string, problem?: string): void {
  assert.throws(
    () => parsePolicy(text),
    (error) => {
      assert.ok(error instanceof PolicyError, String(error));
      assert.equal(error.at, at);
      if (problem !== undefined) assert.equal(error.problem, problem);
      assert.equal(error.message, `${error.at}: ${error.problem}`);
      return true;
    },
    text.slice(0, 100),
  );
}
