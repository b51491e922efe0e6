// Certificates issued after their caller was answered: pending meanwhile, finished by the next process if this one ends,
// given up where they can no longer be issued.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { startStillService } from '../conformance/still-service.ts';
import { until } from '../until.ts';
import { assertRefused } from './refused.ts';
import { csr, named } from './requests.ts';
import { certitude, type Service, startService, temporaryFolder } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { makeAuthorities, ok, statusOf } from './small-pki.ts';

const post = { method: 'POST' } as const;
const Csr = csr({ subject: named('x.example') });

interface Asked {
  readonly Identifier: string;
  readonly SerialNumber: string;
}

/** Asks for many at once, of a CA whose signatures take long, so that some are still pending when all are answered. */
async function askFor(count: number, url: string, issuing: string): Promise<Asked[]> {
  const parameters = { ParentIdentifier: issuing, Days: '30', Csr, AsynchronousFlag: 'true', Immediately: '2' };
  const answers = Promise.all(
    Array.from({ length: count }, (_, index) => {
      const action = index % 2 === 0 ? 'CreateClientCertificateWithCsr' : 'CreateServerCertificateWithCsr';
      return call(url, action, parameters, post);
    }),
  );
  return (await answers).filter(({ status }) => status === 200).map(({ body }) => body as unknown as Asked);
}

async function statusesOf(url: string, asked: readonly Asked[]): Promise<string[]> {
  return await Promise.all(
    asked.map(async ({ Identifier, SerialNumber }) => {
      const { status, body } = await call(url, 'DescribeClientCertificate', { Identifier });
      if (status === 404) return 'gone';
      const certificate = body['Certificate'] as Record<string, string>;
      assert.equal(certificate['SerialNumber'], SerialNumber);
      assert.equal(certificate['X509Certificate'] === '', certificate['Status'] === 'PENDING');
      return String(certificate['Status']);
    }),
  );
}

function untilSettled(url: string, asked: readonly Asked[]): Promise<string[]> {
  return until(
    () => statusesOf(url, asked),
    (statuses) => !statuses.includes('PENDING'),
  );
}

async function journalOf({ environment }: Service): Promise<{ kind: string; identifier: string; why?: string }[]> {
  const { stdout } = await certitude(['journal', 'list', '--json', '--limit', '1000'], environment);
  return JSON.parse(stdout).map(({ event }: { event: object }) => event);
}

test('what was answered without being issued is PENDING, unknown, neither revoked nor deleted; the next start issues it', async (t) => {
  const still = await startStillService(t);
  const { issuing } = await makeAuthorities(still.url);
  const parameters = { ParentIdentifier: issuing, Days: '30', AsynchronousFlag: 'true', Immediately: '2' };
  const calls: [string, Record<string, string>][] = [
    ['CreateClientCertificate', { ...parameters, CommonName: 'x.example' }],
    ['CreateClientCertificateWithCsr', { ...parameters, Csr }],
    ['CreateServerCertificate', { ...parameters, CommonName: 'x.example', Algorithm: 'ECC_256' }],
    ['CreateServerCertificateWithCsr', { ...parameters, Csr }],
    ['CreateCustomCertificate', { ParentIdentifier: issuing, Csr, Validity: '30d', Immediately: '0' }],
  ];
  const asked: Asked[] = [];
  for (const [action, more] of calls) {
    const answer = await ok(still.url, action, more, post);
    assert.ok(!('X509Certificate' in answer) && !('CertificateChain' in answer), 'names alone');
    const Identifier = String(answer['Identifier']);
    const described = await ok(still.url, 'DescribeClientCertificate', { Identifier });
    const { SerialNumber = '' } = described['Certificate'] as Record<string, string>;
    assert.equal(answer['SerialNumber'] ?? SerialNumber, SerialNumber);
    asked.push({ Identifier, SerialNumber });
    for (const refused of ['CreateRevokeClientCertificate', 'DescribeCertificatePrivateKey']) {
      const reply = await call(still.url, refused, { Identifier, EncryptedCode: 'a' }, post);
      assertRefused(reply, 400, 'InvalidStatus', /not issued yet/);
    }
    const deletion = await call(still.url, 'DeleteClientCertificate', { Identifier });
    assertRefused(deletion, 400, 'InvalidStatus');
  }
  assert.deepEqual(new Set(await statusesOf(still.url, asked)), new Set(['PENDING']));
  const serials = asked.map(({ SerialNumber }) => SerialNumber).join(',');
  const statuses = async (url: string) => new Set((await statusOf(url, serials)).map(({ Status }) => Status));
  assert.deepEqual(await statuses(still.url), new Set(['unknown']));
  await still.stop();
  const { url } = await startService(t, { dataDir: still.dataDir });
  assert.deepEqual(new Set(await untilSettled(url, asked)), new Set(['ISSUE']));
  assert.deepEqual(await statuses(url), new Set(['good']));
  const key = { Identifier: asked[0]?.Identifier ?? '', EncryptedCode: 'a' };
  assert.equal((await call(url, 'DescribeCertificatePrivateKey', key, post)).status, 200);
});

