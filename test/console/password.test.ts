// Signing in by name and password over the socket: what is told to whom, codes, what has to be done first, and locking out.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { followed } from '../journeys/operator.ts';
import { certitude, rootKey, type Service, startService } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { askingConsole, type ConsoleAnswer, sessionHeaders } from './asking-console.ts';
import { codeOf } from './authenticator-app.ts';

const ram = { common: { Version: '2015-05-01' } };
const password = 'correct-Horse-42-battery';
const other = 'another-Horse-43-battery';

async function start(t: TestContext) {
  const service = await startWithin(t);
  return { service, ...(await usersOf(service)) };
}

async function usersOf(service: Pick<Service, 'url'>) {
  const ask = askingConsole(service);
  const asRoot = async (action: string, parameters: Record<string, string>) => {
    const { status, text } = await call(service.url, action, parameters, ram);
    assert.equal(status, 200, text);
    return JSON.parse(text);
  };
  const account = String((await ask('POST', 'session', { body: rootKey })).body['account']);
  const makeUser = async (name: string, login: Record<string, string> = {}) => {
    await asRoot('CreateUser', { UserName: name });
    await asRoot('CreateLoginProfile', { UserName: name, Password: password, ...login });
  };
  const signIn = (name: string, more: object = {}) =>
    ask('POST', 'session/user', { body: { userName: `${name}@${account}`, password, ...more } });
  return { ask, asRoot, account, makeUser, signIn };
}

const code = ({ body }: ConsoleAnswer) => body['Code'];

/** A new device, bound with its codes of the step before and of now. @returns its seed, and the code that was used last. */
async function bindDevice(
  url: string,
  VirtualMFADeviceName: string,
  UserName: string,
): Promise<{ seed: string; used: string }> {
  const made = await call(url, 'CreateVirtualMFADevice', { VirtualMFADeviceName }, ram);
  const { SerialNumber, Base32StringSeed: seed } = JSON.parse(made.text).VirtualMFADevice;
  const codes = { AuthenticationCode1: codeOf(seed, -1), AuthenticationCode2: codeOf(seed) };
  const bound = await call(url, 'BindMFADevice', { SerialNumber, UserName, ...codes }, ram);
  assert.equal(bound.status, 200, bound.text);
  return { seed, used: codes.AuthenticationCode2 };
}

