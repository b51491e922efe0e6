// Who may call what of the access management: nobody without a policy, and with one only for the resources it names. The
// resources of each operation are those the vendor publishes (RAM, "RAM authentication": API and resource format).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { ram } from '../../src/protocols/rpc/product.ts';
import { otherAccount } from '../journeys/other-account.ts';
import { assertRefused } from '../journeys/refused.ts';
import { type Service, startService } from '../journeys/running-service.ts';
import { call } from '../journeys/signed-request.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import {
  askRam,
  bindingOf,
  freshDevice,
  freshGroup,
  freshKey,
  freshName,
  freshPolicy,
  freshUser,
  password,
  type RamWorld,
  ramExample,
} from './ram-world.ts';
import type { WireParameters } from './world.ts';

/** After `acs:ram:*:<account>:`; a word in braces stands for the parameter of that name. */
const user = ['user/{UserName}'];
const group = ['group/{GroupName}'];
const role = ['role/{RoleName}'];
const policy = ['policy/{PolicyName}'];
const account = ['*'];
const resources: Readonly<Record<string, readonly string[]>> = {
  CreateUser: ['user/*'],
  GetUser: user,
  UpdateUser: user,
  DeleteUser: user,
  ListUsers: ['user/*'],
  CreateLoginProfile: user,
  GetLoginProfile: user,
  UpdateLoginProfile: user,
  DeleteLoginProfile: user,
  CreateAccessKey: user,
  UpdateAccessKey: user,
  DeleteAccessKey: user,
  ListAccessKeys: user,
  GetAccessKeyLastUsed: user,
  CreateVirtualMFADevice: ['mfa/*'],
  ListVirtualMFADevices: ['mfa/*'],
  DeleteVirtualMFADevice: ['{SerialNumber}'],
  BindMFADevice: user,
  UnbindMFADevice: user,
  GetUserMFAInfo: user,
  ChangePassword: ['user/{caller}'],
  CreateGroup: ['group/*'],
  GetGroup: group,
  UpdateGroup: group,
  ListGroups: ['group/*'],
  DeleteGroup: group,
  AddUserToGroup: [...user, ...group],
  RemoveUserFromGroup: [...user, ...group],
  ListGroupsForUser: user,
  ListUsersForGroup: group,
  CreateRole: ['role/*'],
  GetRole: role,
  UpdateRole: role,
  ListRoles: ['role/*'],
  DeleteRole: role,
  CreatePolicy: ['policy/*'],
  GetPolicy: policy,
  UpdatePolicyDescription: policy,
  DeletePolicy: policy,
  ListPolicies: ['policy/*'],
  CreatePolicyVersion: policy,
  GetPolicyVersion: policy,
  DeletePolicyVersion: policy,
  ListPolicyVersions: policy,
  SetDefaultPolicyVersion: policy,
  AttachPolicyToUser: [...user, ...policy],
  DetachPolicyFromUser: [...user, ...policy],
  ListPoliciesForUser: user,
  AttachPolicyToGroup: [...group, ...policy],
  DetachPolicyFromGroup: [...group, ...policy],
  ListPoliciesForGroup: group,
  AttachPolicyToRole: [...role, ...policy],
  DetachPolicyFromRole: [...role, ...policy],
  ListPoliciesForRole: role,
  ListEntitiesForPolicy: policy,
  TagResources: ['role/{ResourceNames}'],
  UntagResources: ['role/{ResourceNames}'],
  // Of every resource at once, for the vendor: a plain *.
  ListTagResources: ['everything'],
  SetAccountAlias: account,
  GetAccountAlias: account,
  DecodeDiagnosticMessage: ['everything'],
  ClearAccountAlias: account,
  SetPasswordPolicy: account,
  GetPasswordPolicy: account,
  SetSecurityPreference: account,
  GetSecurityPreference: account,
};