test('what was answered is issued though kill -9 comes first, and under the same serial number', async (t) => {
  const dataDir = temporaryFolder(t);
  let service = await startService(t, { dataDir });
  const { issuing } = await makeAuthorities(service.url, {}, 'RSA_4096', 'RSA_2048');
  const all: Asked[] = [];
  for (let round = 0; round < 3; round++) {
    const asked = await askFor(30, service.url, issuing);
    await service.kill('SIGKILL');
    assert.equal(asked.length, 30);
    all.push(...asked);
    service = await startService(t, { dataDir });
    assert.deepEqual(new Set(await untilSettled(service.url, asked)), new Set(['ISSUE']));
  }
  const statuses = await statusOf(service.url, all.map(({ SerialNumber }) => SerialNumber).join(','));
  assert.deepEqual(new Set(statuses.map(({ Status }) => Status)), new Set(['good']));
  await assertSound(service);
});

test('a stop with SIGTERM leaves nothing pending that was begun, or leaves it to the next start', async (t) => {
  const first = await startService(t);
  const { issuing } = await makeAuthorities(first.url, {}, 'RSA_4096', 'RSA_2048');
  const asked = await askFor(20, first.url, issuing);
  assert.equal(await first.kill('SIGTERM'), 0);
  const again = await startService(t, { dataDir: first.dataDir });
  assert.deepEqual(new Set(await untilSettled(again.url, asked)), new Set(['ISSUE']));
});

test('where a CA above it is revoked or deleted in between it is abandoned: gone from the lists, unknown, its serial taken', async (t) => {
  const still = await startStillService(t);
  const [own, above, deleted, kept] = [
    await makeAuthorities(still.url),
    await makeAuthorities(still.url),
    await makeAuthorities(still.url),
    await makeAuthorities(still.url),
  ];
  const asked: Asked[] = [];
  for (const { issuing } of [own, above, deleted, kept]) asked.push(...(await askFor(2, still.url, issuing)));
  await ok(still.url, 'UpdateCACertificateStatus', { Identifier: own.issuing });
  await ok(still.url, 'UpdateCACertificateStatus', { Identifier: above.root });
  await ok(still.url, 'DeleteClientCertificate', { Identifier: deleted.issuing });
  await still.stop();
  const service = await startService(t, { dataDir: still.dataDir });
  const expected = [...Array.from({ length: 6 }, () => 'gone'), 'ISSUE', 'ISSUE'];
  assert.deepEqual(await untilSettled(service.url, asked), expected);
  const serials = asked.map(({ SerialNumber }) => SerialNumber);
  assert.deepEqual(
    (await statusOf(service.url, serials.join(','))).map(({ Status }) => Status),
    expected.map((status) => (status === 'gone' ? 'unknown' : 'good')),
  );
  const journal = await journalOf(service);
  assert.deepEqual(
    asked.map(
      ({ Identifier }) =>
        journal.find(({ kind, identifier }) => kind === 'certificate-abandoned' && identifier === Identifier)?.why,
    ),
    [
      'authority-revoked',
      'authority-revoked',
      'authority-revoked',
      'authority-revoked',
      'authority-not-found',
      'authority-not-found',
      undefined,
      undefined,
    ],
  );
  await assertSound(service);
});

