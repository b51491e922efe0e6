// What a statement is said to do is what the evaluator does with it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluate, fits } from '../../src/access/policy.ts';
import { parsePolicy } from '../../src/access/policy-document.ts';
import { unixMillis } from '../../src/base/time.ts';

const condition = fc.constantFrom(
  undefined,
  { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } },
  { NotIpAddress: { 'acs:SourceIp': '10.0.0.0/8' } },
  { StringNotEquals: { 'acs:UserAgent': 'x' } },
  { StringEquals: { 'acs:ResourceTag/a': '1' } },
  { Bool: { 'acs:SecureTransport': 'true' }, NumericLessThan: { 'acs:RequestTag/n': 5 } },
);
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.constantFrom('*', 'cas:Get*', 'cas:GetOne', 'ram:*'),
  Resource: fc.constantFrom('*', 'acs:cas:*:*:one', 'acs:ram:*:*:*'),
  condition,
});
const policy = fc.array(statement, { minLength: 1, maxLength: 4 }).map((statements) =>
  parsePolicy(
    JSON.stringify({
      Version: '1',
      Statement: statements.map(({ condition: Condition, ...rest }) => ({ ...rest, ...(Condition && { Condition }) })),
    }),
  ),
);
const context = fc.record(
  {
    sourceIp: fc.constantFrom('10.0.0.1', '11.0.0.1', 'unknown'),
    secureTransport: fc.boolean(),
    userAgent: fc.constantFrom('x', 'y'),
    requestTags: fc.constantFrom(new Map(), new Map([['n', '3']]), new Map([['n', 'many']])),
    resourceTags: fc.constantFrom(new Map(), new Map([['a', '1']])),
  },
  { requiredKeys: ['sourceIp', 'secureTransport'] },
);

test('a Deny that applies decides, else the first Allow that applies, else nobody allows', () => {
  fc.assert(
    fc.property(
      fc.array(policy, { maxLength: 3 }),
      context,
      fc.constantFrom('*', 'acs:cas:x:1:one'),
      (policies, facts, resource) => {
        const named = policies.map((each, index) => ({ name: `p${index}`, policy: each }));
        const whole = { currentTime: unixMillis(0), mfaPresent: false, principalArn: 'x', ...facts };
        const question = { action: 'cas:GetOne', resource, context: whole };
        const applying = fits(named, question).filter(({ applies }) => applies);
        const deciding = applying.find(({ effect }) => effect === 'Deny') ?? applying[0];
        const decision = evaluate(named, question);
        assert.deepEqual('by' in decision ? decision.by : undefined, deciding?.by);
        assert.equal(decision.allowed, deciding?.effect === 'Allow');
      },
    ),
    { numRuns: 5000 },
  );
});
