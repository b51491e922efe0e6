// Tags of roles and policies, what an account lets its users do, and policies that go with all their versions: in the store,
// in the directory that follows it, and after a restart.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { setSecurityPreference } from '../../src/access/administration/accounts.ts';
import type { Command } from '../../src/access/administration/command.ts';
import { InvalidName } from '../../src/access/administration/command.ts';
import {
  attachPolicy,
  createPolicy,
  createPolicyVersion,
  deletePolicy,
} from '../../src/access/administration/policies.ts';
import { createRole, deleteRole } from '../../src/access/administration/roles.ts';
import { changeTags } from '../../src/access/administration/tags.ts';
import { createUser } from '../../src/access/administration/users.ts';
import { maxTagsOfResource } from '../../src/access/limits.ts';
import { defaultSecurityPreference } from '../../src/access/security-preference.ts';
import { loadConfig } from '../../src/app/config.ts';
import { initialise, operatorActor } from '../../src/app/initialise.ts';
import { type OpenStore, openStore } from '../../src/app/open-store.ts';
import { Refused } from '../../src/base/refusal.ts';
import { rootKey, temporaryFolder } from '../journeys/running-service.ts';

const trustPolicy =
  '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::1234567890123456:root"}}]}';
const document = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:GetUser","Resource":"*"}]}';

interface Opened extends OpenStore {
  readonly command: Command;
}

async function open(
  test: Parameters<typeof temporaryFolder>[0],
  dataDir?: string,
): Promise<Opened & { dataDir: string }> {
  const folder = dataDir ?? temporaryFolder(test);
  if (dataDir === undefined) mkdirSync(folder, { mode: 0o700 });
  const opened = await openStore({ ...loadConfig({}), dataDir: folder }, dataDir === undefined ? 'create' : 'existing');
  test.after(() => opened.store.close());
  await initialise(opened, rootKey);
  const [{ account } = {}] = opened.directory.accounts();
  assert.ok(account);
  return { ...opened, dataDir: folder, command: { actor: operatorActor(), account } };
}

const numbered = (count: number, stem = 'k') =>
  Array.from({ length: count }, (_, index) => ({ key: `${stem}${String(index).padStart(2, '0')}`, value: 'v' }));

test('tags are put, changed and removed, all resources or none, and are there after a restart', async (t) => {
  const { command, administration, directory, store, dataDir } = await open(t);
  const { account } = command;
  await createRole({ ...command, role: 'a', trustPolicy, tags: [{ key: 'z', value: '1' }] }, administration);
  await createRole({ ...command, role: 'b', trustPolicy }, administration);
  await createPolicy({ ...command, policy: 'p', document, tags: [{ key: 'y', value: '2' }] }, administration);
  assert.deepEqual(directory.role(account, 'a')?.tags, [{ key: 'z', value: '1' }]);
  assert.deepEqual(directory.policy(account, 'p')?.tags, [{ key: 'y', value: '2' }]);

  const put = [
    { key: 'z', value: '3' },
    { key: 'm', value: '' },
  ];
  await changeTags({ ...command, of: 'role', names: ['a', 'b'], put, removed: [] }, administration);
  assert.deepEqual(directory.role(account, 'a')?.tags, [
    { key: 'm', value: '' },
    { key: 'z', value: '3' },
  ]);

  await assert.rejects(
    changeTags(
      { ...command, of: 'role', names: ['a', 'nobody'], put: [{ key: 'n', value: '' }], removed: [] },
      administration,
    ),
    (error) => error instanceof Refused && error.refusal.kind === 'does-not-exist',
  );
  assert.equal(directory.role(account, 'a')?.tags?.length, 2);

  await changeTags({ ...command, of: 'role', names: ['a'], put: [], removed: ['m', 'absent'] }, administration);
  await changeTags({ ...command, of: 'role', names: ['b'], put: [], removed: 'all' }, administration);
  assert.deepEqual(directory.role(account, 'a')?.tags, [{ key: 'z', value: '3' }]);
  assert.deepEqual(directory.role(account, 'b')?.tags, []);

  await store.close();
  const again = await open(t, dataDir);
  assert.deepEqual(again.directory.role(account, 'a')?.tags, [{ key: 'z', value: '3' }]);
  assert.deepEqual(again.directory.policy(account, 'p')?.tags, [{ key: 'y', value: '2' }]);
});

