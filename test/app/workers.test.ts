// Several threads that serve one service: asked from outside over many connections, they are as one.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { ram } from '../../src/protocols/rpc/product.ts';
import { authorityOf, base64, requestFor, trustedDer } from '../journeys/asking-ocsp.ts';
import { operator } from '../journeys/operator.ts';
import { certitude, freePort, type Service, startService, temporaryFolder } from '../journeys/running-service.ts';
import { encodeForm, type Signing, signedParameters } from '../journeys/signed-request.ts';
import { issueClient, type Made, makeAuthorities, ok, revoke } from '../journeys/small-pki.ts';
import { makeTestAuthority, pairFolder } from '../journeys/tls-pairs.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { until } from '../until.ts';
import { type Asked, askAnew, askAtOnce, type FreshReply, metric, statusCall, tally } from './fresh-connections.ts';

const threads = 3;

function start(
  t: Pick<TestContext, 'after'>,
  environment: Record<string, string> = {},
  dataDir?: string,
): Promise<Service> {
  const options = { environment: { CERTITUDE_WORKERS: String(threads), ...environment } };
  return startService(t, dataDir === undefined ? options : { ...options, dataDir });
}

/** Of all tests that need no other: to begin one takes longer than to ask it. */
const shared = await start(
  { after: after as TestContext['after'] },
  { NODE_OPTIONS: `--import=${fileURLToPath(new URL('./unlucky-threads.ts', import.meta.url))}` },
);

const codes = (replies: readonly FreshReply[]) => tally(replies.map(({ code }) => code));
const statuses = (replies: readonly FreshReply[]) =>
  tally(replies.map(({ body, code }) => /"Status":"(\w+)"/.exec(body.toString())?.[1] ?? code));

/** Replies that a thread beside the main one made itself. */
const madeBy = (thread: number) => metric(shared.url, `certitude_worker_replies_total{thread="${thread}",by="itself"}`);

