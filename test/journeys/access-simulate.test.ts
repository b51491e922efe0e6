// "Who could do this?" and "why was this refused?", asked on the command line and answered by the evaluator of the service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logged } from './logged.ts';
import { operator } from './operator.ts';
import { certitude, startService } from './running-service.ts';
import { call } from './signed-request.ts';
import { attachPolicy, makeUser, putPolicy } from './users.ts';

test('who may do something is told with the statement that decides, and why others do not', async (t) => {
  const service = await startService(t);
  const { url, environment } = service;
  const alice = await makeUser(service, 'alice');
  await operator(service, 'access', 'user', 'create', 'bob');
  const office = { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' }, Bool: { 'acs:SecureTransport': 'true' } };
  await putPolicy(
    service,
    'revokers',
    { Effect: 'Allow', Action: 'yundun-cert:List*', Resource: '*' },
    { Effect: 'Allow', Action: 'yundun-cert:CreateRevoke*', Resource: '*', Condition: office },
  );
  await putPolicy(service, 'nobody', { Effect: 'Deny', Action: '*', Resource: '*' });
  await attachPolicy(service, 'revokers', 'alice');
  await attachPolicy(service, 'nobody', 'bob');
  const simulate = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await certitude(['access', 'simulate', ...args], environment);
    return { status, stdout, stderr };
  };

  const revoke = ['--action', 'CreateRevokeClientCertificate'];
  const who = await simulate(...revoke, '--json', '--context', 'acs:SourceIp=10.1.2.3', 'acs:SecureTransport=true');
  assert.equal(who.status, 0);
  const verdicts = JSON.parse(who.stdout) as { principal: string; decision: string; by?: { policy: string } }[];
  assert.deepEqual(
    verdicts.map(({ principal, decision, by }) => [principal.replace(/^acs:ram::\d+:/, ''), decision, by?.policy]),
    [
      ['root', 'Allow', 'AccountOwner'],
      ['user/alice', 'Allow', 'revokers'],
      ['user/bob', 'ExplicitDeny', 'nobody'],
    ],
  );
  const table = await simulate(...revoke);
  assert.match(table.stdout, /user\/alice +│ no +│ no statement allows it \(ImplicitDeny\)/);
  assert.match(table.stdout, /user\/bob +│ no +│ statement 1 of nobody, attached to the user bob, denies it/);

  const there = ['--user', 'alice', ...revoke, '--context', 'acs:SecureTransport=true'];
  const allowed = await simulate(...there, 'acs:SourceIp=10.255.255.255');
  assert.equal(allowed.status, 0);
  assert.match(
    allowed.stdout,
    /user\/alice may yundun-cert:CreateRevokeClientCertificate on \*: statement 2 of revokers/,
  );
  assert.match(allowed.stdout, /revokers +│ 1 +│ Allow +│ is about other actions/);
  for (const [facts, reason] of [
    [['acs:SourceIp=11.0.0.1'], /its condition fails: IpAddress acs:SourceIp does not hold/],
    [[], /its condition fails: IpAddress acs:SourceIp cannot be known/],
  ] as const) {
    const denied = await simulate(...there, ...facts);
    assert.equal(denied.status, 1);
    assert.match(denied.stdout, /may not .*no statement allows it \(ImplicitDeny\)/);
    assert.match(denied.stdout, reason);
  }
  assert.equal((await simulate('--root', ...revoke)).status, 0);

  const refused = await call(url, 'CreateRevokeClientCertificate', { Identifier: 'x' }, { key: alice });
  const [requestId = ''] = await logged(service, refused);
  for (const command of [
    ['access', 'simulate', '--request-id', requestId],
    ['log', '--explain', '--request-id', requestId.toLowerCase()],
  ]) {
    const explained = await certitude(command, environment);
    assert.equal(explained.status, 1, explained.stderr);
    assert.match(explained.stdout, /No statement of a policy of acs:ram::\d+:user\/alice allowed it/);
    assert.match(explained.stdout, /now it would be the same/);
    assert.match(explained.stdout, /IpAddress acs:SourceIp does not hold; Bool acs:SecureTransport does not hold/);
  }
  await operator(service, 'access', 'attach', 'AliyunYundunCertFullAccess', 'alice');
  const changed = await certitude(['log', '--explain', '--request-id', requestId, '--json'], environment);
  assert.equal(changed.status, 0);
  const { line, now } = JSON.parse(changed.stdout);
  assert.deepEqual(
    [line.decision, now.decision, now.by.policy],
    ['ImplicitDeny', 'Allow', 'AliyunYundunCertFullAccess'],
  );

  // People count from one, programs from zero.
  await attachPolicy(service, 'nobody', 'alice');
  const denied = await call(url, 'ListCert', {}, { key: alice });
  const lineOf = ['log', '--request-id', ...(await logged(service, denied))];
  assert.match((await operator(service, ...lineOf)).stdout, /NoPermission ExplicitDeny by statement 1 of nobody /);
  assert.equal(JSON.parse((await operator(service, ...lineOf, '--json')).stdout).statement, 0);
  assert.match(
    (await certitude([...lineOf, '--explain'], environment)).stdout,
    /\nIt was denied to acs:ram::\d+:user\/alice by statement 1 of nobody\.\n/,
  );
  const byRoot = await call(url, 'ListCert', {});
  const explained = ['log', '--explain', '--request-id', ...(await logged(service, byRoot))];
  assert.match((await operator(service, ...explained)).stdout, /\nIt was answered; the root owns the account\.\n/);

  const unsigned = await call(url, 'ListCert', {}, { key: { ...alice, accessKeySecret: 'wrong' } });
  const told = await operator(service, 'log', '--explain', '--request-id', ...(await logged(service, unsigned)));
  assert.match(told.stdout, /It did not come to policies; .* the access key LTAI\w+, which was not proven/);

  for (const [args, status, message] of [
    [['--user', 'alice'], 64, /--action/],
    [['--user', 'nobody', ...revoke], 64, /no acs:ram::\d+:user\/nobody/],
    [['--user', 'alice', '--root', ...revoke], 64, /one of --user/],
    [['--action', 'yundun-cert:Nothing'], 64, /no operation "yundun-cert:Nothing"/],
    [[...revoke, '--context', 'acs:Weather=fine'], 64, /acs:Weather/],
    [[...revoke, '--context', 'acs:CurrentTime=noon'], 64, /acs:CurrentTime/],
    [[...revoke, '--context', 'acs:CurrentTime=2026'], 64, /acs:CurrentTime/],
    [[...revoke, '--context', 'acs:CurrentTime=2026-02-30T00:00:00Z'], 64, /acs:CurrentTime/],
    [[...revoke, '--context', 'acs:SourceIp=10.0.0.999'], 64, /acs:SourceIp/],
    [['--request-id', 'none'], 65, /no call with the request id "none"/],
    [['--request-id', requestId, ...revoke], 64, /leave the other options out/],
  ] as const) {
    const wrong = await simulate(...args);
    assert.deepEqual([wrong.status, wrong.stdout], [status, ''], args.join(' '));
    assert.match(wrong.stderr, message);
  }
});
