// ClientToken: the same change asked for again gives the first outcome again, whatever happened in between.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { until } from '../until.ts';
import { assertRefused } from './refused.ts';
import { certificateIn } from './requests.ts';
import { certitude, type Service, startService, temporaryFolder } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { makeAuthorities, ok, revoke, statusOf } from './small-pki.ts';
import type { Answer } from './vendor-clients.ts';

const subject = { Organization: 'Example Ltd', OrganizationUnit: 'Security', Locality: 'Hangzhou', State: 'Zhejiang' };
const leaf = (issuing: string, more: Record<string, string> = {}) => ({
  ParentIdentifier: issuing,
  CommonName: 'device',
  Days: '30',
  Immediately: '2',
  'Tags.1.Key': 'a',
  ...more,
});

const withoutRequestId = (answer: Answer) =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'RequestId'));
async function untilNonePending(url: string): Promise<void> {
  await until(async () => {
    const { CertificateList } = await ok(url, 'ListClientCertificate', {});
    return (CertificateList as { readonly Status: string }[]).every(({ Status }) => Status !== 'PENDING');
  });
}
const countOf = async (url: string) => (await ok(url, 'ListClientCertificate', {}))['TotalCount'];

test('each operation that takes one repeats its first answer, makes nothing twice, and does so after a restart', async (t) => {
  const first = await startService(t);
  const { root, issuing } = await makeAuthorities(first.url);
  const ca = { ...subject, CommonName: 'CA', Algorithm: 'ECC_256' };
  const calls: [string, Record<string, string>][] = [
    ['CreateRootCACertificate', { ...ca, Years: '5' }],
    ['CreateSubCACertificate', { ...ca, Years: '3', ParentIdentifier: root }],
    ['CreateClientCertificate', leaf(issuing)],
    ['CreateClientCertificate', leaf(issuing, { AsynchronousFlag: 'true', ClientToken: 'in the background' })],
    ['UpdateCACertificateStatus', { Identifier: issuing, Status: 'REVOKE' }],
  ];
  const answers: Answer[] = [];
  // One text for all of them: a token is one operation's.
  for (const [action, parameters] of calls) {
    // What is under way in the background would be abandoned with its CA.
    if (action === 'UpdateCACertificateStatus') await untilNonePending(first.url);
    answers.push(withoutRequestId(await ok(first.url, action, { ClientToken: 'mine', ...parameters })));
  }
  const repeat = async (url: string) => {
    for (const [index, [action, parameters]] of calls.entries()) {
      const answer = await ok(url, action, { ClientToken: 'mine', ...parameters }, { method: 'POST' });
      assert.deepEqual(withoutRequestId(answer), answers[index], action);
    }
    assert.equal(await countOf(url), 2);
  };
  await repeat(first.url);
  await first.kill('SIGKILL');
  const again = await startService(t, { dataDir: first.dataDir });
  await repeat(again.url);
});

test('other parameters under the same token are IdempotentParameterMismatch; case and operation make another token', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const action = 'CreateClientCertificate';
  await ok(url, action, leaf(issuing, { ClientToken: 'Token' }));
  for (const more of [
    { Days: '31' },
    { CommonName: 'other' },
    { 'Tags.1.Key': 'b' },
    { Immediately: '1' },
    { EnableCrl: '1' },
  ]) {
    const reply = await call(url, action, leaf(issuing, { ClientToken: 'Token', ...more }));
    assertRefused(reply, 400, 'IdempotentParameterMismatch', /Token was used before with other parameters/);
  }
  // What the operation does not know is not a parameter of it.
  await ok(url, action, leaf(issuing, { ClientToken: 'Token', RegionId: 'cn-hangzhou' }));
  assert.equal(await countOf(url), 1);
  await ok(url, action, leaf(issuing, { ClientToken: 'token' }));
  assert.equal(await countOf(url), 2);
  await ok(url, action, leaf(issuing, { ClientToken: '' }));
  await ok(url, action, leaf(issuing, { ClientToken: '' }));
  assert.equal(await countOf(url), 4, 'an empty one is none');
});

test('a token has 1 to 64 printable ASCII characters', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const ask = (ClientToken: string) => call(url, 'CreateClientCertificate', leaf(issuing, { ClientToken }));
  for (const token of ['a', 'a'.repeat(64), ' !~']) assert.equal((await ask(token)).status, 200);
  for (const token of ['a'.repeat(65), 'ä', 'a\n'])
    assertRefused(await ask(token), 400, 'InvalidClientToken', /1 to 64/);
});

test('of many that come at the same moment one is carried out, and all get its answer', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  for (const more of [{}, { CustomIdentifier: 'mine' }, { AsynchronousFlag: 'true' }]) {
    const before = Number(await countOf(url));
    const parameters = leaf(issuing, { ClientToken: JSON.stringify(more), ...more });
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => call(url, 'CreateClientCertificate', parameters)),
    );
    const answers = new Set(replies.map(({ body }) => JSON.stringify(withoutRequestId(body))));
    assert.equal(answers.size, 1, [...answers].join('\n'));
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
    assert.equal(await countOf(url), before + 1);
  }
  const mixed = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      call(url, 'CreateClientCertificate', leaf(issuing, { ClientToken: 'mixed', Days: String(1 + (index % 2)) })),
    ),
  );
  const made = new Set(mixed.filter(({ status }) => status === 200).map(({ body }) => body['SerialNumber']));
  assert.equal(made.size, 1);
  for (const reply of mixed.filter(({ status }) => status !== 200))
    assertRefused(reply, 400, 'IdempotentParameterMismatch');
  assert.equal(mixed.filter(({ status }) => status === 200).length, 6);
});