test('every thread answers status calls and OCSP itself, and all say the same', async () => {
  const { url, port } = shared;
  const { issuing } = await makeAuthorities(url);
  const { serialNumber } = await issueClient(url, issuing);
  const replies = await askAtOnce(port, 60, () => statusCall(`${serialNumber},0a`));
  const bodies = replies.map(({ body }) => body.toString().replace(/"RequestId":"[^"]+"/, ''));
  assert.deepEqual(codes(replies), { OK: 60 });
  assert.equal(new Set(bodies).size, 1);
  const counted = `certitude_calls_total{product="cas",operation="DescribeClientCertificateStatusForSerialNumber",code="OK"}`;
  await until(async () => (await metric(url, counted)) === 60);
  const [one, two] = [await madeBy(1), await madeBy(2)];
  assert.ok(one > 0 && two > 0 && one + two < 60, `${one} and ${two} of 60: each of the three threads made some`);
  assert.equal(await metric(url, 'certitude_workers'), threads);

  const authority = await authorityOf(url, issuing);
  const byGet = { path: `/ocsp/${encodeURIComponent(base64(requestFor(serialNumber, authority)))}` };
  const answers: FreshReply[] = [];
  for (let again = 0; again < 3; again++) answers.push(...(await askAtOnce(port, 40, byGet)));
  assert.equal(new Set(answers.map(({ body, headers }) => `${headers['etag']} ${body.toString('hex')}`)).size, 1);
  const answered = 'certitude_ocsp_total{method="GET",outcome="answered"}';
  await until(async () => (await metric(url, answered)) === 120);
  // Kept answers are given by the threads.
  await until(async () => (await madeBy(1)) > one && (await madeBy(2)) > two);

  // What a thread does not answer itself it has answered: as if there were no threads.
  const forwarded = await askAtOnce(port, 30, { path: '/nothing?Format=XML' });
  assert.deepEqual(tally(forwarded.map(({ status }) => String(status))), { 404: 30 });
  const issuers = await askAtOnce(port, 30, { path: `/issuer/${issuing}.cer` });
  assert.equal(new Set(issuers.map(({ body }) => body.toString('hex'))).size, 1);
});

test('an OCSP request that is too long is refused by the thread it came to', async () => {
  const { url, port } = shared;
  const malformed = () => metric(url, 'certitude_ocsp_total{method="POST",outcome="malformedRequest"}');
  for (const [octets, byItself] of [
    [64 * 1024 - 1, false],
    [64 * 1024, false],
    [64 * 1024 + 1, true],
  ] as const) {
    const [before, one, two] = [await malformed(), await madeBy(1), await madeBy(2)];
    // So many that hardly ever, once in 10^10 times, one of the threads is left out.
    const replies = await askAtOnce(port, 60, {
      path: '/ocsp',
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request' },
      body: new Uint8Array(octets),
    });
    assert.deepEqual(tally(replies.map(({ status, body }) => `${status} ${body.toString('hex')}`)), {
      '200 30030a0101': 60,
    });
    await until(async () => (await malformed()) === before + 60);
    if (byItself) await until(async () => (await madeBy(1)) > one && (await madeBy(2)) > two);
    else assert.deepEqual([await madeBy(1), await madeBy(2)], [one, two], `${octets} octets`);
  }
});

test('a revocation that was answered is seen on every connection made after it, by status calls and by OCSP', async () => {
  const { url, port } = shared;
  const { issuing } = await makeAuthorities(url);
  const authority = await authorityOf(url, issuing);
  const saidByOcsp = ({ body }: FreshReply) =>
    trustedDer(new Uint8Array(body), authority.certificate).responses[0]?.certStatus.status;
  for (let round = 0; round < 8; round++) {
    const { identifier, serialNumber }: Made = await issueClient(url, issuing);
    const byGet: Asked = { path: `/ocsp/${encodeURIComponent(base64(requestFor(serialNumber, authority)))}` };
    assert.deepEqual(statuses(await askAtOnce(port, 25, () => statusCall(serialNumber))), { good: 25 });
    for (let again = 0; again < 2; again++) {
      const before = await askAtOnce(port, 25, byGet);
      assert.deepEqual(tally(before.map((reply) => String(saidByOcsp(reply)))), { good: 25 });
    }
    await revoke(url, identifier);
    const [replies, answers] = await Promise.all([
      askAtOnce(port, 50, () => statusCall(serialNumber)),
      askAtOnce(port, 25, byGet),
    ]);
    assert.deepEqual(statuses(replies), { revoked: 50 }, `round ${round}`);
    assert.deepEqual(tally(answers.map((reply) => String(saidByOcsp(reply)))), { revoked: 25 }, `round ${round}`);
  }
});

test('a key that was disabled, a policy that denies, a user who is gone: each is seen on every connection at once', async () => {
  const { url, port } = shared;
  const asRoot: Signing = { product: ram };
  await ok(url, 'CreateUser', { UserName: 'alice' }, asRoot);
  const { AccessKey: made } = await ok(url, 'CreateAccessKey', { UserName: 'alice' }, asRoot);
  const { AccessKeyId, AccessKeySecret } = made as Record<'AccessKeyId' | 'AccessKeySecret', string>;
  const key: AccessKey = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret };
  const ask = async () => codes(await askAtOnce(port, 40, () => statusCall('0a', { key })));
  const statement = (Effect: string) =>
    JSON.stringify({ Version: '1', Statement: [{ Effect, Action: '*', Resource: '*' }] });
  for (const [PolicyName, effect] of [
    ['may', 'Allow'],
    ['may-not', 'Deny'],
  ] as const) {
    await ok(url, 'CreatePolicy', { PolicyName, PolicyDocument: statement(effect) }, asRoot);
  }
  const attach = (action: 'AttachPolicyTo' | 'DetachPolicyFrom', PolicyName: string) =>
    ok(url, `${action}User`, { PolicyType: 'Custom', PolicyName, UserName: 'alice' }, asRoot);
  const turn = (Status: string) =>
    ok(url, 'UpdateAccessKey', { UserName: 'alice', UserAccessKeyId: AccessKeyId, Status }, asRoot);
  for (let round = 0; round < 4; round++) {
    assert.deepEqual(await ask(), { NoPermission: 40 });
    await attach('AttachPolicyTo', 'may');
    assert.deepEqual(await ask(), { OK: 40 });
    await attach('AttachPolicyTo', 'may-not');
    assert.deepEqual(await ask(), { NoPermission: 40 });
    await attach('DetachPolicyFrom', 'may-not');
    assert.deepEqual(await ask(), { OK: 40 });
    await turn('Inactive');
    assert.deepEqual(await ask(), { 'InvalidAccessKeyId.Inactive': 40 });
    await turn('Active');
    assert.deepEqual(await ask(), { OK: 40 });
    await attach('DetachPolicyFrom', 'may');
  }
  await ok(url, 'DeleteAccessKey', { UserName: 'alice', UserAccessKeyId: AccessKeyId }, asRoot);
  assert.deepEqual(await ask(), { 'InvalidAccessKeyId.NotFound': 40 });
});

