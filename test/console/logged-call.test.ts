// A call found again by its RequestId: by whoever made it, by those who may read the log, and by nobody of another account.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { loggedCalls } from '../../src/app/access-log/find.ts';
import { AccessLogWriter } from '../../src/app/access-log/writer.ts';
import { followed, operator } from '../journeys/operator.ts';
import { otherAccount } from '../journeys/other-account.ts';
import { startService, temporaryFolder } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { attachPolicy, makeUser, putPolicy } from '../journeys/users.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { until } from '../until.ts';
import { asking } from './asking.ts';

test('the line of a call in the access log', async (t) => {
  const service = await startWithin(t);
  const alice = await makeUser(service, 'alice');
  const bob = await makeUser(service, 'bob');
  await putPolicy(service, 'nobody-lists', { Effect: 'Deny', Action: 'yundun-cert:ListCert', Resource: '*' });
  await attachPolicy(service, 'nobody-lists', 'alice');
  const requestIdOf = async (key: AccessKey, action: string): Promise<string> =>
    JSON.parse((await call(service.url, action, {}, { key })).text).RequestId;
  const refused = await requestIdOf(alice, 'ListCert');
  const look = async (key: AccessKey | undefined, requestId: string) => {
    const ask = await asking(service.url, key);
    return (await ask('logged-call', { RequestId: requestId })).body;
  };

  await t.test('is shown to whoever made it, at once, without the policies', async () => {
    const { Found, Call } = await look(alice, refused.toLowerCase());
    assert.equal(Found, 'found');
    const { requestId, action, code, decision, policy } = Call as Record<string, unknown>;
    assert.deepEqual(
      { requestId, action, code, decision, policy },
      { requestId: refused, action: 'ListCert', code: 'NoPermission', decision: 'ExplicitDeny', policy: undefined },
    );
  });

  await t.test('is shown with them to who may read the log of the account', async () => {
    const { Call, Needed } = await look(undefined, refused);
    assert.equal((Call as Record<string, unknown>)['policy'], 'nobody-lists');
    assert.equal(Needed, undefined);
  });

  await t.test('is no more there for others than one that never was', async () => {
    const never = '00000000-0000-0000-0000-000000000000';
    const { RequestId: _one, ...said } = await look(bob, refused);
    const { RequestId: _two, ...nothing } = await look(bob, never);
    assert.deepEqual(said, nothing);
    assert.equal(said['Found'], 'none');
  });

  await t.test('of another account is not shown to its root', async () => {
    await operator(service, 'access', 'account', 'create', 'other');
    const { stdout } = await operator(service, 'access', 'account', 'list', '--json');
    const other = (JSON.parse(stdout) as { account: string; name: string }[]).find(({ name }) => name === 'other');
    const made = await operator(service, 'access', 'key', 'create', '--account', other?.account ?? '', '--json');
    await followed(service);
    assert.equal((await look(JSON.parse(made.stdout), refused))['Found'], 'none');
  });

  await t.test('is asked for by a RequestId and nothing else', async () => {
    const ask = await asking(service.url);
    for (const RequestId of ['', 'x', `${refused}"`, '*']) {
      assert.equal((await ask('logged-call', { RequestId })).status, 400, RequestId);
    }
  });
});

test('of one account two searches are taken at a time, so that eight wait for those of several', async () => {
  const calls = loggedCalls(undefined);
  const find = (account: string) => calls.find({ requestId: '00000000-0000-0000-0000-000000000000', account });
  const outcomes = async (...accounts: string[]) =>
    (await Promise.allSettled(accounts.map(find))).map(({ status }) => (status === 'fulfilled' ? 'taken' : 'refused'));
  assert.deepEqual(await outcomes('1', '1', '1', '2'), ['taken', 'taken', 'refused', 'taken']);
  // Who was answered, or refused, takes no place any more.
  assert.deepEqual(await outcomes('1', '1', '1'), ['taken', 'taken', 'refused']);
  const nine = ['1', '1', '2', '2', '3', '3', '4', '4', '5'];
  assert.deepEqual(await outcomes(...nine, '6'), [...nine.map(() => 'taken'), 'refused']);
});

