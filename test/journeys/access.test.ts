// Who may call: users, keys and policies made on the command line beside a running service, which follows at once.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../until.ts';
import { certitude, type Service, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { type AccessKey, vendorClients } from './vendor-clients.ts';

const statusCall = 'DescribeClientCertificateStatusForSerialNumber';

test('a user may do what its policies allow and nothing else', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const run = (...args: string[]) => operator(service, args);
  await run('access', 'user', 'create', 'asker');
  const key: AccessKey = JSON.parse((await run('access', 'key', 'create', '--user', 'asker', '--json')).stdout);
  const ask = () => call(url, statusCall, { SerialNumber: '0a' }, { key });

  const implicit = await until(ask, ({ body }) => body['Code'] === 'NoPermission');
  assert.equal(implicit.status, 403);
  const detail = implicit.body['AccessDeniedDetail'] as Record<string, string>;
  assert.equal(detail['AuthAction'], `yundun-cert:${statusCall}`);
  assert.equal(detail['AuthPrincipalType'], 'SubUser');
  assert.match(String(detail['AuthPrincipalDisplayName']), /^\d{18}$/);
  assert.match(String(detail['AuthPrincipalOwnerId']), /^\d{16}$/);
  assert.equal(detail['NoPermissionType'], 'ImplicitDeny');
  assert.equal(detail['PolicyType'], 'AccountLevelIdentityBasedPolicy');
  assert.match(String(detail['EncodedDiagnosticMessage']), /^A[A-Za-z0-9+/]{100,}=*$/);

  await put(run, 'ask-only', { Effect: 'Allow', Action: `yundun-cert:${statusCall}`, Resource: '*' });
  await run('access', 'attach', 'ask-only', 'asker');
  await until(ask, ({ status }) => status === 200);
  const list = await call(url, 'ListClientCertificate', {}, { key });
  assert.deepEqual([list.status, list.body['Code']], [403, 'NoPermission']);
  for (const [name, caller] of vendorClients(service.port, key)) {
    await caller(statusCall, { SerialNumber: '0a' });
    await assert.rejects(caller('ListClientCertificate', {}), /NoPermission|not authorized/, name);
  }

  await put(run, 'nobody-asks', { Effect: 'Deny', Action: ['yundun-cert:Describe*'], Resource: '*' });
  await run('access', 'attach', 'nobody-asks', 'asker');
  const explicit = await until(ask, ({ status }) => status === 403);
  assert.equal((explicit.body['AccessDeniedDetail'] as Record<string, string>)['NoPermissionType'], 'ExplicitDeny');
  await run('access', 'detach', 'nobody-asks', 'asker');
  await until(ask, ({ status }) => status === 200);

  await put(run, 'ask-only', {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '127.0.0.1'] }, Bool: { 'acs:SecureTransport': 'true' } },
  });
  await until(ask, ({ status }) => status === 403);

  await run('access', 'key', 'disable', key.accessKeyId);
  assert.equal(
    (await until(ask, ({ body }) => body['Code'] !== 'NoPermission')).body['Code'],
    'InvalidAccessKeyId.Inactive',
  );
  await run('access', 'key', 'delete', key.accessKeyId);
  await until(ask, ({ body }) => body['Code'] === 'InvalidAccessKeyId.NotFound');
});

test('a policy that does not parse is refused with its place named, and changes nothing', async (t) => {
  const service = await startService(t);
  for (const [document, place] of [
    ['{', /JSON/],
    ['{"Version":"1","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}', /Statement\[0\]\.Effect/],
    [
      '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Near":{"acs:SourceIp":"1.1.1.1"}}}]}',
      /Near/,
    ],
  ] as const) {
    const refused = await certitude(['access', 'policy', 'put', 'p', '-'], service.environment, document);
    assert.equal(refused.status, 65, refused.stderr);
    assert.match(refused.stderr, place);
  }
  const { stdout } = await operator(service, ['access', 'policy', 'list', '--json']);
  assert.deepEqual(
    JSON.parse(stdout).filter((each: { kind: string }) => each.kind === 'custom'),
    [],
  );
});

async function operator(service: Pick<Service, 'environment'>, args: readonly string[]) {
  const result = await certitude(args, service.environment);
  assert.equal(result.status, 0, `${args.join(' ')}: ${result.stderr}`);
  return result;
}

async function put(run: (...args: string[]) => Promise<unknown>, name: string, statement: object): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-policy-'));
  try {
    const file = join(folder, 'policy.json');
    writeFileSync(file, JSON.stringify({ Version: '1', Statement: [statement] }));
    await run('access', 'policy', 'put', name, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