test('a limit of calls holds for all threads together', async () => {
  const { port } = shared;
  /** As many as the limit allows in the time it took. */
  const hold = async (limit: number): Promise<void> => {
    const began = performance.now();
    const found = codes(await askAtOnce(port, 60, () => statusCall('0a')));
    const seconds = Math.floor((performance.now() - began) / 1000) + 1;
    const accepted = found['OK'] ?? 0;
    assert.ok(accepted >= limit && accepted <= limit * seconds, `${accepted} of ${limit} a second in ${seconds} s`);
    assert.equal(accepted + (found['Throttling.User'] ?? 0), 60);
  };
  assert.deepEqual(codes(await askAtOnce(port, 60, () => statusCall('0a'))), { OK: 60 });
  await operator(shared, 'quota', 'calls', 'set', '--operation', '*', '--qps', '7');
  await until(async () => 'Throttling.User' in codes(await askAtOnce(port, 20, () => statusCall('0a'))));
  for (let round = 0; round < 2; round++) {
    await sleep(1100);
    await hold(7);
  }
  await operator(shared, 'quota', 'calls', 'set', '--operation', '*', '--unset');
  await until(async () => !('Throttling.User' in codes(await askAtOnce(port, 20, () => statusCall('0a')))));
});

test('a thread that dies is replaced, and the service goes on', async () => {
  const { url, port } = shared;
  const { issuing } = await makeAuthorities(url);
  const { identifier, serialNumber } = await issueClient(url, issuing);
  const captured = statusCall(serialNumber);
  assert.equal((await askAnew(port, captured)).code, 'OK');
  for (let round = 1; round <= 2; round++) {
    let isOver = false;
    // What was with the thread when it died is cut off; whoever asks again is answered.
    const asking = Array.from({ length: 8 }, async () => {
      while (!isOver) await askAnew(port, statusCall(serialNumber)).catch(() => undefined);
    });
    shared.signal('SIGUSR2');
    await until(() => shared.output().split('the thread serves again').length > round);
    isOver = true;
    await Promise.all(asking);
    await until(async () => (await metric(url, 'certitude_workers')) === threads);
  }
  assert.match(shared.output(), /a thread that serves has died/);
  await revoke(url, identifier);
  assert.deepEqual(statuses(await askAtOnce(port, 40, () => statusCall(serialNumber))), { revoked: 40 });
  assert.deepEqual(codes(await askAtOnce(port, 20, captured)), { SignatureNonceUsed: 20 });
});

test('of one signed request sent on 50 connections at once, one is accepted: whichever thread it comes to, and not after kill -9', async (t) => {
  const captured = Array.from({ length: 12 }, () => statusCall('0a'));
  for (const request of captured) {
    assert.deepEqual(codes(await askAtOnce(shared.port, 50, request)), { OK: 1, SignatureNonceUsed: 49 });
  }
  await until(async () => (await madeBy(1)) > 0 && (await madeBy(2)) > 0);
  await shared.kill('SIGKILL');
  const again = await start(t, {}, shared.dataDir);
  for (const request of captured) {
    assert.deepEqual(codes(await askAtOnce(again.port, 6, request)), { SignatureNonceUsed: 6 });
  }
});

