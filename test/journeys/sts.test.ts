// Roles and temporary keys, through the vendor's unmodified clients.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { createAccessKey } from '../../src/access/administration/access-keys.ts';
import { createAccount } from '../../src/access/administration/accounts.ts';
import { operatorActor } from '../../src/app/initialise.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { logged } from './logged.ts';
import { assertRefused } from './refused.ts';
import {
  type Administrator,
  administer,
  assertDenied,
  document,
  refusalOf,
  type StsCaller,
  stsClient,
  trusting,
} from './roles.ts';
import { certitude, rootKey, startService } from './running-service.ts';
import { newSeed, seededRandom } from './seeded-random.ts';
import { type ServiceWithin, startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { type AccessKey, vendorClients } from './vendor-clients.ts';

const identityPolicy = 'AccountLevelIdentityBasedPolicy';

describe('roles', () => {
  const cleanUp: (() => unknown)[] = [];
  let service: ServiceWithin;
  let admin: Administrator;
  let alice: AccessKey;
  let asAlice: StsCaller;
  /** Calls an operation of the certificate service with these keys. */
  const cas = (key: AccessKey, operation = 'ListCert') => call(service.url, operation, {}, { key });
  const may = async (key: AccessKey, operation?: string) => (await cas(key, operation)).status === 200;

  before(async () => {
    service = await startWithin({ after: (work) => cleanUp.push(work as () => unknown) });
    admin = administer(service, service.account);
    alice = await admin.user('alice');
    asAlice = stsClient(service.port, alice);
    await admin.attach('AliyunSTSAssumeRoleAccess', { user: 'alice' });
    await admin.policy('lists', { Action: 'yundun-cert:List*' });
    await admin.role('lister', trusting(admin.arnOf('root')));
    await admin.attach('lists', { role: 'lister' });
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  test('a session that begins another is given an hour for it at most: at 3599, 3600 and not at 3601 seconds', async () => {
    await admin.role('outer', trusting(admin.arnOf('user/alice')), 43_200);
    await admin.attach('AliyunSTSAssumeRoleAccess', { role: 'outer' });
    await admin.role('inner', trusting(admin.arnOf('role/outer')), 43_200);
    const first = await asAlice.keys({ roleArn: admin.roleArn('outer'), durationSeconds: 43_200 });
    const asFirst = stsClient(service.port, first);
    const roleArn = admin.roleArn('inner');
    for (const durationSeconds of [3599, 3600]) await asFirst.keys({ roleArn, durationSeconds });
    const { code } = await refusalOf(asFirst.keys({ roleArn, durationSeconds: 3601 }));
    assert.match(code, /DurationSeconds/);
  });

  test('temporary keys do what the role may and nothing else, with every client and signature', async () => {
    for (const version of [undefined, 'v2'] as const) {
      const key = await stsClient(service.port, alice, version).keys({ roleArn: admin.roleArn('lister') });
      assert.match(key.accessKeyId, /^STS\.[A-Za-z0-9]{20}$/);
      for (const [name, caller] of vendorClients(service.port, key)) {
        assert.deepEqual((await caller('ListCert', {}))['List'], [], name);
        await assert.rejects(caller('DescribeCACertificateCount', {}), /NoPermission|not authorized/, name);
      }
    }
  });

  test('the answer of AssumeRole has all that the client knows', async () => {
    const { credentials, assumedRoleUser } = await asAlice.assume({ roleArn: admin.roleArn('lister') });
    assert.equal(assumedRoleUser?.arn, `${admin.roleArn('lister')}/alice`);
    assert.match(String(assumedRoleUser?.assumedRoleId), /^\d{18}:alice$/);
    const seconds = (Date.parse(String(credentials?.expiration)) - Date.now()) / 1000;
    assert.ok(seconds > 3500 && seconds <= 3600, 'an hour unless something else was asked for');
    assert.match(String(credentials?.expiration), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('a refusal names the session', async () => {
    const key = await asAlice.keys({ roleArn: admin.roleArn('lister'), roleSessionName: 'build.4711@ci' });
    const { status, body } = await cas(key, 'DescribeCACertificateCount');
    const { EncodedDiagnosticMessage, ...detail } = body['AccessDeniedDetail'] as Record<string, string>;
    assert.equal(status, 403);
    assert.deepEqual(detail, {
      AuthAction: 'yundun-cert:DescribeCACertificateCount',
      AuthPrincipalType: 'AssumedRoleUser',
      AuthPrincipalOwnerId: service.account,
      AuthPrincipalDisplayName: 'lister:build.4711@ci',
      NoPermissionType: 'ImplicitDeny',
      PolicyType: identityPolicy,
    });
    assert.match(String(EncodedDiagnosticMessage), /^AQEAAAAA/);
  });

  test('GetCallerIdentity tells the root, a user and a session who they are, whatever their policies say', async () => {
    const { account } = service;
    assert.deepEqual(await stsClient(service.port, rootKey).identity(), {
      identityType: 'Account',
      accountId: account,
      principalId: account,
      userId: account,
      arn: `acs:ram::${account}:root`,
    });
    const silent = await admin.user('silent');
    await admin.policy('nothing', { Effect: 'Deny', Action: '*' });
    await admin.attach('nothing', { user: 'silent' });
    const { principalId, ...user } = await stsClient(service.port, silent).identity();
    assert.match(String(principalId), /^\d{18}$/);
    assert.deepEqual(user, {
      identityType: 'RAMUser',
      accountId: account,
      userId: principalId,
      arn: `acs:ram::${account}:user/silent`,
    });
    const key = await asAlice.keys({ roleArn: admin.roleArn('lister') });
    const { roleId, ...session } = await stsClient(service.port, key).identity();
    assert.deepEqual(session, {
      identityType: 'AssumedRoleUser',
      accountId: account,
      principalId: `${roleId}:alice`,
      arn: `acs:ram::${account}:assumed-role/lister/alice`,
    });
  });

  test('the root of an account cannot assume roles', async () => {
    const asRoot = stsClient(service.port, rootKey);
    const { code, statusCode, message } = await refusalOf(asRoot.keys({ roleArn: admin.roleArn('lister') }));
    assert.deepEqual([code, statusCode], ['NoPermission', 403]);
    assert.match(message, /Roles may not be assumed by root accounts\./);
  });

  test('the policies of the caller and the trust policy of the role must both allow it', async () => {
    const bob = await admin.user('bob');
    const assume = (role: string) => stsClient(service.port, bob).keys({ roleArn: admin.roleArn(role) });
    await admin.role('guarded', trusting(admin.arnOf('user/carol')));
    await assertDenied(assume('lister'), 'ImplicitDeny', identityPolicy);
    await assertDenied(assume('guarded'), 'ImplicitDeny', identityPolicy);

    for (const region of ['*', '']) {
      await admin.policy('two', {
        Action: 'sts:AssumeRole',
        Resource: `acs:ram:${region}:${service.account}:role/guarded`,
      });
      if (region === '*') await admin.attach('two', { user: 'bob' });
      await assertDenied(assume('lister'), 'ImplicitDeny', identityPolicy);
      await assertDenied(assume('guarded'), 'ImplicitDeny', 'AssumeRolePolicy');
    }
    await admin.trust('guarded', trusting([admin.arnOf('user/carol'), admin.arnOf('user/bob')]));
    await assume('guarded');
    await admin.trust(
      'guarded',
      document(
        { Principal: { RAM: admin.arnOf('root') } },
        { Effect: 'Deny', Principal: { RAM: admin.arnOf('user/bob') } },
      ),
    );
    await assertDenied(assume('guarded'), 'ExplicitDeny', 'AssumeRolePolicy');
    await admin.policy('no', { Effect: 'Deny', Action: 'sts:*' });
    await admin.attach('no', { user: 'bob' });
    await assertDenied(assume('guarded'), 'ExplicitDeny', identityPolicy);
  });

  test('a role that is not there', async () => {
    const { code, statusCode } = await refusalOf(asAlice.keys({ roleArn: admin.roleArn('nobody') }));
    assert.deepEqual([code, statusCode], ['EntityNotExist.Role', 404]);
    // In another account it is answered like one that does not trust the caller.
    const elsewhere = await refusalOf(asAlice.keys({ roleArn: 'acs:ram::1234567890123456:role/nobody' }));
    assert.deepEqual(
      [elsewhere.code, elsewhere.statusCode, elsewhere.accessDeniedDetail?.['PolicyType']],
      ['NoPermission', 403, 'AssumeRolePolicy'],
    );
  });

  test('parameters that do not fit are refused with the vendor’s codes', async () => {
    const roleArn = admin.roleArn('lister');
    for (const [wish, code] of [
      [{ roleArn: 'lister' }, 'InvalidParameter.RoleArn'],
      [{ roleArn: `${roleArn}/alice` }, 'InvalidParameter.RoleArn'],
      [{ roleArn, roleSessionName: 'a' }, 'InvalidParameter.RoleSessionName'],
      [{ roleArn, roleSessionName: 'a'.repeat(65) }, 'InvalidParameter.RoleSessionName'],
      [{ roleArn, roleSessionName: 'a b' }, 'InvalidParameter.RoleSessionName'],
      [{ roleArn, externalId: 'a' }, 'InvalidParameter.ExternalId'],
      [{ roleArn, externalId: 'a'.repeat(1225) }, 'InvalidParameter.ExternalId'],
      [{ roleArn, externalId: 'a b' }, 'InvalidParameter.ExternalId'],
      [{ roleArn, policy: '{}' }, 'InvalidParameter.PolicyGrammar'],
      [{ roleArn, policy: trusting(roleArn) }, 'InvalidParameter.PolicyGrammar'],
    ] as const) {
      const refused = await refusalOf(asAlice.keys(wish));
      assert.deepEqual([refused.code, refused.statusCode], [code, 400], JSON.stringify(wish));
    }
    for (const name of ['RoleArn', 'RoleSessionName']) {
      const parameters = { RoleArn: roleArn, RoleSessionName: 'alice', [name]: undefined };
      const common = { ...parameters, Version: '2015-04-01' };
      assertRefused(await call(service.url, 'AssumeRole', {}, { key: alice, common }), 400, `Missing${name}`);
    }
  });

  for (const [what, most] of [
    ['the shortest maximum', 3600],
    ['the longest', 43_200],
  ] as const) {
    test(`a session lasts from 900 seconds to what the role allows: ${what}`, async () => {
      const role = `lasts-${most}`;
      await admin.role(role, trusting(admin.arnOf('root')), most);
      for (const [durationSeconds, isAllowed] of [
        [899, false],
        [900, true],
        [901, true],
        [most - 1, true],
        [most, true],
        [most + 1, false],
      ] as const) {
        const attempt = asAlice.assume({ roleArn: admin.roleArn(role), durationSeconds });
        if (!isAllowed) {
          assert.equal((await refusalOf(attempt)).code, 'InvalidParameter.DurationSeconds', String(durationSeconds));
          continue;
        }
        const { credentials } = await attempt;
        const seconds = (Date.parse(String(credentials?.expiration)) - Date.now()) / 1000;
        assert.ok(seconds <= durationSeconds && seconds > durationSeconds - 60, String(durationSeconds));
      }
    });
  }

  test('a session policy has at most 2,048 characters', async () => {
    const roleArn = admin.roleArn('lister');
    const policy = document({ Action: 'yundun-cert:*' });
    for (const length of [2047, 2048]) {
      const key = await asAlice.keys({ roleArn, policy: policy.padEnd(length) });
      assert.ok(await may(key));
    }
    const { code } = await refusalOf(asAlice.keys({ roleArn, policy: policy.padEnd(2049) }));
    assert.equal(code, 'InvalidParameter.PolicySize');
  });

  test('a session may do what both the role and its own policy allow, and an explicit Deny in either wins', async () => {
    await admin.role('both', trusting(admin.arnOf('root')));
    await admin.policy(
      'role-part',
      { Action: ['yundun-cert:List*', 'yundun-cert:DescribeCACertificateCount'] },
      { Effect: 'Deny', Action: 'yundun-cert:ListRevokeCertificate' },
    );
    await admin.attach('role-part', { role: 'both' });
    const policy = document(
      { Action: ['yundun-cert:List*', 'yundun-cert:Get*'] },
      { Effect: 'Deny', Action: 'yundun-cert:ListClientCertificate' },
    );
    const key = await asAlice.keys({ roleArn: admin.roleArn('both'), policy });
    const outcome = async (operation: string) => {
      const { status, body } = await cas(key, operation);
      const { NoPermissionType, PolicyType } = (body['AccessDeniedDetail'] ?? {}) as Record<string, string>;
      return status === 200 ? 'allowed' : [NoPermissionType, PolicyType].join(' by ');
    };
    assert.equal(await outcome('ListCert'), 'allowed');
    assert.equal(await outcome('DescribeCACertificateCount'), 'ImplicitDeny by SessionPolicy');
    assert.equal(await outcome('GetCAInstanceStatus'), `ImplicitDeny by ${identityPolicy}`);
    assert.equal(await outcome('DescribeCACertificateList'), 'ImplicitDeny by SessionPolicy', 'neither allows');
    assert.equal(await outcome('ListClientCertificate'), 'ExplicitDeny by SessionPolicy');
    assert.equal(await outcome('ListRevokeCertificate'), `ExplicitDeny by ${identityPolicy}`);

    const everything = await asAlice.keys({ roleArn: admin.roleArn('both'), policy: document({ Action: '*' }) });
    assert.equal(await may(everything, 'DescribeCACertificateList'), false, 'a session policy gives nothing');
  });

  test('what is attached to the role or taken from it counts for the next call of its sessions', async () => {
    await admin.role('changing', trusting(admin.arnOf('root')));
    const key = await asAlice.keys({ roleArn: admin.roleArn('changing') });
    for (let round = 0; round < 3; round++) {
      assert.equal(await may(key), false);
      await admin.attach('lists', { role: 'changing' });
      assert.equal(await may(key), true);
      await admin.detach('lists', { role: 'changing' });
    }
    assert.equal(await may(key), false);
  });

  test('the sessions of a deleted role are over, also when there is another role of its name', async () => {
    await admin.role('passing', trusting(admin.arnOf('root')));
    await admin.attach('lists', { role: 'passing' });
    const key = await asAlice.keys({ roleArn: admin.roleArn('passing') });
    assert.ok(await may(key));
    await admin.detach('lists', { role: 'passing' });
    await admin.removeRole('passing');
    assertRefused(await cas(key), 404, 'InvalidAccessKeyId.NotFound', /role .* is gone/);
    await admin.role('passing', trusting(admin.arnOf('root')));
    await admin.attach('lists', { role: 'passing' });
    assertRefused(await cas(key), 404, 'InvalidAccessKeyId.NotFound', /role .* is gone/);
    assert.ok(await may(await asAlice.keys({ roleArn: admin.roleArn('passing') })));
  });

  test('a session may assume a further role, by the name of its own', async () => {
    await admin.role('second', trusting(admin.roleArn('first')));
    await admin.attach('lists', { role: 'second' });
    await admin.role('first', trusting(admin.arnOf('root')));
    await assertDenied(asAlice.keys({ roleArn: admin.roleArn('second') }), 'ImplicitDeny', 'AssumeRolePolicy');
    const first = stsClient(service.port, await asAlice.keys({ roleArn: admin.roleArn('first') }));
    await assertDenied(first.keys({ roleArn: admin.roleArn('second') }), 'ImplicitDeny', identityPolicy);
    await admin.attach('AliyunSTSAssumeRoleAccess', { role: 'first' });
    const second = await first.keys({ roleArn: admin.roleArn('second'), roleSessionName: 'onward' });
    assert.ok(await may(second));
    assert.match(String((await stsClient(service.port, second).identity())['arn']), /:assumed-role\/second\/onward$/);
    const narrowed = await asAlice.keys({
      roleArn: admin.roleArn('first'),
      policy: document({ Action: 'yundun-cert:*' }),
    });
    await assertDenied(
      stsClient(service.port, narrowed).keys({ roleArn: admin.roleArn('second') }),
      'ImplicitDeny',
      'SessionPolicy',
    );
  });

  describe('of another account', () => {
    let theirs: Administrator;
    let partner: AccessKey;
    let partnersRoot: AccessKey;
    before(async () => {
      const { administration } = service.services;
      const account: AccountId = await createAccount({ actor: operatorActor(), name: 'partner' }, administration);
      theirs = administer(service, account);
      partnersRoot = await createAccessKey({ actor: operatorActor(), account }, administration);
      partner = await theirs.user('partner');
      await theirs.attach('AliyunSTSAssumeRoleAccess', { user: 'partner' });
    });

    test('can be assumed by whom their trust policy names, and act in their account', async () => {
      await admin.role('for-partner', trusting(theirs.arnOf('root')));
      await admin.attach('lists', { role: 'for-partner' });
      const key = await stsClient(service.port, partner).keys({ roleArn: admin.roleArn('for-partner') });
      assert.equal((await stsClient(service.port, key).identity())['accountId'], service.account);
      assert.ok(await may(key));
      await assertDenied(asAlice.keys({ roleArn: admin.roleArn('for-partner') }), 'ImplicitDeny', 'AssumeRolePolicy');
      const { code } = await refusalOf(
        stsClient(service.port, partnersRoot).keys({ roleArn: admin.roleArn('for-partner') }),
      );
      assert.equal(code, 'NoPermission');
    });

    test('answer the same whether they do not trust the caller or are not there', async () => {
      const told = async (role: string) => {
        const refusal = await refusalOf(stsClient(service.port, partner).keys({ roleArn: admin.roleArn(role) }));
        const { EncodedDiagnosticMessage, ...detail } = refusal.accessDeniedDetail ?? {};
        const [message] = refusal.message.split(' request id');
        return {
          code: refusal.code,
          status: refusal.statusCode,
          message,
          detail,
          size: EncodedDiagnosticMessage?.length,
        };
      };
      assert.deepEqual(await told('lister'), await told('nobody'));
    });

    test('want the external id of their trust policy, and no other', async () => {
      await admin.role(
        'with-id',
        trusting(theirs.arnOf('user/partner'), { Condition: { StringEquals: { 'sts:ExternalId': 'contract-7' } } }),
      );
      const assume = (externalId?: string) =>
        stsClient(service.port, partner).keys({ roleArn: admin.roleArn('with-id'), ...(externalId && { externalId }) });
      await assume('contract-7');
      await assertDenied(assume('contract-8'), 'ImplicitDeny', 'AssumeRolePolicy');
      await assertDenied(assume('CONTRACT-7'), 'ImplicitDeny', 'AssumeRolePolicy');
      await assertDenied(assume(), 'ImplicitDeny', 'AssumeRolePolicy');
    });
  });

  test('temporary keys are refused without their token, with that of others, and once they have expired', async () => {
    const roleArn = admin.roleArn('lister');
    const [key, other] = [await asAlice.keys({ roleArn }), await asAlice.keys({ roleArn })];
    const { securityToken, ...alone } = key;
    assertRefused(await cas(alone), 400, 'MissingSecurityToken');
    const mixed = { ...alone, securityToken: String(other.securityToken) };
    assertRefused(await cas(mixed), 400, 'InvalidSecurityToken.MismatchWithAccessKey');
    const withUsersKey = { ...alice, securityToken: String(securityToken) };
    assertRefused(await cas(withUsersKey), 400, 'InvalidSecurityToken.MismatchWithAccessKey');
    assertRefused(await cas({ ...key, accessKeySecret: other.accessKeySecret }), 400, 'SignatureDoesNotMatch');
    const { account, services } = service;
    const role = services.directory.role(account, 'lister');
    const past = services.temporaryKeys.issue({
      account,
      role: 'lister',
      roleId: String(role?.roleId),
      session: 'late',
      expires: unixSeconds(Math.floor(Date.now() / 1000)),
    });
    assertRefused(await cas(past), 400, 'InvalidSecurityToken.Expired');
    for (const [name, caller] of vendorClients(service.port, past)) {
      const { code } = await refusalOf(caller('ListCert', {}));
      assert.equal(code, 'InvalidSecurityToken.Expired', name);
    }
    assert.ok(await may(key));
  });

  test('the longest token there can be is taken by every call, and by the console', async () => {
    const texts = (length: number) =>
      document({ Action: 'a:b', Condition: { StringEquals: { 'acs:UserAgent': '証'.repeat(length) } } });
    const policy = texts(2048 - texts(0).length);
    const key = await asAlice.keys({ roleArn: admin.roleArn('lister'), roleSessionName: 'x'.repeat(64), policy });
    assert.ok(String(key.securityToken).length > 8192);
    assertRefused(await cas(key), 403, 'NoPermission');
    const signedIn = await fetch(`${service.url}/console/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(key),
    });
    assert.equal(signedIn.status, 200, await signedIn.text());
  });

  test('an altered token is refused: 1,000 places', async (t) => {
    const seed = newSeed('STS_SEED');
    t.diagnostic(`STS_SEED=${seed}`);
    const { below, pick } = seededRandom(seed);
    const key = await asAlice.keys({ roleArn: admin.roleArn('lister') });
    const token = String(key.securityToken);
    const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ .'];
    for (let round = 0; round < 1000; round++) {
      const at = below(token.length);
      const put = pick(characters.filter((character) => character !== token[at]));
      // Replaced, put in before another, left out.
      const altered =
        token.slice(0, at) + pick([put + token.slice(at + 1), put + token.slice(at), token.slice(at + 1)]);
      const reply = await cas({ ...key, securityToken: altered });
      assertRefused(reply, 400, 'InvalidSecurityToken.Malformed');
    }
    assert.ok(await may(key));
  });

  test('nothing is written when a role is assumed; what a session changes is in the journal under its name', async () => {
    const head = () => service.opened.followedTo();
    await admin.role('maker', trusting(admin.arnOf('root')));
    await admin.attach('AliyunYundunCertFullAccess', { role: 'maker' });
    const before = head();
    const key = await asAlice.keys({ roleArn: admin.roleArn('maker') });
    assert.equal(head(), before);
    const made = await call(
      service.url,
      'CreateRootCACertificate',
      {
        CommonName: 'Made by a session',
        Organization: 'Example',
        OrganizationUnit: 'IT',
        Locality: 'Hangzhou',
        State: 'Zhejiang',
        CountryCode: 'CN',
        Algorithm: 'ECC_256',
        Years: '1',
      },
      { key },
    );
    assert.equal(made.status, 200, made.text);
    using database = new DatabaseSync(join(service.dataDir, 'certitude.db'), { readOnly: true });
    const written = database.prepare('SELECT DISTINCT principal, account FROM journal WHERE request_id = ?');
    assert.deepEqual(
      written.all(String(made.body['RequestId'])).map(({ principal, account }) => [principal, account]),
      [[`${admin.roleArn('maker')}/alice`, service.account]],
    );
  });

  test('sessions do not get into each other’s way', async () => {
    const wishes = Array.from({ length: 60 }, (_, index) => `session-${index}`);
    await Promise.all(
      wishes.map(async (roleSessionName) => {
        const key = await asAlice.keys({
          roleArn: admin.roleArn('lister'),
          roleSessionName,
          ...(roleSessionName.endsWith('0') && { policy: document({ Action: 'yundun-cert:Get*' }) }),
        });
        const own = stsClient(service.port, key);
        for (let round = 0; round < 5; round++) {
          const [identity, allowed] = await Promise.all([own.identity(), may(key)]);
          assert.ok(String(identity['arn']).endsWith(`/${roleSessionName}`));
          assert.equal(allowed, !roleSessionName.endsWith('0'));
        }
      }),
    );
  });

  test('the command line assumes a role, and signs with what it was given', async () => {
    const run = async (key: AccessKey, ...args: string[]) => {
      const environment = {
        CERTITUDE_ENDPOINT: service.url,
        CERTITUDE_ACCESS_KEY_ID: key.accessKeyId,
        CERTITUDE_ACCESS_KEY_SECRET: key.accessKeySecret,
        ...(key.securityToken && { CERTITUDE_SECURITY_TOKEN: key.securityToken }),
      };
      const { status, stdout, stderr } = await certitude(['call', ...args], environment);
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout);
    };
    const wish = ['--RoleArn', admin.roleArn('lister'), '--RoleSessionName', 'shell', '--DurationSeconds', '900'];
    const { Credentials } = await run(alice, 'AssumeRole', ...wish);
    const { AccessKeyId, AccessKeySecret, SecurityToken } = Credentials as Record<string, string>;
    const key = {
      accessKeyId: String(AccessKeyId),
      accessKeySecret: String(AccessKeySecret),
      securityToken: String(SecurityToken),
    };
    const { Arn } = await run(key, 'GetCallerIdentity');
    assert.match(Arn, /:assumed-role\/lister\/shell$/);
  });

  test('the access log tells who assumed which role, who was not let in by which policy, and who acted', async () => {
    await admin.role('logged', trusting(admin.arnOf('user/nobody')));
    await assertDenied(asAlice.keys({ roleArn: admin.roleArn('logged') }), 'ImplicitDeny', 'AssumeRolePolicy');
    const trustsAll = { Principal: { RAM: admin.arnOf('root') } };
    const butAlice = { Effect: 'Deny', Principal: { RAM: admin.arnOf('user/alice') } } as const;
    await admin.trust('logged', document(trustsAll, butAlice));
    await assertDenied(asAlice.keys({ roleArn: admin.roleArn('logged') }), 'ExplicitDeny', 'AssumeRolePolicy');
    await admin.trust('logged', document(trustsAll));
    const key = await asAlice.keys({ roleArn: admin.roleArn('logged'), policy: document({ Action: 'a:b' }) });
    await logged(service, await cas(key));
    const { stdout } = await certitude(['log', '--json'], { CERTITUDE_DATA_DIR: service.dataDir });
    const lines = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    const told = lines
      .slice(-4)
      .map(({ principal, action, resource, decision, policy, statement, code }) =>
        [principal, action, resource, decision, policy, statement, code].join(' '),
      );
    const [who, role] = [admin.arnOf('user/alice'), admin.roleArn('logged')];
    assert.deepEqual(told, [
      `${who} AssumeRole ${role} ImplicitDeny   NoPermission`,
      `${who} AssumeRole ${role} ExplicitDeny AssumeRolePolicyDocument 1 NoPermission`,
      `${who} AssumeRole ${role} Allow AliyunSTSAssumeRoleAccess 0 `,
      `${role}/alice ListCert * ImplicitDeny   NoPermission`,
    ]);
    assert.equal(lines.at(-1)?.accessKeyId, key.accessKeyId);
    assert.ok(!stdout.includes(String(key.securityToken)) && !stdout.includes(key.accessKeySecret));
  });

  test('a call signed by V3 must sign the token too', async () => {
    const key = await asAlice.keys({ roleArn: admin.roleArn('lister') });
    const response = await fetch(`${service.url}/`, {
      method: 'POST',
      headers: {
        'x-acs-security-token': String(key.securityToken),
        'x-acs-accesskey-id': key.accessKeyId,
        authorization: `ACS3-HMAC-SHA256 Credential=${key.accessKeyId},SignedHeaders=host,Signature=${randomUUID()}`,
      },
    });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { Code: string }).Code, 'IncompleteSignature');
  });
});

test('tokens survive a restart, and mean nothing to another installation', async (t) => {
  const first = await startWithin(t);
  const admin = administer(first, first.account);
  const alice = await admin.user('alice');
  await admin.attach('AliyunSTSAssumeRoleAccess', { user: 'alice' });
  await admin.role('lister', trusting(admin.arnOf('root')));
  await admin.attach('AliyunYundunCertReadOnlyAccess', { role: 'lister' });
  const key = await stsClient(first.port, alice).keys({
    roleArn: admin.roleArn('lister'),
    policy: document({ Action: 'yundun-cert:ListCert' }),
  });
  const other = await startWithin(t);
  assertRefused(await call(other.url, 'ListCert', {}, { key }), 400, 'InvalidSecurityToken.Malformed');
  await first.stop();
  const again = await startService(t, { dataDir: first.dataDir });
  assert.equal((await call(again.url, 'ListCert', {}, { key })).status, 200);
  assertRefused(await call(again.url, 'ListClientCertificate', {}, { key }), 403, 'NoPermission');
});