test('a user signs in by name and password', async (t) => {
  const service = await startService(t);
  const { ask, asRoot, account, makeUser, signIn } = await usersOf(service);
  await makeUser('alice');
  await asRoot('CreateUser', { UserName: 'nologin' });

  await t.test('as itself, and its last sign-in is known from then on', async () => {
    assert.equal((await asRoot('GetUser', { UserName: 'alice' })).User.LastLoginDate, '');
    const answer = await signIn('alice');
    assert.equal(answer.status, 200);
    assert.equal(answer.body['principal'], `acs:ram::${account}:user/alice`);
    assert.equal(answer.body['mfaPresent'], false);
    assert.ok(!JSON.stringify(answer.body).includes(password));
    assert.notEqual((await asRoot('GetUser', { UserName: 'alice' })).User.LastLoginDate, '');
  });

  await t.test('by the alias of the account, and as the vendor’s console writes it', async () => {
    await asRoot('SetAccountAlias', { AccountAlias: 'ex-ample' });
    for (const domain of ['ex-ample', 'EX-AMPLE', 'ex-ample.onaliyun.com', `${account}.onaliyun.com`]) {
      const answer = await ask('POST', 'session/user', { body: { userName: `alice@${domain}`, password } });
      assert.equal(answer.status, 200, domain);
    }
  });

  await t.test('the refusal is the same for no user, no login, no account and another password', async () => {
    const names = [
      `alice@${account}`,
      `nobody@${account}`,
      `nologin@${account}`,
      'alice@1000000000000000',
      'alice',
      '@',
    ];
    const answers = await Promise.all(
      names.map((userName) => ask('POST', 'session/user', { body: { userName, password: 'wrong' } })),
    );
    for (const { status, body } of answers) {
      const { RequestId: _, ...said } = body;
      assert.equal(status, 401);
      assert.deepEqual(said, { Code: 'SignInRefused', Message: answers[0]?.body['Message'] });
    }
  });

  await t.test('a renamed user is called by its new name, in the session it has', async () => {
    const { AccessKey: made } = await asRoot('CreateAccessKey', { UserName: 'alice' });
    const key = { accessKeyId: made.AccessKeyId, accessKeySecret: made.AccessKeySecret };
    const opened = [await signIn('alice'), await ask('POST', 'session', { body: key })];
    for (const [UserName, NewUserName] of [
      ['alice', 'alicia'],
      ['alicia', 'alice'],
    ] as const) {
      await asRoot('UpdateUser', { UserName, NewUserName });
      for (const session of opened) {
        const { body } = await ask('GET', 'session', { headers: sessionHeaders(session) });
        assert.equal(body['displayName'], `${NewUserName}@${account}`);
        assert.equal(body['principal'], `acs:ram::${account}:user/${NewUserName}`);
      }
    }
  });

  await t.test('a session ends when the password is changed, and when the user can no longer sign in', async () => {
    for (const end of ['UpdateLoginProfile', 'DeleteLoginProfile']) {
      const headers = sessionHeaders(await signIn('alice', end === 'UpdateLoginProfile' ? {} : { password: other }));
      assert.equal((await ask('GET', 'session', { headers })).status, 200);
      await asRoot(end, { UserName: 'alice', ...(end === 'UpdateLoginProfile' && { Password: other }) });
      assert.equal((await ask('GET', 'session', { headers })).status, 401, end);
    }
  });

  await t.test('no password gets into log or files', async () => {
    assert.ok(!service.output().includes(password));
  });
});

test('whoever proves a password that is replaced meanwhile has no session', async (t) => {
  const { ask, asRoot, makeUser, signIn } = await start(t);
  await makeUser('judy');
  // Hashed one after the other: the new password is kept while the old one is still being checked.
  const replaced = asRoot('UpdateLoginProfile', { UserName: 'judy', Password: other });
  const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('judy')));
  await replaced;
  for (const answer of answers.filter(({ status }) => status === 200)) {
    assert.equal((await ask('GET', 'session', { headers: sessionHeaders(answer) })).status, 401);
  }
  assert.equal((await signIn('judy', { password: other })).status, 200);
});

test('who has an MFA device needs a code of it, each once', async (t) => {
  const service = await startService(t);
  const { account, makeUser, signIn } = await usersOf(service);
  await makeUser('bob');
  const { seed, used } = await bindDevice(service.url, 'phone', 'bob');

  assert.equal(code(await signIn('bob')), 'MfaCodeRequired');
  assert.equal(code(await signIn('bob', { password: 'wrong' })), 'SignInRefused', 'only to who knows the password');
  assert.equal(code(await signIn('bob', { code: used })), 'MfaCodeRefused', 'it bound the device');
  const sent = codeOf(seed, 1);
  const [first, second] = await Promise.all([signIn('bob', { code: sent }), signIn('bob', { code: sent })]);
  assert.deepEqual([first.status, second.status].sort(), [200, 401], 'one of two at once');
  const session = first.status === 200 ? first : second;
  assert.equal(session.body['mfaPresent'], true);
  assert.equal(code(await signIn('bob', { code: sent })), 'MfaCodeRefused', 'used');

  await service.kill('SIGKILL');
  const again = await startService(t, { dataDir: service.dataDir });
  const askAgain = askingConsole(again);
  const signInAgain = (userCode: string | undefined) =>
    askAgain('POST', 'session/user', {
      body: { userName: `bob@${account}`, password, ...(userCode && { code: userCode }) },
    });

  await t.test('also after a kill -9', async () => {
    assert.equal(code(await signInAgain(sent)), 'MfaCodeRefused');
  });

  await t.test('policies know it: acs:MFAPresent', async () => {
    const statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'acs:MFAPresent': 'true' } },
    };
    const PolicyDocument = JSON.stringify({ Version: '1', Statement: [statement] });
    for (const [action, parameters] of [
      ['CreatePolicy', { PolicyName: 'with-mfa', PolicyDocument }],
      ['AttachPolicyToUser', { PolicyName: 'with-mfa', PolicyType: 'Custom', UserName: 'bob' }],
    ] as const) {
      assert.equal((await call(again.url, action, parameters, ram)).status, 200);
    }
    const status = async (userCode: string | undefined) => {
      const opened = await signInAgain(userCode);
      assert.equal(opened.status, 200, JSON.stringify(opened.body));
      const { body } = await askAgain('POST', 'call', {
        headers: sessionHeaders(opened),
        body: { version: '2020-06-30', action: 'ListCert', parameters: {} },
      });
      return body['status'];
    };
    await call(again.url, 'UnbindMFADevice', { UserName: 'bob' }, ram);
    const { seed: otherSeed } = await bindDevice(again.url, 'tablet', 'bob');
    assert.equal(await status(codeOf(otherSeed, 1)), 200);
    await call(again.url, 'UnbindMFADevice', { UserName: 'bob' }, ram);
    assert.equal(await status(undefined), 403);
  });
});