test('more searches at once than may wait are refused, which is no error of the service', async (t) => {
  const service = await startService(t);
  const ask = await asking(service.url);
  const RequestId = '00000000-0000-0000-0000-000000000000';
  const other = await asking(service.url, await otherAccount(service));
  const asked = Array.from({ length: 12 }, () => ask('logged-call', { RequestId }));
  assert.equal((await other('logged-call', { RequestId })).status, 200, 'another account is not in their way');
  const answers = await Promise.all(asked);
  const refused = answers.filter(({ status }) => status !== 200);
  assert.ok(refused.length > 0);
  for (const { status, body } of refused) assert.deepEqual([status, body['Code']], [503, 'ServiceUnavailable']);
  // The log is written a moment later.
  const logged = await until(
    () => service.output().match(/^.*"code":"ServiceUnavailable".*$/gm) ?? [],
    ({ length }) => length >= refused.length,
  );
  for (const line of logged) assert.match(line, /^\{"level":30,/);
});

test('the search takes the newest file first, and no more than so many octets', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(folder);
  const idOf = (number: number) => `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`;
  const [account, principal] = ['1234567890123456', 'acs:ram::1234567890123456:user/alice'];
  const asked = (number: number, by: object = { account, principal }) => ({ requestId: idOf(number), account, ...by });
  const lineOf = (number: number) =>
    `${JSON.stringify({ time: '2026-02-23T12:46:24.000Z', requestId: idOf(number), account, principal, status: 200 })}\n`;
  for (const [day, first] of [
    ['01', 0],
    ['02', 100],
    ['03', 200],
  ] as const) {
    const text = Array.from({ length: 100 }, (_, index) => lineOf(first + index)).join('');
    writeFileSync(join(folder, `access-2026-02-${day}T00-00-00.000Z.jsonl`), text);
  }
  const lineOctets = lineOf(0).length;
  const log = { folder, written: async () => {} };
  for (const [octets, number, expected] of [
    [300 * lineOctets, 0, 'object'],
    [300 * lineOctets, 299, 'object'],
    [300 * lineOctets, 999, 'string'],
    [100 * lineOctets - 1, 250, 'object'],
    [100 * lineOctets - 1, 150, 'string'],
  ] as const) {
    assert.equal(typeof (await loggedCalls(log, octets).find(asked(number))), expected, `${octets} ${number}`);
  }
  assert.equal(await loggedCalls(log, 100 * lineOctets - 1).find(asked(1)), 'notFarEnough');
  assert.equal(await loggedCalls(log, 300 * lineOctets).find(asked(999)), 'none');
  // What somebody else called is not there, however near it is.
  for (const by of [{ account: '9999999999999999' }, { principal: `${principal}x` }]) {
    assert.equal(await loggedCalls(log, 100 * lineOctets - 1).find(asked(250, by)), 'notFarEnough');
    assert.equal(await loggedCalls(log, 300 * lineOctets).find(asked(250, by)), 'none');
  }
  assert.equal(await loggedCalls(undefined).find(asked(1)), 'noLog');
});

test('a call is found by whoever asks at once, though the disk is slow', async (t) => {
  const folder = join(temporaryFolder(t), 'log');
  const openFile = async (path: string) => {
    const handle = await open(path, 'a+', 0o600);
    const write = handle.write.bind(handle);
    handle.write = (async (bytes: Buffer, from?: number) => {
      await setTimeout(700);
      return await write(bytes, from);
    }) as typeof handle.write;
    return handle;
  };
  const settings = { fileOctets: 1_000_000, totalOctets: 10_000_000, gzip: false };
  const log = new AccessLogWriter(folder, settings, { now: Date.now, report: () => {}, openFile });
  t.after(() => log.close());
  const [requestId, account] = ['00000000-0000-0000-0000-000000000001', '1234567890123456'];
  log.write(JSON.stringify({ time: new Date().toISOString(), requestId, account, status: 200 }));
  const found = await loggedCalls(log).find({ requestId, account });
  assert.equal(typeof found === 'string' ? found : found.requestId, requestId);
});

test('a line that came last into a file is found though another file was begun before the second look', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(folder);
  const [requestId, account] = ['00000000-0000-0000-0000-000000000001', '1234567890123456'];
  const pathOf = (day: string) => join(folder, `access-2026-02-${day}T00-00-00.000Z.jsonl`);
  writeFileSync(pathOf('01'), '');
  const written = async () => {
    const line = { time: '2026-02-01T12:46:24.000Z', requestId, account, status: 200 };
    writeFileSync(pathOf('01'), `${JSON.stringify(line)}\n`);
    writeFileSync(pathOf('02'), '');
  };
  const found = await loggedCalls({ folder, written }).find({ requestId, account });
  assert.equal(typeof found === 'string' ? found : found.requestId, requestId);
});