test('a CA revoked while it issues leaves each certificate either issued, and revoked with it, or gone', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  for (let round = 0; round < 2; round++) {
    const { root, issuing } = await makeAuthorities(url, {}, 'RSA_4096', 'RSA_2048');
    const asking = askFor(40, url, issuing);
    // Once some were answered; of the root in every other round.
    await ok(url, 'ListClientCertificate', {});
    await ok(url, 'UpdateCACertificateStatus', { Identifier: round % 2 === 0 ? issuing : root, Status: 'REVOKE' });
    const asked = await asking;
    if (asked.length === 0) continue;
    const settled = await untilSettled(url, asked);
    const statuses = await statusOf(url, asked.map(({ SerialNumber }) => SerialNumber).join(','));
    assert.deepEqual(
      statuses.map(({ Status }) => Status),
      settled.map((status) => (status === 'gone' ? 'unknown' : 'revoked')),
    );
  }
  await assertSound(service);
});

test('one CA whose key is lost does not keep what another left pending waiting', async (t) => {
  const still = await startStillService(t);
  const [lost, kept] = [await makeAuthorities(still.url), await makeAuthorities(still.url)];
  const waiting = await askFor(2, still.url, lost.issuing);
  const asked = await askFor(2, still.url, kept.issuing);
  await still.stop();
  const database = new DatabaseSync(join(still.dataDir, 'certitude.db'));
  database.prepare('DELETE FROM sealed WHERE identity = ?').run(`private-key:${lost.issuing}`);
  database.close();
  const service = await startService(t, { dataDir: still.dataDir });
  assert.deepEqual(new Set(await untilSettled(service.url, asked)), new Set(['ISSUE']));
  assert.deepEqual(await statusesOf(service.url, waiting), ['PENDING', 'PENDING']);
  await service.printed(/2 certificates stay pending/);
});

test('a CA signs what was asked for, and nothing that was put in its place while it was pending', async (t) => {
  const still = await startStillService(t);
  const { issuing } = await makeAuthorities(still.url);
  const exchanged = await askFor(2, still.url, issuing);
  const asked = await askFor(2, still.url, issuing);
  await still.stop();
  const database = new DatabaseSync(join(still.dataDir, 'certitude.db'));
  const exchange = database.prepare(
    'UPDATE certificates SET tbs = (SELECT tbs FROM certificates WHERE identifier = ?) WHERE identifier = ?',
  );
  for (const [at, { Identifier }] of exchanged.entries()) exchange.run(asked[at]?.Identifier ?? '', Identifier);
  database.close();
  const service = await startService(t, { dataDir: still.dataDir });
  assert.deepEqual(new Set(await untilSettled(service.url, asked)), new Set(['ISSUE']));
  assert.deepEqual(await statusesOf(service.url, exchanged), ['PENDING', 'PENDING']);
  const { stdout } = await certitude(['journal', 'verify', '--json'], service.environment);
  const differences: { identifier: string; column: string }[] = JSON.parse(stdout).differences;
  assert.deepEqual(
    differences.map(({ identifier, column }) => [identifier, column]),
    exchanged.map(({ Identifier }) => [Identifier, 'tbs']),
  );
});

async function assertSound({ environment }: Pick<Service, 'environment'>): Promise<void> {
  const { stdout } = await certitude(['journal', 'verify', '--json'], environment);
  assert.equal(JSON.parse(stdout).sound, true, stdout);
}