test('what is owed is done before anything else', async (t) => {
  const { ask, asRoot, makeUser, signIn } = await start(t);
  await makeUser('carol', { PasswordResetRequired: 'true', MFABindRequired: 'true' });
  const opened = await signIn('carol');
  assert.equal(opened.body['owes'], 'change-password');
  const headers = sessionHeaders(opened);
  const aCall = { version: '2020-06-30', action: 'ListCert', parameters: {} };

  await t.test('another password, of those the policy takes', async () => {
    assert.equal(code(await ask('POST', 'call', { headers, body: aCall })), 'PasswordChangeRequired');
    assert.equal(code(await ask('GET', 'catalog', { headers })), 'PasswordChangeRequired');
    assert.equal(code(await ask('POST', 'session/mfa-seed', { headers, body: {} })), 'NotRequired');
    const choose = (newPassword: string) => ask('POST', 'session/password', { headers, body: { newPassword } });
    assert.equal(code(await choose('short')), 'InvalidParameter.NewPassword.TooWeak');
    assert.equal(code(await choose(password)), 'InvalidParameter.NewPassword');
    const changed = await choose(other);
    assert.equal(changed.status, 200);
    assert.equal(changed.body['owes'], 'bind-mfa-device');
    assert.equal((await ask('GET', 'session', { headers })).status, 401, 'the session of before has ended');
    assert.equal(code(await signIn('carol')), 'SignInRefused', 'and so has the password');
    Object.assign(headers, sessionHeaders(changed));
  });

  await t.test('an MFA device, which is there once two codes prove it', async () => {
    assert.equal(code(await ask('POST', 'call', { headers, body: aCall })), 'MfaDeviceRequired');
    const { body } = await ask('POST', 'session/mfa-seed', { headers, body: {} });
    const seed = String(body['seed']);
    assert.equal((await ask('POST', 'session/mfa-seed', { headers, body: {} })).body['seed'], seed);
    assert.match(String(body['qrCode']), /^iVBORw0KGgo/);
    const bind = (code1: string, code2: string) =>
      ask('POST', 'session/mfa-device', { headers, body: { code1, code2 } });
    const same = codeOf(seed);
    assert.equal(code(await bind(same, same)), 'CheckAuthenticationCodeFail');
    assert.deepEqual((await asRoot('ListVirtualMFADevices', {})).VirtualMFADevices.VirtualMFADevice, []);
    const userCode = codeOf(seed);
    const bound = await bind(codeOf(seed, -1), userCode);
    assert.equal(bound.status, 200);
    assert.equal(bound.body['owes'], undefined);
    assert.equal(bound.body['mfaPresent'], true);
    assert.equal((await ask('POST', 'call', { headers: sessionHeaders(bound), body: aCall })).body['status'], 403);
    assert.equal(code(await signIn('carol', { password: other, code: userCode })), 'MfaCodeRefused', 'it was used');
  });
});

