// What good, revoked and unknown mean (docs/status-semantics.md), each rule asked through the socket.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { followed } from './operator.ts';
import { certitude, type Service, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, issueExpired, makeAuthorities, ok, revoke, statusOf } from './small-pki.ts';

describe('the status answer', () => {
  let service: Service;
  let url: string;
  let issuing: string;

  before(async () => {
    service = await startService({ after: (work) => afterAll.push(work as () => unknown) });
    url = service.url;
    ({ issuing } = await makeAuthorities(url));
  });
  const afterAll: (() => unknown)[] = [];
  test.after(async () => {
    for (const work of afterAll.reverse()) await work();
  });

  test('has one entry for each element, in the order asked, the serial echoed as sent', async () => {
    const a = await issueClient(url, issuing);
    const b = await issueClient(url, issuing);
    const asked = [b.serialNumber, '0AbC', a.serialNumber, b.serialNumber];
    const entries = await statusOf(url, asked.join(','));
    assert.deepEqual(
      entries.map(({ SerialNumber }) => SerialNumber),
      asked,
    );
    assert.deepEqual(
      entries.map(({ Status }) => Status),
      ['good', 'unknown', 'good', 'good'],
    );
  });

  test('compares serial numbers as integers: case, leading zeros and colons do not matter (RFC 5280 §4.1.2.2)', async () => {
    const { serialNumber } = await issueClient(url, issuing);
    const colons = (serialNumber.match(/../g) ?? []).join(':');
    const forms = [serialNumber.toUpperCase(), `0000${serialNumber}`, colons, ` ${serialNumber} `];
    const entries = await statusOf(url, forms.join(','));
    assert.deepEqual(
      entries.map(({ Status }) => Status),
      ['good', 'good', 'good', 'good'],
    );
    assert.equal(entries[3]?.SerialNumber, serialNumber, 'blanks around commas are trimmed');
  });

  for (const [what, list, named] of [
    ['an empty list', '', /element 1/],
    ['a blank list', '  ', /element 1/],
    ['an empty element', '0a,,0b', /element 2/],
    ['a comma at the end', '0a,', /element 2/],
    ['text that is not hexadecimal', '0a,xyz', /element 2 is "xyz"/],
    ['21 octets', 'ff'.repeat(21), /element 1/],
  ] as const) {
    test(`refuses ${what} as InvalidSerialNumber, naming the element`, async () => {
      const { status, body } = await call(url, 'DescribeClientCertificateStatusForSerialNumber', {
        SerialNumber: list,
      });
      assert.equal(status, 400);
      assert.equal(body['Code'], 'InvalidSerialNumber');
      assert.match(String(body['Message']), named);
    });
  }

  test('takes serial numbers of 19 and 20 octets', async () => {
    const entries = await statusOf(url, `${'ff'.repeat(19)},${'ff'.repeat(20)}`);
    assert.deepEqual(
      entries.map(({ Status }) => Status),
      ['unknown', 'unknown'],
    );
  });

  test('takes 999 and 1,000 elements and refuses 1,001', async () => {
    const serials = (count: number) => Array.from({ length: count }, (_, index) => index.toString(16)).join(',');
    assert.equal((await statusOf(url, serials(999))).length, 999);
    assert.equal((await statusOf(url, serials(1000))).length, 1000);
    const action = 'DescribeClientCertificateStatusForSerialNumber';
    const { status, body } = await call(url, action, { SerialNumber: serials(1001) }, { method: 'POST' });
    assert.deepEqual([status, body['Code']], [400, 'InvalidSerialNumber']);
    assert.match(String(body['Message']), /1000/);
  });

  test('has RevokeTime in whole seconds since 1970, and 0 unless revoked', async () => {
    const { identifier, serialNumber } = await issueClient(url, issuing);
    assert.deepEqual(await statusOf(url, serialNumber), [
      { SerialNumber: serialNumber, Status: 'good', RevokeTime: 0 },
    ]);
    const earliest = Math.floor(Date.now() / 1000);
    await revoke(url, identifier);
    const [entry] = await statusOf(url, serialNumber);
    assert.equal(entry?.Status, 'revoked');
    assert.ok(
      entry &&
        entry.RevokeTime >= earliest &&
        entry.RevokeTime <= Date.now() / 1000 &&
        Number.isInteger(entry.RevokeTime),
    );
  });

  test('shows a revocation in the very next answer (read-your-writes)', async () => {
    for (let round = 0; round < 20; round++) {
      const { identifier, serialNumber } = await issueClient(url, issuing);
      await revoke(url, identifier);
      assert.equal((await statusOf(url, serialNumber))[0]?.Status, 'revoked');
    }
  });

  test('says unknown for a serial number of another account, and good to its owner', async () => {
    const made = await certitude(['access', 'account', 'create', 'other', '--json'], service.environment);
    const key = JSON.parse(made.stdout);
    await followed(service);
    const theirs = await makeAuthorities(url, { key });
    const { identifier, serialNumber } = await issueClient(url, theirs.issuing, {}, { key });
    assert.equal((await statusOf(url, serialNumber))[0]?.Status, 'unknown');
    assert.equal((await statusOf(url, serialNumber, { key }))[0]?.Status, 'good');

    // Another account's identifier is answered exactly as one that does not exist.
    for (const action of ['DescribeClientCertificate', 'CreateRevokeClientCertificate', 'DeleteClientCertificate']) {
      const foreign = await call(url, action, { Identifier: identifier });
      const missing = await call(url, action, { Identifier: '0'.repeat(32) });
      assert.deepEqual([foreign.status, foreign.body['Code']], [404, 'NotFound'], action);
      assert.deepEqual([missing.status, missing.body['Code']], [404, 'NotFound'], action);
      assert.equal(
        String(foreign.body['Message']).replace(identifier, ''),
        String(missing.body['Message']).replace('0'.repeat(32), ''),
      );
    }
    const issued = await call(url, 'CreateClientCertificate', {
      ParentIdentifier: theirs.issuing,
      CommonName: 'x',
      Days: '1',
    });
    assert.deepEqual([issued.status, issued.body['Code']], [404, 'NotFound']);
  });

  test('keeps saying revoked for a deleted certificate', async () => {
    const { identifier, serialNumber } = await issueClient(url, issuing);
    await revoke(url, identifier);
    await ok(url, 'DeleteClientCertificate', { Identifier: identifier });
    assert.equal((await statusOf(url, serialNumber))[0]?.Status, 'revoked');
    const byIdentifier = await ok(url, 'DescribeClientCertificateStatus', { Identifier: identifier });
    assert.equal((byIdentifier['CertificateStatus'] as { Status: string }[])[0]?.Status, 'revoked');
  });

  test('keeps saying good for an expired certificate that was never revoked', async () => {
    const { serialNumber } = await issueExpired(url, issuing);
    assert.equal((await statusOf(url, serialNumber))[0]?.Status, 'good');
  });

  test('says revoked for everything below a revoked CA, and such a CA issues nothing more', async () => {
    const own = await makeAuthorities(url);
    const { serialNumber } = await issueClient(url, own.issuing);
    await ok(url, 'UpdateCACertificateStatus', { Identifier: own.root, Status: 'REVOKE' });
    assert.equal((await statusOf(url, serialNumber))[0]?.Status, 'revoked');
    const refused = await call(url, 'CreateClientCertificate', {
      ParentIdentifier: own.issuing,
      CommonName: 'x',
      Days: '1',
    });
    assert.deepEqual([refused.status, refused.body['Code']], [400, 'InvalidParentIdentifier']);
  });

  test('answers an identifier that names nothing with unknown and an empty serial number', async () => {
    const { identifier, serialNumber } = await issueClient(url, issuing);
    const answer = await ok(url, 'DescribeClientCertificateStatus', { Identifier: `nothing, ${identifier}` });
    assert.deepEqual(answer['CertificateStatus'], [
      { SerialNumber: '', Status: 'unknown', RevokeTime: 0 },
      { SerialNumber: serialNumber, Status: 'good', RevokeTime: 0 },
    ]);
  });

  test('is the same after a restart', async (t) => {
    const dataDir = service.dataDir;
    const { identifier, serialNumber } = await issueClient(url, issuing);
    const other = await issueClient(url, issuing);
    await revoke(url, identifier);
    const asked = `${serialNumber},${other.serialNumber}`;
    const earlier = await statusOf(url, asked);
    assert.equal(await service.kill('SIGTERM'), 0);
    const again = await startService(t, { dataDir });
    assert.deepEqual(await statusOf(again.url, asked), earlier);
  });
});

test('RevokeTime is in milliseconds where the operator has set that', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_REVOKE_TIME_UNIT: 'ms' });
  const { issuing } = await makeAuthorities(url);
  const { identifier, serialNumber } = await issueClient(url, issuing);
  await revoke(url, identifier);
  const [entry] = await statusOf(url, serialNumber);
  assert.ok(entry && entry.RevokeTime > 1e12 && entry.RevokeTime % 1000 === 0);
});
