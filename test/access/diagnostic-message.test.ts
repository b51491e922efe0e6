// Diagnostic messages: who can open them, until when, and what they hold.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { ConditionContext } from '../../src/access/condition-context.ts';
import {
  type Diagnosis,
  diagnosticSeconds,
  factsOf,
  MAX_DIAGNOSTIC_LENGTH,
  openDiagnosis,
  sealDiagnosis,
} from '../../src/access/diagnostic-message.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { unixMillis, unixSeconds } from '../../src/base/time.ts';
import { Sealer } from '../../src/drivers/sealer.ts';

const account = '1234567890123456' as AccountId;
const sealing = new Sealer(randomBytes(32), randomBytes);
const at = unixSeconds(1_800_000_000);

const context: ConditionContext = {
  currentTime: unixMillis(1_800_000_000_500),
  secureTransport: false,
  sourceIp: '192.0.2.7',
  mfaPresent: false,
  principalArn: `acs:ram::${account}:user/alice`,
  userAgent: 'curl/8',
  requestTags: new Map([['team', 'gateway']]),
};

const diagnosis: Diagnosis = {
  requestId: 'BF993A47-504D-4D3E-A52B-B46948882839',
  at,
  action: 'yundun-cert:ListCert',
  resource: '*',
  principal: { kind: 'user', owner: account, name: '776360058210217204' },
  decidedBy: 'identity',
  deniedBy: { policy: 'no', kind: 'custom', version: 'v3', statement: 1, attachedTo: 'group' },
  facts: factsOf(context),
};

const open = (message: string, now = at as number, of = account, by = sealing) =>
  openDiagnosis(message, { account: of, now: unixSeconds(now), sealing: by });

test('a message is opened to what was sealed, and begins as the vendor’s samples do', () => {
  const message = sealDiagnosis(account, diagnosis, sealing);
  assert.match(message, /^AQEAAAAA/);
  assert.deepEqual(open(message), diagnosis);
  assert.notEqual(sealDiagnosis(account, diagnosis, sealing), message);
});

test('it can be opened until the second before a day has passed', () => {
  const message = sealDiagnosis(account, diagnosis, sealing);
  assert.deepEqual(open(message, at + diagnosticSeconds - 1), diagnosis);
  assert.equal(open(message, at + diagnosticSeconds), 'expired');
  assert.equal(open(message, at + diagnosticSeconds + 1), 'expired');
});

test('another account, another service and an altered message open nothing', () => {
  const message = sealDiagnosis(account, diagnosis, sealing);
  assert.equal(open(message, at, '1234567890123457' as AccountId), 'foreign');
  assert.equal(open(message, at, account, new Sealer(randomBytes(32), randomBytes)), 'foreign');
  const octets = Buffer.from(message, 'base64');
  for (let index = 0; index < octets.length; index++) {
    for (let bit = 0; bit < 8; bit++) {
      const altered = Buffer.from(octets);
      altered[index] = (altered[index] ?? 0) ^ (1 << bit);
      assert.equal(open(altered.toString('base64')), 'foreign', `octet ${index}, bit ${bit}`);
    }
    assert.equal(open(octets.subarray(0, index).toString('base64')), 'foreign');
  }
  for (const text of ['', '=', 'x', `${message}=`, ` ${message}`, message.replaceAll('A', 'B')])
    assert.equal(open(text), 'foreign', text);
});

test('it holds what conditions could ask about, and no more of it than somebody reads', () => {
  assert.deepEqual(factsOf({ ...context, externalId: 'contract-7' }), [
    { key: 'acs:CurrentTime', values: ['2027-01-15T08:00:00Z'] },
    { key: 'acs:SourceIp', values: ['192.0.2.7'] },
    { key: 'acs:SecureTransport', values: ['false'] },
    { key: 'acs:MFAPresent', values: ['false'] },
    { key: 'acs:PrincipalARN', values: [context.principalArn] },
    { key: 'acs:UserAgent', values: ['curl/8'] },
    { key: 'sts:ExternalId', values: ['contract-7'] },
    { key: 'acs:RequestTag/team', values: ['gateway'] },
  ]);
  const long = '一'.repeat(100_000);
  const huge = factsOf({
    ...context,
    userAgent: long,
    externalId: long,
    requestTags: new Map(Array.from({ length: 100 }, (_, index) => [`${index}${long}`, long])),
  });
  const message = sealDiagnosis(account, { ...diagnosis, resource: long, facts: huge }, sealing);
  assert.ok(message.length < MAX_DIAGNOSTIC_LENGTH);
  assert.ok(typeof open(message) === 'object');
});