test('as many wrong passwords as the policy allows lock a user out, at once as well as one by one', async (t) => {
  const { asRoot, makeUser, signIn } = await start(t);
  await makeUser('dave');
  await makeUser('erin');
  await asRoot('SetPasswordPolicy', { MaxLoginAttemps: '3' });
  const wrong = { password: 'wrong' };
  for (const name of ['dave', 'nobody']) {
    assert.equal((await signIn(name, wrong)).status, 401);
    assert.equal((await signIn(name, wrong)).status, 401);
    if (name === 'dave') {
      assert.equal((await signIn(name)).status, 200, 'a right one is the end of it');
      await signIn(name, wrong);
      await signIn(name, wrong);
    }
    assert.equal((await signIn(name, wrong)).status, 401);
    const locked = await signIn(name);
    assert.equal(locked.status, 429, name);
    assert.ok(Number(locked.headers.get('retry-after')) > 3500);
    // Nine failures of this address in this minute; the tenth is left for the next user.
  }
  assert.equal((await signIn('erin')).status, 200);
});

test('many guesses at once get no further than one after the other', async (t) => {
  const { makeUser, signIn } = await start(t);
  await makeUser('dave');
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn('dave', { password: 'wrong' })));
  assert.equal(answers.filter(({ status }) => status === 401).length, 5);
  assert.equal(answers.filter(({ status }) => status === 429).length, 15);
});

test('ChangePassword lets nobody guess the password so far', async (t) => {
  const { service, asRoot, makeUser } = await start(t);
  await makeUser('frank');
  await asRoot('AttachPolicyToUser', { PolicyName: 'AdministratorAccess', PolicyType: 'System', UserName: 'frank' });
  const { AccessKey: key } = await asRoot('CreateAccessKey', { UserName: 'frank' });
  const change = (OldPassword: string) =>
    call(
      service.url,
      'ChangePassword',
      { OldPassword, NewPassword: other },
      {
        ...ram,
        key: { accessKeyId: key.AccessKeyId, accessKeySecret: key.AccessKeySecret },
      },
    );
  for (let guess = 0; guess < 5; guess++) {
    assert.equal(JSON.parse((await change('wrong-password')).text).Code, 'InvalidParameter.OldPassword');
  }
  const refused = await change(password);
  assert.equal(JSON.parse(refused.text).Code, 'Throttling.User');
});

test('another password, given by an administrator, lifts a lockout', async (t) => {
  const { service, asRoot, makeUser, signIn } = await start(t);
  await makeUser('grace');
  await asRoot('AttachPolicyToUser', { PolicyName: 'AdministratorAccess', PolicyType: 'System', UserName: 'grace' });
  await asRoot('SetPasswordPolicy', { MaxLoginAttemps: '3' });
  const { AccessKey: made } = await asRoot('CreateAccessKey', { UserName: 'grace' });
  const key = { accessKeyId: made.AccessKeyId, accessKeySecret: made.AccessKeySecret };
  const change = async (OldPassword: string) => {
    const passwords = { OldPassword, NewPassword: other };
    return JSON.parse((await call(service.url, 'ChangePassword', passwords, { ...ram, key })).text).Code;
  };
  const wrong = { password: 'wrong' };
  const isLocked = async () => {
    assert.equal((await signIn('grace')).status, 429);
    assert.equal(await change(password), 'Throttling.User');
  };

  // Wrong ones count together, wherever they are given.
  await signIn('grace', wrong);
  await signIn('grace', wrong);
  assert.equal(await change('wrong-password'), 'InvalidParameter.OldPassword');
  await isLocked();
  await asRoot('UpdateUser', { UserName: 'grace', NewUserName: 'grace2' });
  assert.equal((await signIn('grace2')).status, 429, 'another name lifts nothing');
  await asRoot('UpdateUser', { UserName: 'grace2', NewUserName: 'grace' });
  await asRoot('UpdateLoginProfile', { UserName: 'grace', MFABindRequired: 'false' });
  await isLocked();
  await asRoot('UpdateLoginProfile', { UserName: 'grace', Password: other });
  assert.equal((await signIn('grace', { password: other })).status, 200);

  for (let guess = 0; guess < 3; guess++) await signIn('grace', wrong);
  await isLocked();
  await asRoot('DeleteLoginProfile', { UserName: 'grace' });
  await asRoot('CreateLoginProfile', { UserName: 'grace', Password: password });
  assert.equal((await signIn('grace')).status, 200);
});