for (const [had, added, fits] of [
  [maxTagsOfResource - 2, 1, true],
  [maxTagsOfResource - 1, 1, true],
  [maxTagsOfResource, 1, false],
] as const) {
  test(`a role with ${had} tags ${fits ? 'takes' : 'does not take'} another`, async (t) => {
    const { command, administration, directory } = await open(t);
    await createRole({ ...command, role: 'a', trustPolicy, tags: numbered(had) }, administration);
    const adding = changeTags(
      { ...command, of: 'role', names: ['a'], put: numbered(added, 'x'), removed: [] },
      administration,
    );
    if (fits) await adding;
    else await assert.rejects(adding, (error) => error instanceof Refused && error.refusal.kind === 'limit-reached');
    assert.equal(directory.role(command.account, 'a')?.tags?.length, fits ? had + added : had);
    // A key that is there already is none more.
    await changeTags({ ...command, of: 'role', names: ['a'], put: numbered(had), removed: [] }, administration);
  });
}

test('a role that is made anew under an old name has none of its tags', async (t) => {
  const { command, administration, directory } = await open(t);
  await createRole({ ...command, role: 'a', trustPolicy, tags: numbered(maxTagsOfResource) }, administration);
  await deleteRole({ ...command, role: 'a' }, administration);
  await createRole({ ...command, role: 'a', trustPolicy }, administration);
  assert.equal(directory.role(command.account, 'a')?.tags, undefined);
  await changeTags(
    { ...command, of: 'role', names: ['a'], put: numbered(maxTagsOfResource, 'n'), removed: [] },
    administration,
  );
});

test('a policy with versions is deleted only with them, and not while it is attached', async (t) => {
  const { command, administration, directory } = await open(t);
  await createPolicy({ ...command, policy: 'p', document }, administration);
  await createPolicyVersion({ ...command, policy: 'p', document, setAsDefault: true, rotate: false }, administration);
  const refusedBy = (by: string) => (error: unknown) =>
    error instanceof Refused && error.refusal.kind === 'still-in-use' && error.refusal.by === by;
  await assert.rejects(deletePolicy({ ...command, policy: 'p' }, administration), refusedBy('policy version'));
  await createUser({ ...command, user: 'alice' }, administration);
  await attachPolicy({ ...command, policy: 'p', user: 'alice' }, administration);
  await assert.rejects(
    deletePolicy({ ...command, policy: 'p', withVersions: true }, administration),
    refusedBy('user'),
  );
  await createPolicy({ ...command, policy: 'q', document }, administration);
  await createPolicyVersion({ ...command, policy: 'q', document, setAsDefault: false, rotate: false }, administration);
  await deletePolicy({ ...command, policy: 'q', withVersions: true }, administration);
  assert.equal(directory.policy(command.account, 'q'), undefined);
  await createPolicy({ ...command, policy: 'q', document }, administration);
  assert.deepEqual(
    directory.policyVersions(command.account, 'q').map(({ version }) => version),
    ['v1'],
  );
});

test('a security preference is kept as it was set, and its networks are networks', async (t) => {
  const { command, administration, directory, store, dataDir } = await open(t);
  assert.deepEqual(directory.securityPreference(command.account), defaultSecurityPreference);
  const preference = {
    allowUserToChangePassword: false,
    enableSaveMfaTicket: true,
    loginSessionHours: 24,
    loginNetworks: ['10.0.0.0/8', '2001:db8::/32'],
  };
  await setSecurityPreference({ ...command, preference }, administration);
  for (const wrong of [
    { ...preference, loginSessionHours: 0 },
    { ...preference, loginSessionHours: 25 },
    { ...preference, loginNetworks: ['10.0.0.0/33'] },
    { ...preference, loginNetworks: Array<string>(41).fill('10.0.0.0/8') },
  ]) {
    await assert.rejects(setSecurityPreference({ ...command, preference: wrong }, administration), InvalidName);
  }
  await store.close();
  const again = await open(t, dataDir);
  assert.deepEqual(again.directory.securityPreference(command.account), preference);
});