test('threads with https beside http, up to their end', async (t) => {
  const { root: ca, issue } = await makeTestAuthority();
  const folder = pairFolder(join(dirname(temporaryFolder(t)), 'tls'));
  folder.put(await issue({ name: 'first.example' }));
  const securePort = await freePort();
  const service = await start(t, {
    CERTITUDE_TLS_LISTEN: `127.0.0.1:${securePort}`,
    ...folder.environment,
    CERTITUDE_PLAIN_HTTP: 'all',
  });

  await t.test(
    'a session is resumed by every thread, and a replaced certificate is shown by every thread',
    async () => {
      const shake = (session?: Buffer): Promise<Shaken> => handshake(securePort, ca, session);
      const first = await shake();
      assert.equal(first.protocol, 'TLSv1.3');
      // A ticket is good for several, since nothing is remembered of it.
      const resumed = await Promise.all(Array.from({ length: 20 }, () => shake(first.session)));
      assert.deepEqual(tally(resumed.map(({ isReused }) => String(isReused))), { true: 20 });
      folder.put(await issue({ name: 'second.example' }));
      service.signal('SIGHUP');
      await until(async () => {
        const shown = await Promise.all(Array.from({ length: 20 }, () => shake()));
        return shown.every(({ name }) => name === 'second.example');
      });
      const anew = await Promise.all(Array.from({ length: 20 }, () => shake(first.session)));
      assert.deepEqual(tally(anew.map(({ isReused, name }) => `${isReused} ${name}`)), { 'false second.example': 20 });
    },
  );

  await t.test(
    'a stop under load: every call that was carried out is answered, and has its line in the access log',
    async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 24 });
      t.after(() => agent.destroy());
      let answered = 0;
      let isOver = false;
      const asking = Array.from({ length: 24 }, async (_, index) => {
        while (!isOver) {
          // Half of them are passed on to the main thread.
          const path = index % 2 === 0 ? statusCall('0a').path : signedPath('DescribeCACertificateCount');
          await new Promise<void>((resolve) => {
            const sent = request({ host: '127.0.0.1', port: service.port, path, agent }, (response) => {
              response.resume();
              response.on('end', () => {
                if (response.statusCode === 200) answered++;
                resolve();
              });
            });
            // Not taken any more.
            sent.on('error', () => resolve());
            sent.end();
          });
        }
      });
      await until(() => answered > 500);
      const status = await service.kill('SIGTERM');
      isOver = true;
      await Promise.all(asking);
      assert.equal(status, 0);
      const logFolder = join(service.dataDir, 'log');
      const lines = readdirSync(logFolder).flatMap((name) => readFileSync(join(logFolder, name), 'utf8').split('\n'));
      assert.equal(lines.filter((line) => line.includes('"status":200')).length, answered);
    },
  );
});

test('an address that somebody listens on already is refused, though threads share theirs', async (t) => {
  const port = await freePort();
  const other = createServer().listen({ port, host: '127.0.0.1', reusePort: true });
  t.after(() => other.close());
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CERTITUDE_DATA_DIR: temporaryFolder(t),
    CERTITUDE_LISTEN: `127.0.0.1:${port}`,
    CERTITUDE_WORKERS: '2',
    CERTITUDE_DEMO: '0',
  };
  const { status, stderr } = await certitude(['serve', '--quickstart'], environment);
  assert.notEqual(status, 0);
  assert.match(stderr, /EADDRINUSE|in use/);
});

function signedPath(action: string): string {
  return `/?${encodeForm(signedParameters(action, {}))}`;
}

interface Shaken {
  readonly isReused: boolean;
  readonly protocol: string | null;
  readonly name: string;
  readonly session: Buffer;
}

/** With one request, so that the server's tickets have come. */
function handshake(port: number, ca: string, session?: Buffer): Promise<Shaken> {
  return new Promise((resolve, reject) => {
    let latest: Buffer | undefined;
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, ca, ...(session && { session }) }, () =>
      socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
    );
    const facts = () => ({ isReused: socket.isSessionReused(), protocol: socket.getProtocol(), name: nameOf(socket) });
    let shaken: Omit<Shaken, 'session'> | undefined;
    socket.on('session', (ticket: Buffer) => (latest = ticket));
    socket.on('data', () => (shaken ??= facts()));
    socket.on('error', reject);
    socket.on('close', () =>
      shaken ? resolve({ ...shaken, session: latest ?? Buffer.alloc(0) }) : reject(new Error('no reply')),
    );
  });
}

function nameOf(socket: TLSSocket): string {
  const { subject } = socket.getPeerCertificate();
  return String(subject?.CN ?? '');
}
