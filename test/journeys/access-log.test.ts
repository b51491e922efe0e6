// The access log: a line for every call, and `certitude log` that finds it, beside a running service.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { until } from '../until.ts';
import { logged } from './logged.ts';
import { operator } from './operator.ts';
import { administer } from './roles.ts';
import { certitude, mainFile, rootKey, type Service, startService, temporaryFolder } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call, encodeForm, send, signedParameters } from './signed-request.ts';

const statusCall = 'DescribeClientCertificateStatusForSerialNumber';

type Line = Record<string, string | number | boolean>;

async function written(service: Pick<Service, 'environment'>, ...args: readonly string[]): Promise<Line[]> {
  const { stdout } = await operator(service, 'log', '--json', ...args);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('every call has its line, refused ones included, whatever they are refused for', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const admin = administer(service, service.account);
  const alice = await admin.user('alice');
  await admin.policy('ask', { Effect: 'Deny', Action: 'yundun-cert:List*' }, { Action: `yundun-cert:${statusCall}` });
  await admin.attach('ask', { user: 'alice' });

  const idOf = ({ headers }: { headers: Headers }) => headers.get('x-acs-request-id');
  const answered = await call(url, statusCall, { SerialNumber: '0a,0b,0c' }, { key: alice });
  const implicit = await call(url, 'DescribeCACertificateCount', {}, { key: alice });
  const explicit = await call(url, 'ListClientCertificate', {}, { key: alice });
  const invalid = await call(url, 'DescribeCACertificate', { Identifier: 'nothing' });
  const wrongSecret = await call(url, statusCall, {}, { key: { ...alice, accessKeySecret: 'wrong' } });
  const stranger = await call(url, statusCall, {}, { key: { accessKeyId: 'LTAInobody', accessKeySecret: 'wrong' } });
  const mistaken = await call(
    url,
    statusCall,
    {},
    { key: { accessKeyId: alice.accessKeySecret, accessKeySecret: 'x' } },
  );
  const noOperation = await call(url, 'Made\u0007Up', {}, { key: alice });
  const unsigned = await send(`${url}/?Action=${'x'.repeat(500)}`, { headers: { 'user-agent': 'y'.repeat(500) } });
  const elsewhere = await send(`${url}/else`);
  const badForm = await send(url, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } });

  await logged(service, badForm);
  const lines = new Map((await written(service)).map((line) => [line['requestId'], line]));
  const lineOf = (reply: { headers: Headers }) =>
    lines.get(idOf(reply) ?? '') ?? assert.fail(`${idOf(reply)} is missing`);
  assert.equal(lines.size, 11);
  const account = String(lineOf(answered)['account']);
  assert.match(account, /^\d{16}$/);
  const { time, millis, userAgent, ...line } = lineOf(answered);
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Number(millis) > 0 && Number(millis) < 10_000);
  assert.equal(userAgent, 'node');
  assert.deepEqual(line, {
    requestId: idOf(answered),
    account,
    principal: `acs:ram::${account}:user/alice`,
    accessKeyId: alice.accessKeyId,
    source: '127.0.0.1',
    secure: false,
    product: 'cas',
    version: '2020-06-30',
    action: statusCall,
    resource: '*',
    size: 3,
    decision: 'Allow',
    policy: 'ask',
    statement: 1,
    status: 200,
  });
  for (const [reply, expected] of [
    [implicit, { decision: 'ImplicitDeny', policy: undefined, code: 'NoPermission', status: 403 }],
    [explicit, { decision: 'ExplicitDeny', policy: 'ask', statement: 0, code: 'NoPermission' }],
    [invalid, { decision: 'Allow', policy: 'AccountOwner', code: 'NotFound', principal: `acs:ram::${account}:root` }],
    [
      wrongSecret,
      { code: 'SignatureDoesNotMatch', accessKeyId: alice.accessKeyId, account: undefined, principal: undefined },
    ],
    [stranger, { code: 'InvalidAccessKeyId.NotFound', accessKeyId: 'LTAInobody', action: statusCall }],
    [mistaken, { accessKeyId: `${alice.accessKeySecret.slice(0, 4)}...` }],
    [noOperation, { code: 'InvalidAction.NotFound', action: 'Made?Up', product: undefined, decision: undefined }],
    [unsigned, { action: 'x'.repeat(64), userAgent: 'y'.repeat(256), code: 'MissingVersion' }],
    [elsewhere, { code: 'InvalidApi.NotFound', status: 404, action: undefined }],
    [badForm, { code: 'InvalidParameter', status: 400 }],
  ] as const) {
    const found = lineOf(reply);
    for (const [name, value] of Object.entries(expected))
      assert.equal(found[name], value, `${name} of ${found['code']}`);
  }

  const [name = ''] = readdirSync(join(service.dataDir, 'log'));
  const path = join(service.dataDir, 'log', name);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const text = readFileSync(path, 'utf8');
  for (const secret of [alice.accessKeySecret, rootKey.accessKeySecret, '0a,0b', 'nothing', 'Signature=']) {
    assert.ok(!text.includes(secret), secret);
  }
});

