// Reason of CreateRevokeClientCertificate, an extension: RFC 5280 §5.3.1 by name, holds, and what lifts them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOperation } from '../../src/protocols/rpc/catalog.ts';
import { parametersOf } from '../../src/protocols/rpc/describe.ts';
import { revocationReasons } from '../../src/registry/model.ts';
import { assertRefused } from './refused.ts';
import { certitude, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, ok, statusOf } from './small-pki.ts';

const action = 'CreateRevokeClientCertificate';

test('every reason of RFC 5280 is taken by its name and kept in the journal; unspecified is left out', async (t) => {
  const { url, environment } = await startService(t);
  const { issuing } = await makeAuthorities(url);
  const serials = new Map<string, string | undefined>();
  for (const reason of [...revocationReasons, 'unspecified', undefined]) {
    const { identifier: Identifier, serialNumber } = await issueClient(url, issuing);
    await ok(url, action, { Identifier, ...(reason && { Reason: reason }) });
    serials.set(serialNumber, reason === 'unspecified' ? undefined : reason);
  }
  const { stdout } = await certitude(['journal', 'list', '--json', '--limit', '1000'], environment);
  const entries: { event: { kind: string; serialNumber: string; reason?: string } }[] = JSON.parse(stdout);
  for (const { event } of entries.filter(({ event: { kind } }) => kind === 'certificate-revoked')) {
    assert.equal(event.reason, serials.get(event.serialNumber));
  }
  for (const { Status } of await statusOf(url, [...serials.keys()].join(','))) assert.equal(Status, 'revoked');
});

test('a certificate on hold answers revoked, released it answers good again, and can be held again', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const { identifier: Identifier, serialNumber } = await issueClient(url, issuing);
  const status = async () => (await statusOf(url, serialNumber))[0];
  const listed = async () => {
    const described = await ok(url, 'DescribeClientCertificate', { Identifier });
    return (described['Certificate'] as { Status: string }).Status;
  };
  for (let round = 0; round < 2; round++) {
    await ok(url, action, { Identifier, Reason: 'certificateHold' });
    assert.deepEqual([(await status())?.Status, await listed()], ['revoked', 'REVOKE']);
    await ok(url, action, { Identifier, Reason: 'removeFromCRL' });
    assert.deepEqual(
      [await status(), await listed()],
      [{ SerialNumber: serialNumber, Status: 'good', RevokeTime: 0 }, 'ISSUE'],
    );
  }
});

test('a hold becomes permanent by a revocation with another reason or none, and stays as of the hold', async (t) => {
  const service = await startService(t);
  const { url } = service;
  const { issuing } = await makeAuthorities(url);
  const held = await Promise.all(['keyCompromise', undefined].map(() => issueClient(url, issuing)));
  for (const { identifier } of held) await ok(url, action, { Identifier: identifier, Reason: 'certificateHold' });
  const serials = held.map(({ serialNumber }) => serialNumber).join(',');
  const asOfHold = await statusOf(url, serials);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  for (const [index, reason] of ['keyCompromise', undefined].entries()) {
    const Identifier = held[index]?.identifier ?? '';
    await ok(url, action, { Identifier, ...(reason && { Reason: reason }) });
    assertRefused(
      await call(url, action, { Identifier, Reason: 'removeFromCRL' }),
      400,
      'InvalidStatus',
      /not on hold/,
    );
    assertRefused(await call(url, action, { Identifier, Reason: 'certificateHold' }), 400, 'InvalidStatus', /already/);
  }
  assert.deepEqual(await statusOf(url, serials), asOfHold);
  await service.kill('SIGKILL');
  const again = await startService(t, { dataDir: service.dataDir });
  assert.deepEqual(await statusOf(again.url, serials), asOfHold, 'also after a restart');
});

test('only a hold can be lifted, held twice is once too often, and a reason that is none is refused', async (t) => {
  const { url } = await startWithin(t);
  const { root, issuing } = await makeAuthorities(url);
  const { identifier: Identifier } = await issueClient(url, issuing);
  const revoke = (more: Record<string, string>) => call(url, action, { Identifier, ...more });
  assertRefused(await revoke({ Reason: 'removeFromCRL' }), 400, 'InvalidStatus', /not on hold/);
  for (const reason of ['KeyCompromise', 'hold', '1'])
    assertRefused(await revoke({ Reason: reason }), 400, 'InvalidReason');
  await ok(url, action, { Identifier, Reason: 'certificateHold' });
  assertRefused(await revoke({ Reason: 'certificateHold' }), 400, 'InvalidStatus', /already/);
  for (const reason of ['removeFromCRL', 'keyCompromise']) {
    assertRefused(await call(url, action, { Identifier: root, Reason: reason }), 404, 'NotFound');
  }
  // A held certificate may be deleted like any revoked one, and can then be released no more.
  await ok(url, 'DeleteClientCertificate', { Identifier });
  assertRefused(await revoke({ Reason: 'removeFromCRL' }), 404, 'NotFound');
});

test('the reference marks Reason as an extension', () => {
  const declared = findOperation(action);
  const reason = declared && parametersOf(declared.request).find(({ path }) => path === 'Reason');
  assert.match(String(reason?.description), /^Extension\./);
});
