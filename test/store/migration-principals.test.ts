// A store with users, keys and policies from before there were groups, roles and versions (schema 0004), opened by this
// release: everybody may do what they could, nobody more, and it goes on.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { createAccessKey } from '../../src/access/administration/access-keys.ts';
import { addGroupMember, createGroup } from '../../src/access/administration/groups.ts';
import {
  attachPolicy,
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  detachPolicy,
} from '../../src/access/administration/policies.ts';
import { deleteUser } from '../../src/access/administration/users.ts';
import { evaluate } from '../../src/access/policy.ts';
import { arnOf } from '../../src/access/principal.ts';
import { unixMillis } from '../../src/base/time.ts';
import { administered, asRefusal } from '../access/administered.ts';
import { folder } from './writing.ts';

const sql = readFileSync(new URL('schema-0004.sql', import.meta.url), 'utf8');
const document = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

test('users, keys and policies are what they were; a policy has one version, what was written last', async (t) => {
  const { directory, account } = await administered(t, oldStore(t), 'existing');
  assert.deepEqual(
    directory.users(account).map(({ name, userId }) => [name, userId]),
    [
      ['alice', '290049035501731457'],
      ['bob', '220058362712524710'],
    ],
  );
  assert.deepEqual(
    directory.accessKeys(account).map(({ id, user, active }) => [id, user, active]),
    [
      ['root-key', undefined, true],
      ['alice-key-1', 'alice', true],
      ['alice-key-2', 'alice', false],
    ],
  );
  assert.equal(Buffer.from(directory.accessKey('alice-key-1')?.secret ?? []).toString(), 'secret-1');
  const own = directory.policies(account).filter(({ kind }) => kind === 'custom');
  assert.deepEqual(
    own.map(({ name, defaultVersion, attachmentCount }) => [name, defaultVersion, attachmentCount]),
    [
      ['own', 'v1', 1],
      ['AdministratorAccess', 'v1', 1],
      ['unused', 'v1', 0],
    ],
  );
  assert.match(directory.policyVersions(account, 'own')[0]?.document ?? '', /List\*/);
});

test('a custom policy that bears the name of a later system policy means what it meant: nobody may do more', async (t) => {
  const { directory, account } = await administered(t, oldStore(t), 'existing');
  const may = (user: string, action: string) => {
    const { userId = '' } = directory.user(account, user) ?? {};
    const principal = { kind: 'user', account, name: user, userId } as const;
    const context = {
      currentTime: unixMillis(0),
      secureTransport: true,
      sourceIp: '192.0.2.1',
      mfaPresent: false,
      principalArn: arnOf(principal),
    };
    return evaluate(directory.policiesOf(principal), { action, resource: '*', context }).allowed;
  };
  assert.deepEqual(
    ['DescribeCACertificate', 'ListCert', 'CreateRootCACertificate'].map((name) => may('bob', `yundun-cert:${name}`)),
    [true, false, false],
  );
  assert.deepEqual(
    ['DescribeCACertificate', 'ListCert', 'CreateRootCACertificate'].map((name) => may('alice', `yundun-cert:${name}`)),
    [true, true, false],
  );
});

test('the guards know what there is: keys, attachments and versions count', async (t) => {
  const { services, by } = await administered(t, oldStore(t), 'existing');
  const refusal = (attempt: Promise<unknown>) => asRefusal(attempt);
  assert.equal(await refusal(createAccessKey({ ...by, user: 'alice' }, services)), 'limit-reached access key');
  assert.equal(await refusal(deleteUser({ ...by, user: 'alice' }, services)), 'still-in-use user');
  assert.equal(
    await refusal(attachPolicy({ ...by, policy: 'own', user: 'alice' }, services)),
    'already-exists attachment',
  );
  assert.equal(await refusal(deletePolicy({ ...by, policy: 'own' }, services)), 'still-in-use policy');
  const create = { ...by, policy: 'own', document, setAsDefault: true, rotate: false };
  assert.deepEqual(await createPolicyVersion(create, services), { version: 'v2' });
  await deletePolicyVersion({ ...by, policy: 'own', version: 'v1' }, services);
  await detachPolicy({ ...by, policy: 'own', user: 'alice' }, services);
  await deletePolicy({ ...by, policy: 'own' }, services);
  await detachPolicy({ ...by, policy: 'AdministratorAccess', user: 'bob' }, services);
  await deletePolicy({ ...by, policy: 'AdministratorAccess' }, services);
  await attachPolicy({ ...by, policy: 'AdministratorAccess', user: 'bob' }, services);
  await createGroup({ ...by, group: 'new' }, services);
  await addGroupMember({ ...by, group: 'new', user: 'bob' }, services);
});

function oldStore(t: TestContext): string {
  const dataDir = folder(t);
  mkdirSync(dataDir, { mode: 0o700 });
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  database.exec(`BEGIN; ${sql} COMMIT`);
  database.close();
  return dataDir;
}