test('what was refused has not used its token', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const ask = (more: Record<string, string>) =>
    call(url, 'CreateClientCertificate', leaf(issuing, { ClientToken: 'a', ...more }));
  assertRefused(await ask({ Days: '36500' }), 400, 'InvalidValidity');
  assertRefused(await ask({ ParentIdentifier: 'nobody' }), 404, 'NotFound');
  assert.equal((await ask({})).status, 200);
});

test('a certificate that was revoked or deleted since is answered as it was, and stays revoked', async (t) => {
  const { url } = await startWithin(t);
  const { issuing } = await makeAuthorities(url);
  const parameters = leaf(issuing, { ClientToken: 'a' });
  const ask = async () => withoutRequestId(await ok(url, 'CreateClientCertificate', parameters));
  const answer = await ask();
  await revoke(url, String(answer['Identifier']));
  assert.deepEqual(await ask(), answer);
  await ok(url, 'DeleteClientCertificate', { Identifier: String(answer['Identifier']) });
  assert.deepEqual(await ask(), answer);
  assert.equal((await statusOf(url, String(answer['SerialNumber'])))[0]?.Status, 'revoked');
  assert.equal(await countOf(url), 0);
});

test('a token is remembered for seven days; after that it is taken away, and the same call is a new one', async (t) => {
  const service = await startService(t);
  const { issuing } = await makeAuthorities(service.url);
  const day = 86_400_000;
  const ages = { 'a minute less': 7 * day - 60_000, 'a minute more': 7 * day + 60_000, 'a year': 365 * day };
  const tokens = ['new', ...Object.keys(ages)];
  const ask = async (url: string) => {
    const serialNumbers: unknown[] = [];
    for (const ClientToken of tokens) {
      serialNumbers.push((await ok(url, 'CreateClientCertificate', leaf(issuing, { ClientToken })))['SerialNumber']);
    }
    return serialNumbers;
  };
  const first = await ask(service.url);
  await service.kill('SIGTERM');
  const database = new DatabaseSync(join(service.dataDir, 'certitude.db'));
  const takenBefore = database.prepare('UPDATE client_tokens SET taken_at = taken_at - ? WHERE token = ?');
  for (const [token, age] of Object.entries(ages)) takenBefore.run(age, token);
  const again = await startService(t, { dataDir: service.dataDir });
  const left = database.prepare('SELECT count(*) AS n FROM client_tokens');
  // Those whose time is over are taken away.
  await until(() => Number(left.get()?.['n']) <= 2);
  database.close();
  const second = await ask(again.url);
  assert.deepEqual(
    tokens.map((_, index) => first[index] === second[index]),
    [true, true, false, false],
  );
});

test('after kill -9 between the reservation and the signature the same token finishes that certificate', async (t) => {
  const dataDir = temporaryFolder(t);
  let service = await startService(t, { dataDir });
  const { issuing } = await makeAuthorities(service.url, {}, 'RSA_4096', 'RSA_2048');
  for (let round = 0; ; round++) {
    const parameters = leaf(issuing, { ClientToken: `round ${round}`, Algorithm: 'RSA_2048' });
    const reply = call(service.url, 'CreateClientCertificate', parameters).catch(() => undefined);
    await killAtReservation(service);
    await reply;
    const reserved = leftReserved(service);
    service = await startService(t, { dataDir });
    if (reserved !== undefined) {
      await service.printed(/"dangling":[1-9]/);
      const answer = await ok(service.url, 'CreateClientCertificate', parameters);
      assert.equal(answer['SerialNumber'], reserved);
      assert.equal(certificateIn(answer).serialNumber, reserved);
      assert.deepEqual(
        withoutRequestId(await ok(service.url, 'CreateClientCertificate', parameters)),
        withoutRequestId(answer),
      );
      assert.equal((await statusOf(service.url, reserved))[0]?.Status, 'good');
      const mismatch = await call(service.url, 'CreateClientCertificate', { ...parameters, Days: '1' });
      assertRefused(mismatch, 400, 'IdempotentParameterMismatch');
      break;
    }
    assert.ok(round < 20, 'one of the kills came in time');
  }
  const { stdout } = await certitude(['journal', 'verify', '--json'], service.environment);
  assert.equal(JSON.parse(stdout).sound, true, stdout);
});

/** Watches the database for a reservation that is not issued yet, and kills the service there and then. */
async function killAtReservation(service: Service): Promise<void> {
  const database = new DatabaseSync(join(service.dataDir, 'certitude.db'), { readOnly: true });
  const reserved = database.prepare("SELECT 1 FROM certificates WHERE state = 'reserved' AND kind = 'client'");
  const deadline = Date.now() + 5000;
  while (Date.now() < deadline && reserved.get() === undefined) await new Promise((resolve) => setImmediate(resolve));
  await service.kill('SIGKILL');
  database.close();
}

function leftReserved({ dataDir }: Service): string | undefined {
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
  const row = database.prepare("SELECT serial FROM certificates WHERE state = 'reserved' AND kind = 'client'").get();
  database.close();
  return row && String(row['serial']);
}