describe('permission', () => {
  const cleanUp: (() => unknown)[] = [];
  let service: Service;
  let world: RamWorld;
  let accountId: string;
  let journal: DatabaseSync;
  let powerless: AccessKey;
  before(async () => {
    service = await startService({ after: (work) => cleanUp.push(work as () => unknown) });
    world = { url: service.url };
    journal = new DatabaseSync(join(service.dataDir, 'certitude.db'), { readOnly: true });
    cleanUp.push(() => journal.close());
    accountId = String(journal.prepare('SELECT account FROM accounts').get()?.['account']);
    powerless = await freshKey(world, await freshUser(world));
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  const journalHead = () => journal.prepare('SELECT max(sequence) AS head FROM journal').get()?.['head'];
  const ask = (operation: string, parameters: WireParameters, key: AccessKey) =>
    call(world.url, operation, parameters, { method: 'POST', product: ram, key });

  async function userWith(statements: readonly object[]): Promise<{ readonly name: string; readonly key: AccessKey }> {
    const name = await freshUser(world);
    await allow(name, statements);
    return { name, key: await freshKey(world, name) };
  }

  async function allow(UserName: string, statements: readonly object[]): Promise<string> {
    const PolicyName = freshName('limited');
    const PolicyDocument = JSON.stringify({ Version: '1', Statement: statements });
    await askRam(world, 'CreatePolicy', { PolicyName, PolicyDocument });
    await askRam(world, 'AttachPolicyToUser', { PolicyType: 'Custom', PolicyName, UserName });
    return PolicyName;
  }

  const arn = (relative: string) => `acs:ram:*:${accountId}:${relative}`;
  const allowed = (Action: string | readonly string[], Resource: readonly string[]) => ({
    Effect: 'Allow',
    Action,
    Resource,
  });

  test('is listed for every operation', () => {
    assert.deepEqual([...operationsOf(ram).keys()].sort(), Object.keys(resources).sort());
  });

  for (const [name, forms] of Object.entries(resources)) {
    const operation = operationsOf(ram).get(name);
    if (!operation) continue;

    test(`for ${name} nobody has without a policy, and nothing is changed`, async () => {
      const { parameters } = await ramExample(world, operation);
      const before = journalHead();
      const reply = await ask(name, parameters, powerless);
      assertRefused(reply, 403, 'NoPermission');
      const detail = reply.body['AccessDeniedDetail'] as Record<string, unknown>;
      assert.deepEqual([detail['AuthAction'], detail['NoPermissionType']], [`ram:${name}`, 'ImplicitDeny']);
      assert.equal(journalHead(), before);
    });

    test(`for ${name} is needed for ${forms.join(' and ')}`, async () => {
      const { parameters } = await ramExample(world, operation);
      const caller = await userWith([allowed('ram:GetAccountAlias', ['*'])]);
      if (name === 'ChangePassword')
        await askRam(world, 'CreateLoginProfile', { UserName: caller.name, Password: password });
      const asked = forms.map((form) => filled(form, { ...parameters, caller: caller.name }));
      const elsewhere = asked.map((each) => (each.endsWith('*') ? each.replace(/\*$/, 'nobody') : `${each}x`));
      // An account as a whole has no other name, and everything no part.
      const hasOthers = forms !== account && !forms.includes('everything');
      const tooLittle = !hasOthers
        ? []
        : [
            ...asked.map((missing) => asked.filter((each) => each !== missing)).filter((rest) => rest.length > 0),
            ...asked.map((each, index) =>
              asked.map((other, place) => (place === index ? (elsewhere[index] ?? each) : other)),
            ),
          ];
      for (const granted of tooLittle) {
        const granting = await allow(caller.name, [allowed(`ram:${name}`, granted.map(whole))]);
        const reply = await ask(name, parameters, caller.key);
        assertRefused(reply, 403, 'NoPermission');
        await withdraw(caller.name, granting);
      }
      await allow(caller.name, [allowed(`ram:${name}`, asked.map(whole))]);
      const reply = await ask(name, parameters, caller.key);
      assert.equal(reply.status, 200, reply.text);
    });
  }

  function filled(form: string, parameters: WireParameters): string {
    return form.replace(/\{(\w+)\}/g, (_, name: string) => {
      const text = parameters[name] ?? '';
      if (name === 'SerialNumber') return text.replace(/^acs:ram::\d+:/, '');
      return text.replace(/^\["|"\]$/g, '');
    });
  }

  function whole(relative: string): string {
    return relative === 'everything' ? '*' : arn(relative);
  }

  async function withdraw(UserName: string, PolicyName: string): Promise<void> {
    await askRam(world, 'DetachPolicyFromUser', { PolicyType: 'Custom', PolicyName, UserName });
  }

  test('over one user is over no other, and not over what the user could become', async () => {
    const [alice, bob] = [await freshUser(world), await freshUser(world)];
    const { key } = await userWith([allowed('ram:*', [arn(`user/${alice}`)])]);
    const may = async (operation: string, parameters: WireParameters) => (await ask(operation, parameters, key)).status;
    assert.equal(await may('GetUser', { UserName: alice }), 200);
    assert.equal(await may('UpdateUser', { UserName: alice, NewComments: 'seen' }), 200);
    assert.equal(await may('CreateAccessKey', { UserName: alice }), 200);
    assert.equal(await may('GetUser', { UserName: bob }), 403);
    assert.equal(await may('DeleteUser', { UserName: bob }), 403);
    assert.equal(await may('CreateAccessKey', { UserName: bob }), 403);
    // The caller is neither of them.
    assert.equal(await may('CreateAccessKey', {}), 403);
    assert.equal(await may('ListUsers', {}), 403);
    assert.equal(await may('UpdateUser', { UserName: alice, NewUserName: `${alice}-2` }), 403);
    const administrator = { PolicyType: 'System', PolicyName: 'AdministratorAccess' };
    assert.equal(await may('AttachPolicyToUser', { ...administrator, UserName: alice }), 403);
    const own = { PolicyType: 'Custom', PolicyName: await freshPolicy(world) };
    assert.equal(await may('AttachPolicyToUser', { ...own, UserName: alice }), 403);
    assert.equal(await may('AddUserToGroup', { UserName: alice, GroupName: await freshGroup(world) }), 403);
  });

  test('is given and denied by an ARN without a region as by one with a star: the vendor writes both', async () => {
    const [alice, bob] = [await freshUser(world), await freshUser(world)];
    const { key } = await userWith([
      allowed('ram:GetUser', [`acs:ram::${accountId}:user/*`]),
      { Effect: 'Deny', Action: 'ram:*', Resource: `acs:ram::${accountId}:user/${bob}` },
    ]);
    assert.equal((await ask('GetUser', { UserName: alice }, key)).status, 200);
    const refused = await ask('GetUser', { UserName: bob }, key);
    assertRefused(refused, 403, 'NoPermission');
    assert.equal((refused.body['AccessDeniedDetail'] as Record<string, unknown>)['NoPermissionType'], 'ExplicitDeny');
  });

  test('over policies of the account is not over system policies, which are in no account', async () => {
    const alice = await freshUser(world);
    const { key } = await userWith([allowed('ram:AttachPolicyToUser', [arn('user/*'), arn('policy/*')])]);
    const system = { PolicyType: 'System', PolicyName: 'AdministratorAccess', UserName: alice };
    assertRefused(await ask('AttachPolicyToUser', system, key), 403, 'NoPermission');
    const custom = { PolicyType: 'Custom', PolicyName: 'AdministratorAccess', UserName: alice };
    assertRefused(await ask('AttachPolicyToUser', custom, key), 404, 'EntityNotExist.Policy');
    const granted = await userWith([
      allowed('ram:AttachPolicyToUser', [arn('user/*'), 'acs:ram:*:system:policy/AliyunRAMReadOnlyAccess']),
    ]);
    const readOnly = { ...system, PolicyName: 'AliyunRAMReadOnlyAccess' };
    assert.equal((await ask('AttachPolicyToUser', readOnly, granted.key)).status, 200);
    assertRefused(await ask('AttachPolicyToUser', system, granted.key), 403, 'NoPermission');
  });

  test('is needed for every one of the resources a tag is given to', async () => {
    const { key } = await userWith([allowed('ram:TagResources', [arn('role/mine')])]);
    const Tag = '[{"Key":"team","Value":"gateway"}]';
    const tagging = (names: string) => ask('TagResources', { ResourceType: 'role', ResourceNames: names, Tag }, key);
    assertRefused(await tagging('["mine"]'), 404, 'EntityNotExist.Role');
    for (const names of ['["mine","theirs"]', '"mine"', '[]', '["mine",1]', '[["mine"]]']) {
      assertRefused(await tagging(names), 403, 'NoPermission');
    }
  });

  test('may hang on the tags a call gives', async () => {
    const { key } = await userWith([
      allowed('ram:CreateRole', ['*']),
      {
        Effect: 'Deny',
        Action: 'ram:CreateRole',
        Resource: '*',
        Condition: { StringEquals: { 'acs:RequestTag/team': 'security' } },
      },
    ]);
    const { parameters } = await ramExample(world, mustHave('CreateRole'));
    const tagged = (team: string) => ({ ...parameters, Tag: JSON.stringify([{ Key: 'team', Value: team }]) });
    assertRefused(await ask('CreateRole', tagged('security'), key), 403, 'NoPermission');
    assert.equal((await ask('CreateRole', tagged('gateway'), key)).status, 200);
  });

  test('is withdrawn with the membership, the attachment or the version that gave it, at once', async () => {
    const name = await freshUser(world);
    const key = await freshKey(world, name);
    const GroupName = await freshGroup(world);
    const reads = async () => (await ask('GetUser', { UserName: name }, key)).status;
    const attachment = { PolicyType: 'System', PolicyName: 'AliyunRAMReadOnlyAccess', GroupName };
    await askRam(world, 'AttachPolicyToGroup', attachment);
    assert.equal(await reads(), 403);
    await askRam(world, 'AddUserToGroup', { UserName: name, GroupName });
    assert.equal(await reads(), 200);
    await askRam(world, 'RemoveUserFromGroup', { UserName: name, GroupName });
    assert.equal(await reads(), 403);
    const PolicyName = await allow(name, [allowed('ram:Get*', ['*'])]);
    assert.equal(await reads(), 200);
    const PolicyDocument = JSON.stringify({ Version: '1', Statement: [allowed('ram:List*', ['*'])] });
    await askRam(world, 'CreatePolicyVersion', { PolicyName, PolicyDocument, SetAsDefault: 'true' });
    assert.equal(await reads(), 403);
    await askRam(world, 'SetDefaultPolicyVersion', { PolicyName, VersionId: 'v1' });
    assert.equal(await reads(), 200);
    await withdraw(name, PolicyName);
    assert.equal(await reads(), 403);
  });

  test('of the root ends at its account: another account sees and changes nothing here', async () => {
    const name = await freshUser(world);
    const key = await freshKey(world, name);
    const device = await freshDevice(world);
    const other = await otherAccount(service);
    const { Users } = await askRam(world, 'ListUsers', {}, { key: other });
    assert.deepEqual(Users, { User: [] });
    assertRefused(await ask('GetUser', { UserName: name }, other), 404, 'EntityNotExist.User');
    assertRefused(await ask('DeleteUser', { UserName: name }, other), 404, 'EntityNotExist.User');
    const ofKey = { UserAccessKeyId: key.accessKeyId, Status: 'Inactive' };
    assertRefused(await ask('UpdateAccessKey', ofKey, other), 404, 'EntityNotExist.User.AccessKey');
    assertRefused(
      await ask('DeleteVirtualMFADevice', { SerialNumber: device.serialNumber }, other),
      404,
      'EntityNotExist.VirtualMFADevice',
    );
    await askRam(world, 'CreateUser', { UserName: name }, { key: other });
    assertRefused(
      await ask('BindMFADevice', { UserName: name, ...bindingOf(device) }, other),
      404,
      'EntityNotExist.VirtualMFADevice',
    );
  });

  test('leaves its trace: the journal tells who made a user, with the id of the call', async () => {
    const { name, key } = await userWith([allowed('ram:CreateUser', ['*'])]);
    const { body } = await ask('CreateUser', { UserName: freshName('traced') }, key);
    const { RequestId } = body;
    const row = journal
      .prepare('SELECT kind, account, principal FROM journal WHERE request_id = ?')
      .get(String(RequestId));
    assert.deepEqual(
      { ...row },
      { kind: 'user-created', account: accountId, principal: `acs:ram::${accountId}:user/${name}` },
    );
  });

  test('is no way to a secret: passwords, seeds and secrets are neither in the data folder nor in the log', async () => {
    const UserName = await freshUser(world);
    const { accessKeySecret } = await freshKey(world, UserName);
    const secret = 'a-Password-that-is-seen-nowhere-7';
    await askRam(world, 'CreateLoginProfile', { UserName, Password: secret });
    const { VirtualMFADevice } = await askRam(world, 'CreateVirtualMFADevice', {
      VirtualMFADeviceName: freshName('seed'),
    });
    const seed = String((VirtualMFADevice as Record<string, unknown>)['Base32StringSeed']);
    const files = readdirSync(service.dataDir, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    assert.ok(files.length > 1);
    for (const canary of [accessKeySecret, secret, seed]) {
      for (const form of [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64')]) {
        for (const file of files) {
          assert.ok(!readFileSync(join(file.parentPath, file.name)).includes(form), file.name);
        }
        assert.ok(!service.output().includes(form));
      }
    }
  });
});

function mustHave(name: string) {
  const operation = operationsOf(ram).get(name);
  assert.ok(operation);
  return operation;
}
