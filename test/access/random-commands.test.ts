// Random commands against a naive model of the rules: the store accepts and refuses what the model does, the directory
// that follows tells the same as the model, and one that reads the journal from its beginning the same as that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Directory } from '../../src/access/directory.ts';
import { evaluate } from '../../src/access/policy.ts';
import { arnOf, type Principal } from '../../src/access/principal.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { unixMillis } from '../../src/base/time.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';
import { folder, openedStore } from '../store/writing.ts';
import { administered, asRefusal, followed } from './administered.ts';
import { Model } from './naive-model.ts';
import { commandsOn } from './random-commands.ts';

test('random commands: the store, the directory that follows and one rebuilt from the journal agree with a naive model', async (t) => {
  const seed = newSeed('CERTITUDE_ACCESS_SEED');
  t.diagnostic(`CERTITUDE_ACCESS_SEED=${seed}`);
  const random = seededRandom(seed);
  const dataDir = folder(t);
  const { store, directory, services, account, by } = await administered(t, dataDir, 'create');
  const model = new Model();
  const outcomes = new Map<string, number>();
  const commands = commandsOn({ model, random, services, by });
  for (let round = 0; round < 3000; round++) {
    const [name, command] = random.pick(commands);
    const { expected, attempt, carryOut } = command();
    const found = await asRefusal(attempt);
    assert.equal(found, expected, `round ${round}: ${name}`);
    if (found === undefined) carryOut();
    const outcome = `${name}: ${found ?? 'done'}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    assertSame(directory, account, model);
  }
  assert.ok(outcomes.size > 50, `only ${[...outcomes.keys()].sort().join('; ')}`);
  const rebuilt = await followed(store);
  assert.deepEqual(everything(rebuilt, account), everything(directory, account));
  await store.close();
  const reopened = await followed(await openedStore(t, dataDir, 'existing'));
  assert.deepEqual(everything(reopened, account), everything(directory, account));
});

function assertSame(directory: Directory, account: AccountId, model: Model): void {
  const sorted = (list: Iterable<string>) => [...list].sort();
  const nameOf = ({ name }: { readonly name: string }) => name;
  const told = {
    users: sorted(directory.users(account).map(nameOf)),
    groups: sorted(directory.groups(account).map(nameOf)),
    roles: sorted(directory.roles(account).map(nameOf)),
    members: sorted(
      directory
        .groups(account)
        .flatMap(({ name }) => directory.membersOf(account, name).map(({ group, user }) => `${group} ${user}`)),
    ),
    groupsOf: sorted(
      directory
        .users(account)
        .flatMap(({ name }) => directory.groupsOf(account, name).map(({ group, user }) => `${group} ${user}`)),
    ),
    keys: sorted(directory.accessKeys(account).map(({ id, user, active }) => `${id} ${user} ${active}`)),
    attached: sorted(
      directory.attachments(account).map(({ policy, ...to }) => {
        if ('user' in to) return `user ${to.user} ${policy}`;
        return 'group' in to ? `group ${to.group} ${policy}` : `role ${to.role} ${policy}`;
      }),
    ),
    policies: sorted(
      directory.policies(account).flatMap(({ name, kind, defaultVersion }) =>
        kind === 'system'
          ? []
          : [
              `${name} ${defaultVersion} ${directory
                .policyVersions(account, name)
                .map(({ version }) => version)
                .sort()}`,
            ],
      ),
    ),
    logins: sorted(directory.users(account).flatMap(({ name }) => directory.loginProfile(account, name)?.user ?? [])),
    devices: sorted(directory.mfaDevices(account).map(({ name, user = '' }) => `${name} ${user}`)),
    mayList: sorted([
      ...directory
        .users(account)
        .flatMap(({ name, userId }) =>
          mayList(directory, { kind: 'user', account, name, userId }) ? [`user ${name}`] : [],
        ),
      ...directory
        .roles(account)
        .flatMap(({ name: role, roleId }) =>
          mayList(directory, { kind: 'assumed-role', account, role, roleId, session: 's', expires: unixMillis(0) })
            ? [`role ${role}`]
            : [],
        ),
    ]),
  };
  assert.deepEqual(told, {
    users: sorted(model.users),
    groups: sorted(model.groups),
    roles: sorted(model.roles),
    members: sorted(model.members),
    groupsOf: sorted(model.members),
    keys: sorted(Array.from(model.keys, ([id, { user, active }]) => `${id} ${user} ${active}`)),
    attached: sorted(model.attached),
    policies: sorted(
      Array.from(
        model.policies,
        ([name, { current, versions }]) => `${name} ${current} ${[...versions.keys()].sort()}`,
      ),
    ),
    logins: sorted(model.logins),
    devices: sorted(Array.from(model.devices, ([name, user]) => `${name} ${user}`)),
    mayList: sorted([
      ...[...model.users].flatMap((name) => (model.mayList('user', name) ? [`user ${name}`] : [])),
      ...[...model.roles].flatMap((name) => (model.mayList('role', name) ? [`role ${name}`] : [])),
    ]),
  });
}

function mayList(directory: Directory, principal: Principal): boolean {
  const context = {
    currentTime: unixMillis(0),
    secureTransport: true,
    sourceIp: '192.0.2.1',
    mfaPresent: false,
    principalArn: arnOf(principal),
  };
  return evaluate(directory.policiesOf(principal), { action: 'yundun-cert:ListCert', resource: '*', context }).allowed;
}

/** All that the directory tells, secrets included. */
function everything(directory: Directory, account: AccountId): unknown {
  const users = directory.users(account);
  return {
    account: directory.account(account),
    users: users.map((user) => [
      user,
      directory.groupsOf(account, user.name),
      directory.loginProfile(account, user.name),
      directory.passwordHash(account, user.name),
    ]),
    groups: directory.groups(account).map((group) => [group, directory.membersOf(account, group.name)]),
    roles: directory.roles(account),
    keys: directory.accessKeys(account).map((key) => [key, directory.accessKey(key.id)]),
    policies: directory.policies(account).map((policy) => [policy, directory.policyVersions(account, policy.name)]),
    attachments: directory.attachments(account),
    devices: directory.mfaDevices(account).map((device) => [device, directory.mfaSeed(account, device.name)]),
  };
}
