// The compatible call with as many serial numbers as the operator can allow.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, revoke, type StatusEntry, statusOf } from './small-pki.ts';

const action = 'DescribeClientCertificateStatusForSerialNumber';
const serialsOf = (count: number) => Array.from({ length: count }, (_, index) => (index + 0x100000).toString(16));

test('10,000 serial numbers are answered in one call where that is allowed, 10,001 are not', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_MAX_STATUS_BATCH: '10000' });
  const { issuing } = await makeAuthorities(url);
  const { identifier, serialNumber } = await issueClient(url, issuing);
  await revoke(url, identifier);
  const [alone] = await statusOf(url, serialNumber);
  for (const count of [9999, 10_000, 10_001]) {
    const serials = serialsOf(count);
    serials[count - 1] = serialNumber;
    const reply = await call(url, action, { SerialNumber: serials.join(',') }, { method: 'POST' });
    if (count > 10_000) {
      assert.deepEqual([reply.status, reply.body['Code']], [400, 'InvalidSerialNumber']);
      assert.match(String(reply.body['Message']), /more than 10000 elements/);
      continue;
    }
    assert.equal(reply.status, 200, reply.text);
    const entries = reply.body['CertificateStatus'] as StatusEntry[];
    assert.deepEqual(
      entries.map((entry) => entry.SerialNumber),
      serials,
    );
    assert.deepEqual(entries.at(-1), alone);
    assert.ok(entries.slice(0, -1).every(({ Status, RevokeTime }) => Status === 'unknown' && RevokeTime === 0));
  }
});

test('without the setting 1,000 are answered, 1,001 are not', async (t) => {
  const { url } = await startWithin(t);
  for (const [count, status] of [
    [999, 200],
    [1000, 200],
    [1001, 400],
  ] as const) {
    const parameters = { SerialNumber: serialsOf(count).join(',') };
    assert.equal((await call(url, action, parameters, { method: 'POST' })).status, status);
  }
});