test('a user signs in from the networks of its account alone', async (t) => {
  const { asRoot, makeUser, signIn } = await start(t);
  await makeUser('heidi');
  await asRoot('SetSecurityPreference', { LoginNetworkMasks: '192.0.2.0/24' });
  assert.equal(code(await signIn('heidi')), 'SignInRefused');
  await asRoot('SetSecurityPreference', { LoginNetworkMasks: '192.0.2.0/24;127.0.0.0/8', LoginSessionDuration: '1' });
  const { status, body } = await signIn('heidi');
  assert.equal(status, 200);
  assert.ok(Date.parse(String(body['expires'])) <= Date.now() + 3600_000);
});

const linkIn = (text: string) => /#link=([0-9a-f]{64})/.exec(text)?.[1] ?? '';

async function makeLink(service: Pick<Service, 'url' | 'environment'>): Promise<string> {
  const { status, stdout, stderr } = await certitude(['console', 'link'], service.environment);
  assert.equal(status, 0, stderr);
  assert.match(stdout, new RegExp(`^${service.url}/console/#link=`));
  return linkIn(stdout);
}

test('a link signs the operator in once, as root', async (t) => {
  const { CERTITUDE_ROOT_ACCESS_KEY_ID: _, ...automated } = { CERTITUDE_ROOT_ACCESS_KEY_ID: '' };
  const service = await startService(t, {
    environment: { ...automated, CERTITUDE_ROOT_ACCESS_KEY_ID: '', CERTITUDE_ROOT_ACCESS_KEY_SECRET: '' },
  });
  const ask = askingConsole(service);
  const signIn = (token: string) => ask('POST', 'session/link', { body: { token } });

  await t.test('the first start prints one, and no file has it', async () => {
    const token = linkIn(await service.printed(/#link=\S+\s/));
    assert.notEqual(token, '');
    const { status, stdout } = await certitude(['log', '--json'], service.environment);
    assert.equal(status, 0);
    assert.ok(!stdout.includes(token));
    const [one, two] = await Promise.all([signIn(token), signIn(token)]);
    assert.deepEqual([one.status, two.status].sort(), [200, 401], 'one of two at once');
    assert.match(String((one.status === 200 ? one : two).body['principal']), /:root$/);
    assert.equal((await signIn(token)).body['Code'], 'LinkRefused');
    assert.equal(service.output().split(token).length, 2, 'printed once');
  });

  await t.test('the operator can have another, and the last one made counts', async () => {
    const first = await makeLink(service);
    const second = await makeLink(service);
    await followed(service);
    assert.equal((await signIn(first)).status, 401);
    assert.equal((await signIn(second)).status, 200);
  });

  await t.test('what is no token is refused, and not for ever', async () => {
    const statuses: number[] = [];
    while (statuses.length < 12) statuses.push((await signIn('0'.repeat(64))).status);
    assert.equal(statuses[0], 401);
    assert.equal(statuses.at(-1), 429);
  });
});

test('where the key came from the environment, no link is printed', async (t) => {
  const service = await startService(t);
  assert.equal(linkIn(service.output()), '');
});