test('the log is filtered by time, account, who, what, how it ended and where from', async (t) => {
  const service = await startWithin(t, { CERTITUDE_TRUSTED_PROXIES: '127.0.0.1' });
  const { url } = service;
  const alice = await administer(service, service.account).user('alice');
  const from = (address: string, action: string, key = rootKey) =>
    send(`${url}/?${encodeForm(signedParameters(action, {}, { key }))}`, { headers: { 'x-forwarded-for': address } });
  await from('192.0.2.1', 'ListClientCertificate');
  await from('192.0.2.2', 'ListClientCertificate', alice);
  await setTimeout(20);
  const middle = new Date().toISOString();
  await setTimeout(20);
  await from('2001:db8::1', 'DescribeCACertificateCount');
  const [requestId = ''] = await logged(service, await from('192.0.2.1', 'Unheard'));
  const all = await written(service);
  const account = String(all[0]?.['account']);
  assert.deepEqual(
    all.map(({ status }) => status),
    [200, 403, 200, 404],
  );
  const indexes = async (...args: readonly string[]) => {
    const found = await written(service, ...args);
    return found.map((line) => all.findIndex(({ requestId: id }) => id === line['requestId']));
  };
  const cases = [
    [
      ['--since', middle, '--last', '9'],
      [2, 3],
    ],
    [
      ['--until', middle, '--since', '10m'],
      [0, 1],
    ],
    [['--until', '10m'], []],
    [
      ['--account', account, '--action', 'list*'],
      [0, 1],
    ],
    [['--account', '1'], []],
    [['--user', 'alice', '--access-key', alice.accessKeyId], [1]],
    [['--principal', 'acs:ram::*:root', '--action', 'yundun-cert:ListClientCertificate'], [0]],
    [['--code', 'NoPermission', '--denied'], [1]],
    [['--status', '4xx', '--failed', '--last', '1'], [3]],
    [['--status', '404', '--request-id', requestId.toLowerCase()], [3]],
    [
      ['--source', '192.0.2.0/31'],
      [0, 3],
    ],
    [['--last', '0'], []],
  ] as const;
  const each = async ([args, expected]: (typeof cases)[number]) =>
    assert.deepEqual(await indexes(...args), expected, args.join(' '));
  for (let at = 0; at < cases.length; at += 4) await Promise.all(cases.slice(at, at + 4).map(each));
  const table = await operator(service, 'log', '--denied');
  assert.match(table.stdout, /^time +status .*request id\n.* 403 .* user\/alice +ListClientCertificate .*ImplicitDeny/);
  for (const args of [
    ['--since', 'yesterday'],
    ['--since', '2026-02-30'],
    ['--until', '2026-04-31T12:00:00+08:00'],
    ['--status', '9xx'],
    ['--source', 'here'],
    ['--last', '-1'],
    ['--user', 'a', '--principal', 'b'],
  ]) {
    const refused = await certitude(['log', ...args], service.environment);
    assert.deepEqual([refused.status, refused.stdout], [64, ''], args.join(' '));
    assert.match(refused.stderr, new RegExp(args[0] ?? ''));
  }
});

