// `certitude access` by noun, through the real program beside a running service: groups, roles, versions, passwords.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../until.ts';
import { certitude, type Service, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import type { AccessKey } from './vendor-clients.ts';

const listing = (effect: string) =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: effect, Action: 'yundun-cert:ListCert', Resource: '*' }] });

test('a member may do what its group may, a policy by its version in force, and a rename changes neither', async (t) => {
  const service = await startWithin(t);
  const run = runner(service);
  await run(['user', 'create', 'ann', '--display-name', 'Ann', '--email', 'ann@example.com']);
  const key: AccessKey = await run(['key', 'create', '--user', 'ann']);
  await run(['group', 'create', 'listers', '--comments', 'may list']);
  await run(['policy', 'put', 'list', '-'], listing('Allow'));
  await run(['attach', 'list', '--group', 'listers']);
  const statusOf = async () => (await call(service.url, 'ListCert', {}, { key })).status;
  await eventually(statusOf, 403);
  await run(['group', 'add', 'listers', 'ann']);
  await eventually(statusOf, 200);

  assert.deepEqual(await run(['policy', 'version', 'create', 'list', '-', '--default'], listing('Deny')), {
    policy: 'list',
    version: 'v2',
  });
  await eventually(statusOf, 403);
  await run(['policy', 'version', 'set-default', 'list', 'v1']);
  await eventually(statusOf, 200);
  await run(['policy', 'version', 'delete', 'list', 'v2']);
  const versions = await run(['policy', 'version', 'list', 'list']);
  assert.deepEqual(
    versions.map(({ version, isDefault }: { version: string; isDefault: boolean }) => [version, isDefault]),
    [['v1', true]],
  );

  await run(['user', 'update', 'ann', '--new-name', 'anna', '--email', '']);
  await run(['group', 'update', 'listers', '--new-name', 'readers']);
  const [anna] = await run(['user', 'list']);
  assert.deepEqual(
    [anna.name, anna.displayName, anna.email, anna.groups, anna.policies],
    ['anna', 'Ann', undefined, ['readers'], []],
  );
  const [readers] = await run(['group', 'list']);
  assert.deepEqual([readers.name, readers.members, readers.policies], ['readers', ['anna'], ['list']]);
  await eventually(statusOf, 200);
  await run(['group', 'remove', 'readers', 'anna']);
  await eventually(statusOf, 403);
  await run(['detach', 'list', '--group', 'readers']);
  await run(['group', 'delete', 'readers']);
});

test('what is still in use or does not keep to its form is refused in words, and changes nothing', async (t) => {
  const service = await startService(t);
  const run = runner(service);
  await run(['user', 'create', 'ann']);
  await run(['role', 'create', 'deployer', '--max-session', '7200', '--description', 'deploys']);
  await run(['attach', 'AliyunYundunCertFullAccess', '--role', 'deployer']);
  await run(['login', 'set', 'ann', '--password-file', '-'], 'Correct-Horse-1\n');
  const refusals: readonly [readonly string[], RegExp, string?][] = [
    [['user', 'delete', 'ann'], /user ann is still in use: login profile/],
    [['role', 'delete', 'deployer'], /role deployer is still in use: attachment/],
    [['role', 'update', 'deployer', '--max-session', '3599'], /session duration: .* 3600 to 43200/],
    [
      ['role', 'update', 'deployer', '--trust', '-'],
      /Statement\[0\]\.Principal/,
      '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}]}',
    ],
    [['attach', 'AliyunYundunCertFullAccess'], /one user, one --group or one --role/],
    [['attach', 'AliyunYundunCertFullAccess', 'ann', '--role', 'deployer'], /one user, one --group or one --role/],
    [['attach', 'AliyunYundunCertFullAccess', '--group', 'none'], /no group none/],
    [['group', 'create', 'a b'], /group name/],
    [['account', 'alias', 'Upper'], /account alias/],
    [['login', 'set', 'ann', '--password-file', '-'], /password: 8 to 128 characters/, 'short\n'],
    [['mfa', 'reset', 'ann'], /ann has no MFA device/],
  ];
  const before = JSON.stringify([
    await run(['user', 'list']),
    await run(['role', 'list']),
    await run(['group', 'list']),
  ]);
  for (const [args, message, input] of refusals) {
    const { status, stderr } = await certitude(['access', ...args], service.environment, input);
    assert.notEqual(status, 0, args.join(' '));
    assert.match(stderr, message);
    assert.ok(!stderr.includes('short'), stderr);
  }
  const after = JSON.stringify([
    await run(['user', 'list']),
    await run(['role', 'list']),
    await run(['group', 'list']),
  ]);
  assert.equal(after, before);
});

test('a password is nowhere in the data folder, and gone from the account with its user’s login', async (t) => {
  const service = await startService(t);
  const run = runner(service);
  await run(['user', 'create', 'ann']);
  await run(['login', 'set', 'ann', '--password-file', '-', '--reset'], 'Correct-Horse-1\n');
  await run(['login', 'set', 'ann', '--password-file', '-'], 'Battery-Staple-2\n');
  await run(['login', 'delete', 'ann']);
  await run(['account', 'alias', 'my-pki']);
  const [account] = await run(['account', 'list']);
  assert.equal(account.alias, 'my-pki');
  await run(['account', 'alias']);
  await service.kill('SIGTERM');
  for (const file of readdirSync(service.dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const content = readFileSync(join(file.parentPath, file.name));
    for (const secret of ['Correct-Horse-1', 'Battery-Staple-2', '$argon2id$']) {
      assert.ok(!content.includes(secret), `${secret} in ${file.name}`);
    }
  }
});

test('when a key was last used is known after a restart', async (t) => {
  const service = await startService(t);
  const run = runner(service);
  await run(['user', 'create', 'ann']);
  const key: AccessKey = await run(['key', 'create', '--user', 'ann']);
  const unused = await run(['key', 'list']);
  assert.deepEqual(unused.find(({ id }: { id: string }) => id === key.accessKeyId).lastUsed, undefined);
  // Refused as it is, the key was used.
  await eventually(async () => (await call(service.url, 'ListCert', {}, { key })).status, 403);
  await service.kill('SIGTERM');
  const keys = await run(['key', 'list']);
  assert.equal(keys.find(({ id }: { id: string }) => id === key.accessKeyId).lastUsed.service, 'cas');
});

/** Runs `certitude access …` and gives what it prints as JSON. */
function runner(service: Pick<Service, 'environment'>) {
  return async (args: readonly string[], input = '') => {
    const { status, stdout, stderr } = await certitude(['access', ...args, '--json'], service.environment, input);
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
    return JSON.parse(stdout);
  };
}

async function eventually(statusOf: () => Promise<number>, wanted: number): Promise<void> {
  await until(statusOf, (status) => status === wanted);
}
