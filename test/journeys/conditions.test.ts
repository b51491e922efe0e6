// What policies may ask about a call, asked through the socket, straight and behind a proxy.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certitude, temporaryFolder } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { encodeForm, type Reply, send, signedParameters } from './signed-request.ts';
import { attachPolicy, makeUser, putPolicy } from './users.ts';

const statusCall = 'DescribeClientCertificateStatusForSerialNumber';

type Headers = Record<string, string>;

test('conditions on address, TLS, time and agent are judged by what the proxy in front tells', async (t) => {
  const service = await startWithin(t, { CERTITUDE_TRUSTED_PROXIES: '127.0.0.1, ::1' });
  const key = await makeUser(service, 'asker');
  const ask = (headers: Headers): Promise<Reply> => {
    const form = encodeForm(signedParameters(statusCall, { SerialNumber: '0a' }, { key }));
    return send(`${service.url}/?${form}`, { headers });
  };
  const allowIf = async (Condition: object) => {
    await putPolicy(service, 'p', { Effect: 'Allow', Action: '*', Resource: '*', Condition });
  };
  await putPolicy(service, 'p', { Effect: 'Deny', Action: '*', Resource: '*' });
  await attachPolicy(service, 'p', 'asker');
  const expect = async (cases: readonly (readonly [headers: Headers, status: number])[]) => {
    for (const [headers, status] of cases) {
      assert.equal((await ask(headers)).status, status, JSON.stringify(headers));
    }
  };

  await allowIf({ IpAddress: { 'acs:SourceIp': ['192.0.2.0/24', '2001:db8::/64'] } });
  await expect([
    [{ 'x-forwarded-for': '192.0.2.200' }, 200],
    [{ 'x-forwarded-for': '::ffff:192.0.2.200' }, 200],
    [{ 'x-forwarded-for': '2001:db8::77, 127.0.0.1' }, 200],
    [{ 'x-forwarded-for': '192.0.2.1, 198.51.100.1' }, 403],
    [{ 'x-forwarded-for': '2001:db8:0:1::77' }, 403],
    [{ 'x-forwarded-for': 'nonsense' }, 403],
    [{}, 403],
  ]);

  await allowIf({ NotIpAddress: { 'acs:SourceIp': '192.0.2.0/24' } });
  await expect([
    [{ 'x-forwarded-for': '198.51.100.1' }, 200],
    [{ 'x-forwarded-for': '192.0.2.200' }, 403],
    [{ 'x-forwarded-for': 'nonsense' }, 403],
  ]);

  await allowIf({ Bool: { 'acs:SecureTransport': 'true' } });
  await expect([
    [{ 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }, 200],
    [{ 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' }, 403],
    [{ 'x-forwarded-for': '192.0.2.1' }, 403],
    [{ 'x-forwarded-proto': 'https' }, 403],
  ]);

  await allowIf({ StringLike: { 'acs:UserAgent': 'deploy/*' } });
  await expect([
    [{ 'user-agent': 'deploy/1.0' }, 200],
    [{ 'user-agent': 'Deploy/1.0' }, 403],
  ]);

  const at = (offsetSeconds: number) => `${new Date(Date.now() + offsetSeconds * 1000).toISOString().slice(0, 19)}Z`;
  await allowIf({ DateLessThan: { 'acs:CurrentTime': at(3600) }, DateGreaterThan: { 'acs:CurrentTime': at(-3600) } });
  await expect([[{}, 200]]);
  await allowIf({ DateLessThan: { 'acs:CurrentTime': at(-3600) } });
  await expect([[{}, 403]]);
});

test('without trusted proxies the headers of one change nothing', async (t) => {
  const service = await startWithin(t);
  const key = await makeUser(service, 'asker');
  await putPolicy(service, 'p', {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { IpAddress: { 'acs:SourceIp': '192.0.2.0/24' } },
  });
  await attachPolicy(service, 'p', 'asker');
  const form = encodeForm(signedParameters(statusCall, { SerialNumber: '0a' }, { key }));
  const reply = await send(`${service.url}/?${form}`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
  assert.deepEqual([reply.status, reply.body['Code']], [403, 'NoPermission']);
});

test('trusted proxies that are no addresses stop the start, with the setting named', async (t) => {
  const { status, stderr } = await certitude(['serve', '--quickstart'], {
    CERTITUDE_DATA_DIR: temporaryFolder(t),
    CERTITUDE_TRUSTED_PROXIES: '10.0.0.0/8, proxy.example',
  });
  assert.equal(status, 64);
  assert.match(stderr, /CERTITUDE_TRUSTED_PROXIES must list addresses or CIDR blocks, not "proxy.example"/);
});
