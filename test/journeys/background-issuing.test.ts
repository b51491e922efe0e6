// Certificates issued after their caller was answered: pending meanwhile, finished by the next process if this one ends,
// given up where they can no longer be issued.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused } from './refused.ts';
import { csr, named } from './requests.ts';
import { certitude, type Service, startService, temporaryFolder } from './running-service.ts';
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

async function untilSettled(url: string, asked: readonly Asked[]): Promise<string[]> {
  for (let tries = 0; tries < 300; tries++) {
    const statuses = await statusesOf(url, asked);
    if (!statuses.includes('PENDING')) return statuses;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('still pending after 15 seconds');
}

async function journalOf({ environment }: Service): Promise<{ kind: string; identifier: string; why?: string }[]> {
  const { stdout } = await certitude(['journal', 'list', '--json', '--limit', '1000'], environment);
  return JSON.parse(stdout).map(({ event }: { event: object }) => event);
}

test('an answer with AsynchronousFlag has names alone; PENDING is listed, unknown to relying parties, and becomes ISSUE', async (t) => {
  const { url } = await startService(t);
  const { issuing } = await makeAuthorities(url, {}, 'RSA_4096');
  let sawPending = false;
  for (let round = 0; round < 5 && !sawPending; round++) {
    const asked = await askFor(40, url, issuing);
    assert.equal(asked.length, 40);
    for (const answer of asked) {
      assert.ok(!('X509Certificate' in answer) && !('CertificateChain' in answer));
      assert.match(answer.SerialNumber, /^(?:[0-9a-f]{2}){1,16}$/);
    }
    const last = asked.at(-1) as Asked;
    const revoked = await call(url, 'CreateRevokeClientCertificate', { Identifier: last.Identifier });
    const pending = (await statusesOf(url, asked)).filter((status) => status === 'PENDING').length;
    if (revoked.status === 400) {
      assertRefused(revoked, 400, 'InvalidStatus', /not issued yet/);
      sawPending = pending > 0;
    }
    const [issued] = new Set((await untilSettled(url, asked)).filter((status) => status !== 'REVOKE'));
    assert.equal(issued, 'ISSUE');
    for (const { Status } of await statusOf(url, asked.map(({ SerialNumber }) => SerialNumber).join(','))) {
      assert.notEqual(Status, 'unknown');
    }
  }
  assert.ok(sawPending, 'a certificate was seen pending');
});

test('what was answered is issued though kill -9 comes first, and under the same serial number', async (t) => {
  const dataDir = temporaryFolder(t);
  let service = await startService(t, { dataDir });
  const { issuing } = await makeAuthorities(service.url, {}, 'RSA_4096');
  const all: Asked[] = [];
  let leftPending = 0;
  for (let round = 0; round < 5 && leftPending === 0; round++) {
    const asked = await askFor(30, service.url, issuing);
    await service.kill('SIGKILL');
    assert.equal(asked.length, 30);
    all.push(...asked);
    const issuedBefore = new Set(
      (await journalOf(service))
        .filter(({ kind }) => kind === 'certificate-issued')
        .map(({ identifier }) => identifier),
    );
    leftPending = asked.filter(({ Identifier }) => !issuedBefore.has(Identifier)).length;
    service = await startService(t, { dataDir });
    assert.deepEqual(new Set(await untilSettled(service.url, asked)), new Set(['ISSUE']));
  }
  assert.ok(leftPending > 0, 'some were left to the next start');
  const statuses = await statusOf(service.url, all.map(({ SerialNumber }) => SerialNumber).join(','));
  assert.deepEqual(new Set(statuses.map(({ Status }) => Status)), new Set(['good']));
  const { stdout } = await certitude(['journal', 'verify', '--json'], service.environment);
  assert.equal(JSON.parse(stdout).sound, true, stdout);
});

test('a stop with SIGTERM leaves nothing pending that was begun, or leaves it to the next start', async (t) => {
  const first = await startService(t);
  const { issuing } = await makeAuthorities(first.url, {}, 'RSA_4096');
  const asked = await askFor(20, first.url, issuing);
  assert.equal(await first.kill('SIGTERM'), 0);
  const again = await startService(t, { dataDir: first.dataDir });
  assert.deepEqual(new Set(await untilSettled(again.url, asked)), new Set(['ISSUE']));
});

test('where the CA is revoked in between, what is pending is abandoned: gone from the lists, unknown, its serial taken', async (t) => {
  const service = await startService(t);
  const { url } = service;
  for (let round = 0; ; round++) {
    const { root, issuing } = await makeAuthorities(url, {}, 'RSA_4096');
    const asking = askFor(40, url, issuing);
    // Once some were answered; of the root in every other round.
    await ok(url, 'ListClientCertificate', {});
    await ok(url, 'UpdateCACertificateStatus', { Identifier: round % 2 === 0 ? issuing : root, Status: 'REVOKE' });
    const asked = await asking;
    const settled = await untilSettled(url, asked);
    const gone = asked.filter((_, index) => settled[index] === 'gone');
    const statuses =
      asked.length === 0 ? [] : await statusOf(url, asked.map(({ SerialNumber }) => SerialNumber).join(','));
    assert.deepEqual(
      statuses.map(({ Status }) => Status),
      settled.map((status) => (status === 'gone' ? 'unknown' : 'revoked')),
    );
    const abandoned = (await journalOf(service)).filter(({ kind }) => kind === 'certificate-abandoned');
    for (const { Identifier } of gone) {
      assert.equal(abandoned.find(({ identifier }) => identifier === Identifier)?.why, 'authority-revoked');
    }
    if (gone.length > 0) break;
    assert.ok(round < 6, 'a certificate was abandoned in one of the rounds');
  }
  const { stdout } = await certitude(['journal', 'verify', '--json'], service.environment);
  assert.equal(JSON.parse(stdout).sound, true, stdout);
});