test('it is followed over the change of files, and read in compressed ones', async (t) => {
  const service = await startWithin(t, { CERTITUDE_ACCESS_LOG_FILE_MIB: '1', CERTITUDE_ACCESS_LOG_TOTAL_MIB: '2' });
  const { url, dataDir } = service;
  const path = `${url}/?Action=${'x'.repeat(64)}`;
  const agent = { headers: { 'user-agent': 'y'.repeat(256) } };
  await send(path, agent);
  const follower = following(t, service);
  await until(() => follower.lines().length >= 1);
  const calls = 2500; // of some 500 octets: more than one file of a MiB
  for (let sent = 1; sent < calls; sent += 50) {
    await Promise.all(Array.from({ length: Math.min(50, calls - sent) }, () => send(path, agent)));
  }
  await until(
    () => follower.lines().length,
    (count) => count >= calls,
  );
  assert.equal(follower.errors(), '');
  assert.equal(new Set(follower.lines().map(({ requestId }) => requestId)).size, calls);
  const names = () => readdirSync(join(dataDir, 'log')).sort();
  // Lines come in batches that are not torn apart: two files, or three.
  const areCompressed = (files: string[]) => files.slice(0, -1).every((name) => name.endsWith('.jsonl.gz'));
  await until(() => names().length >= 2 && areCompressed(names()));
  assert.deepEqual(
    (await written(service)).map(({ requestId }) => requestId),
    follower.lines().map(({ requestId }) => requestId),
  );
  const [exit] = await Promise.all([follower.exit, follower.stop()]);
  assert.equal(exit, 0);
});

test('a service that is killed has lost no more than the last moment', async (t) => {
  const service = await startService(t);
  const [requestId] = await logged(service, await call(service.url, 'ListClientCertificate'));
  await service.kill('SIGKILL');
  const [line] = await written(service);
  assert.equal(line?.['requestId'], requestId);
});

test('a service that is stopped has written all', async (t) => {
  const service = await startService(t);
  const sent = await Promise.all(Array.from({ length: 40 }, () => call(service.url, 'ListClientCertificate')));
  await service.kill('SIGTERM');
  assert.equal((await written(service)).length, sent.length);
});

test('calls go on when the log cannot be written; it is told, and counted once memory is full', async (t) => {
  const first = await startService(t);
  await first.kill('SIGTERM');
  writeFileSync(join(first.dataDir, 'log'), 'in the way');
  const service = await startService(t, { dataDir: first.dataDir });
  assert.equal((await call(service.url, 'ListClientCertificate')).status, 200);
  await service.printed(/the access log cannot be written/);
  assert.match((await send(`${service.url}/metrics`)).text, /^certitude_access_log_lost_total 0$/m);
  assert.equal((await call(service.url, 'ListClientCertificate')).status, 200);
});

test('switched off, there is none', async (t) => {
  const service = await startService(t, { environment: { CERTITUDE_ACCESS_LOG: '0' } });
  await call(service.url, 'ListClientCertificate');
  await service.kill('SIGTERM');
  assert.deepEqual(await written(service), []);
});

for (const args of [['log'], ['log', '-f'], ['log', '--explain', '--request-id', 'X']]) {
  test(`where there is no data folder, none is shown as empty: ${args.join(' ')}`, async (t) => {
    const dataDir = temporaryFolder(t);
    const { status, stdout, stderr } = await certitude(args, { CERTITUDE_DATA_DIR: dataDir });
    assert.deepEqual([status, stdout], [78, '']);
    assert.ok(stderr.includes(dataDir), stderr);
    assert.match(stderr, /CERTITUDE_DATA_DIR/);
  });
}

test('a log folder is read without its store, as where it was copied to', async (t) => {
  const dataDir = temporaryFolder(t);
  mkdirSync(join(dataDir, 'log'), { recursive: true });
  const { status, stdout, stderr } = await certitude(['log'], { CERTITUDE_DATA_DIR: dataDir });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

function following(t: TestContext, service: Pick<Service, 'environment'>) {
  const child = spawn(process.execPath, [mainFile, 'log', '-f', '--json'], { env: service.environment });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const exit = new Promise((resolve) => child.once('exit', resolve));
  t.after(() => child.kill('SIGKILL'));
  const lines = (): Line[] =>
    text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return { lines, errors: () => errors, exit, stop: async () => child.kill('SIGINT') };
}
