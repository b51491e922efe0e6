// The console's session over the socket: proven once, tied to the key, out of reach of other sites.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { followed } from '../journeys/operator.ts';
import { certitude, rootKey } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { attachPolicy, makeUser, putPolicy } from '../journeys/users.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

interface Asking {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

function asker(url: string) {
  return async (method: string, path: string, { body, headers = {} }: Asking = {}): Promise<Answer> => {
    const response = await fetch(`${url}/console/api/${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
}

async function start(t: TestContext, environment: Record<string, string> = {}) {
  const service = await startWithin(t, environment);
  const ask = asker(service.url);
  const signIn = async (key = rootKey) => {
    const answer = await ask('POST', 'session', { body: key });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const headers = { cookie, 'x-certitude-csrf': String(answer.body['csrfToken']) };
    return { answer, cookie, headers };
  };
  return { service, ask, signIn };
}

const statusCall = (serial: string) => ({
  version: '2020-06-30',
  action: 'DescribeClientCertificateStatusForSerialNumber',
  parameters: { SerialNumber: serial },
});

test('a session', async (t) => {
  const { service, ask, signIn } = await start(t);

  await t.test('begins with an access key, whose secret does not come back', async () => {
    const { answer } = await signIn();
    assert.equal(answer.status, 200);
    assert.match(String(answer.body['principal']), /^acs:ram::\d{16}:root$/);
    assert.equal(answer.body['displayName'], `root@${answer.body['account']}`);
    assert.match(answer.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Strict/);
    assert.ok(!JSON.stringify(answer.body).includes(rootKey.accessKeySecret));
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  });

  await t.test('is refused in the same words for an unknown key and a wrong secret', async () => {
    const wrong = await ask('POST', 'session', { body: { ...rootKey, accessKeySecret: 'no' } });
    const unknown = await ask('POST', 'session', { body: { ...rootKey, accessKeyId: 'no' } });
    for (const { status, body } of [wrong, unknown]) {
      assert.equal(status, 401);
      assert.equal(body['Code'], 'SignInRefused');
    }
    assert.equal(wrong.body['Message'], unknown.body['Message']);
  });

  await t.test('is not begun by a form or a page of another site', async () => {
    const form = await fetch(`${service.url}/console/api/session`, {
      method: 'POST',
      body: new URLSearchParams(rootKey),
    });
    assert.equal(form.status, 400);
    const foreign = { body: rootKey, headers: { origin: 'https://attacker.example' } };
    assert.equal((await ask('POST', 'session', foreign)).status, 403);
    assert.equal((await ask('POST', 'session', { body: rootKey, headers: { origin: service.url } })).status, 200);
  });

  await t.test('makes calls as its principal, by the way of signed calls', async () => {
    const { headers } = await signIn();
    const { status, body } = await ask('POST', 'call', { headers, body: statusCall('0123456789abcdef') });
    assert.equal(status, 200);
    assert.equal(body['status'], 200);
    const answer = JSON.parse(String(body['body']));
    assert.deepEqual(answer.CertificateStatus, [
      { SerialNumber: '0123456789abcdef', Status: 'unknown', RevokeTime: 0 },
    ]);
    const { request } = body as { request: { url: string; headers: Record<string, string> } };
    assert.equal(request.url, `${service.url}/`);
    assert.equal(request.headers['x-acs-action'], 'DescribeClientCertificateStatusForSerialNumber');
    assert.equal(request.headers['authorization'], undefined);
  });

  await t.test('answers XML where that is asked for, and refusals as they are', async () => {
    const { headers } = await signIn();
    const xml = await ask('POST', 'call', { headers, body: { ...statusCall('01'), format: 'XML' } });
    assert.match(String(xml.body['body']), /^<\?xml.*<DescribeClientCertificateStatusForSerialNumberResponse>/s);
    const refused = await ask('POST', 'call', { headers, body: { ...statusCall('01'), action: 'Nothing' } });
    assert.equal(refused.status, 200);
    assert.equal(refused.body['status'], 404);
    assert.equal(JSON.parse(String(refused.body['body'])).Code, 'InvalidAction.NotFound');
  });

  await t.test('needs its token for a call, and a page of its own origin', async () => {
    const { cookie, headers } = await signIn();
    const body = statusCall('01');
    const sent: Record<string, Record<string, string>> = {
      'no token': { cookie },
      'another token': { cookie, 'x-certitude-csrf': '0'.repeat(64) },
      'a token of another length': { cookie, 'x-certitude-csrf': '0' },
      'another origin': { ...headers, origin: 'https://attacker.example' },
      'no origin to speak of': { ...headers, origin: 'null' },
      'another site': { ...headers, 'sec-fetch-site': 'cross-site' },
      'another port of this host': { ...headers, 'sec-fetch-site': 'same-site' },
    };
    for (const [what, each] of Object.entries(sent)) {
      assert.equal((await ask('POST', 'call', { headers: each, body })).status, 403, what);
    }
    assert.equal((await ask('POST', 'call', { headers: { 'x-certitude-csrf': '0' }, body })).status, 401, 'no cookie');
  });

  await t.test('ends when it is signed out, and not by a page of another site', async () => {
    const { cookie, headers } = await signIn();
    assert.equal((await ask('DELETE', 'session', { headers: { cookie } })).status, 403);
    assert.equal((await ask('GET', 'session', { headers: { cookie } })).status, 200);
    assert.equal((await ask('DELETE', 'session', { headers })).status, 200);
    assert.equal((await ask('GET', 'session', { headers: { cookie } })).body['Code'], 'NotSignedIn');
  });

  await t.test('is replaced when somebody signs in again in the same browser', async () => {
    const { cookie } = await signIn();
    await ask('POST', 'session', { body: rootKey, headers: { cookie } });
    assert.equal((await ask('GET', 'session', { headers: { cookie } })).status, 401);
  });
});

test('a session ends when its access key is disabled', async (t) => {
  const { service, ask, signIn } = await start(t);
  const access = async (...args: string[]) => {
    const { status, stdout, stderr } = await certitude(['access', ...args], service.environment);
    assert.equal(status, 0, stderr);
    return stdout;
  };
  await access('user', 'create', 'alice');
  const made = JSON.parse(await access('key', 'create', '--user', 'alice', '--json'));
  const key = { accessKeyId: made.accessKeyId, accessKeySecret: made.accessKeySecret };
  await followed(service);
  const signedIn = await signIn(key);
  const { cookie } = signedIn;
  assert.match(String(signedIn.answer.body['displayName']), /^alice@\d{16}$/);
  const denied = await ask('POST', 'call', { headers: signedIn.headers, body: statusCall('01') });
  assert.equal(JSON.parse(String(denied.body['body'])).Code, 'NoPermission');
  await access('key', 'disable', key.accessKeyId);
  await followed(service);
  assert.equal((await ask('GET', 'session', { headers: { cookie } })).status, 401);
});

test('the eleventh failure in a minute has to wait, with the right secret too', async (t) => {
  const { ask, signIn } = await start(t);
  for (let failures = 0; failures < 10; failures++) {
    assert.equal((await ask('POST', 'session', { body: { ...rootKey, accessKeySecret: 'no' } })).status, 401);
  }
  const { answer } = await signIn();
  assert.equal(answer.status, 429);
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d?$/);
});

test('the catalog is for the signed-in, and is sent once', async (t) => {
  const { ask, signIn } = await start(t);
  assert.equal((await ask('GET', 'catalog')).status, 401);
  const { cookie } = await signIn();
  const catalog = await ask('GET', 'catalog', { headers: { cookie } });
  const { products } = catalog.body as { products: { code: string; operations: { name: string }[] }[] };
  const cas = products.find(({ code }) => code === 'cas');
  assert.ok(cas?.operations.some(({ name }) => name === 'DescribeClientCertificateStatusForSerialNumber'));
  const again = { cookie, 'if-none-match': catalog.headers.get('etag') ?? '' };
  assert.equal((await ask('GET', 'catalog', { headers: again })).status, 304);
});

test('a session goes on as its user when the user is given another name', async (t) => {
  const { service, ask, signIn } = await start(t);
  const { accessKeyId, accessKeySecret } = await makeUser(service, 'alice');
  await putPolicy(service, 'p', { Effect: 'Allow', Action: '*', Resource: '*' });
  await attachPolicy(service, 'p', 'alice');
  const { headers } = await signIn({ accessKeyId, accessKeySecret });
  const renaming = { UserName: 'alice', NewUserName: 'alicia' };
  const renamed = await call(service.url, 'UpdateUser', renaming, { common: { Version: '2015-05-01' } });
  assert.equal(renamed.status, 200);
  const { body } = await ask('POST', 'call', { headers, body: statusCall('01') });
  assert.equal(body['status'], 200);
  assert.match(String((await ask('GET', 'session', { headers })).body['principal']), /:user\/alicia$/);
});
