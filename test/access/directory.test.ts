// The directory as it follows the journal.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionContext } from '../../src/access/condition-context.ts';
import { Directory } from '../../src/access/directory.ts';
import type { AccessEvent } from '../../src/access/events.ts';
import { evaluate } from '../../src/access/policy.ts';
import { arnOf, type Principal } from '../../src/access/principal.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { type UnixMillis, unixMillis } from '../../src/base/time.ts';

const ACCOUNT = '1234567890123456' as AccountId;
const OTHER = '6543210987654321' as AccountId;
const actor = { principal: 'acs:certitude::operator', requestId: 'r', sourceAddress: '' };
const root: Principal = { kind: 'root', account: ACCOUNT };
const alice = { kind: 'user', account: ACCOUNT, name: 'alice', userId: '200000000000000001' } as const;

test('a principal is named by its ARN', () => {
  assert.equal(arnOf(root), 'acs:ram::1234567890123456:root');
  assert.equal(arnOf(alice), 'acs:ram::1234567890123456:user/alice');
});

test('an access key belongs to the root or to a user, and opens its own secret', () => {
  const { directory } = withAlice();
  assert.deepEqual(directory.accessKey('root-key'), {
    id: 'root-key',
    account: ACCOUNT,
    principal: root,
    active: true,
    secret: bytes('secret of access-key:root-key'),
  });
  assert.deepEqual(directory.accessKey('alice-key'), {
    id: 'alice-key',
    account: ACCOUNT,
    principal: alice,
    active: true,
    secret: bytes('secret of access-key:alice-key'),
  });
  assert.equal(directory.accessKey('ALICE-KEY'), undefined);
  assert.equal(directory.accessKey('__proto__'), undefined);
});

test('a secret is opened when its key is first used, and once', () => {
  const { directory, opened, happens } = withAlice();
  assert.deepEqual(opened, []);
  directory.accessKey('alice-key');
  happens({ kind: 'access-key-switched', accessKeyId: 'alice-key', active: false });
  directory.accessKey('alice-key');
  assert.deepEqual(opened, ['access-key:alice-key']);
});

test('a secret that does not open fails the calls with its key and no others', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'access-key-created', accessKeyId: 'damaged', user: 'alice' }, bytes('damaged'));
  assert.throws(() => directory.accessKey('damaged'), /does not open/);
  assert.ok(directory.accessKey('alice-key'));
});

test('a key can be switched off and on', () => {
  const { directory, happens } = withAlice();
  for (const active of [false, true]) {
    happens({ kind: 'access-key-switched', accessKeyId: 'alice-key', active });
    assert.equal(directory.accessKey('alice-key')?.active, active);
    assert.equal(directory.accessKeys(ACCOUNT).find(({ id }) => id === 'alice-key')?.active, active);
  }
});

test('a deleted key is gone', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'access-key-deleted', accessKeyId: 'alice-key' });
  assert.equal(directory.accessKey('alice-key'), undefined);
  assert.deepEqual(
    directory.accessKeys(ACCOUNT).map(({ id }) => id),
    ['root-key'],
  );
  assert.ok(directory.accessKey('root-key'));
});

test('a key whose secret was erased since, as when the journal is replayed, is never usable', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'access-key-created', accessKeyId: 'erased', user: 'alice' });
  assert.equal(directory.accessKey('erased'), undefined);
  happens({ kind: 'access-key-deleted', accessKeyId: 'erased' });
  assert.equal(directory.accessKey('erased'), undefined);
});

test('a user created again under the name of a deleted one has no policies of the former', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertFullAccess', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), true);
  happens({ kind: 'access-key-deleted', accessKeyId: 'alice-key' });
  happens({ kind: 'policy-detached', policy: 'AliyunYundunCertFullAccess', user: 'alice' });
  happens({ kind: 'user-deleted', user: 'alice' });
  assert.deepEqual([directory.users(ACCOUNT), directory.policiesOf(alice)], [[], []]);
  happens({ kind: 'user-created', user: 'alice', userId: '200000000000000002' });
  assert.equal(mayRevoke(directory, alice), false);
  assert.deepEqual(
    directory.users(ACCOUNT).map(({ userId }) => userId),
    ['200000000000000002'],
  );
});

test('a user may do nothing until a policy is attached, and nothing again once it is detached', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-written', policy: 'own', document: documentOf('Allow') });
  assert.equal(mayRevoke(directory, alice), false);
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), true);
  happens({ kind: 'policy-detached', policy: 'own', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), false);
});

test('a policy that is replaced has its new meaning at once', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-written', policy: 'own', document: documentOf('Allow') });
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), true);
  happens({ kind: 'policy-written', policy: 'own', document: documentOf('Deny') });
  assert.equal(mayRevoke(directory, alice), false);
  assert.equal(directory.policies(ACCOUNT).find(({ name }) => name === 'own')?.document, documentOf('Deny'));
});

test('policies are compiled once for all requests between two changes', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-written', policy: 'own', document: documentOf('Allow') });
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  const before = directory.policiesOf(alice);
  assert.equal(directory.policiesOf(alice), before);
  happens({ kind: 'policy-written', policy: 'other', document: documentOf('Allow') });
  assert.equal(directory.policiesOf(alice)[0]?.policy, before[0]?.policy);
});

test('policies of one name in two accounts have nothing to do with each other', () => {
  const { directory, happens, happensIn } = withAlice();
  happensIn(OTHER, { kind: 'account-created', name: 'other' });
  happensIn(OTHER, { kind: 'policy-written', policy: 'own', document: documentOf('Allow') });
  happens({ kind: 'policy-written', policy: 'own', document: documentOf('Deny') });
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  happensIn(OTHER, { kind: 'user-created', user: 'alice', userId: '3' });
  happensIn(OTHER, { kind: 'policy-attached', policy: 'own', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), false);
  assert.equal(mayRevoke(directory, { kind: 'user', account: OTHER, name: 'alice', userId: '3' }), true);
  happensIn(OTHER, { kind: 'policy-detached', policy: 'own', user: 'alice' });
  happensIn(OTHER, { kind: 'policy-deleted', policy: 'own' });
  assert.deepEqual(custom(directory, ACCOUNT), ['own']);
  assert.deepEqual(custom(directory, OTHER), []);
});

test('a document that is no longer understood denies everything to those it is attached to, and says why', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertFullAccess', user: 'alice' });
  happens({ kind: 'policy-written', policy: 'own', document: '{"Version":"0"}' });
  assert.equal(mayRevoke(directory, alice), true);
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), false);
  assert.equal(mayRevoke(directory, root), true);
  assert.equal(directory.policies(ACCOUNT).find(({ name }) => name === 'own')?.problem, 'Version: must be "1"');
});

test('a system policy that this release does not have denies everything', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertFullAccess', user: 'alice' });
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertOfTomorrow', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), false);
});

test('a member of a group may do what is attached to the group, from joining it to leaving it', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'group-created', group: 'revokers', groupId: 'g-1' });
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertFullAccess', group: 'revokers' });
  assert.equal(mayRevoke(directory, alice), false);
  happens({ kind: 'group-member-added', group: 'revokers', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), true);
  happens({ kind: 'policy-detached', policy: 'AliyunYundunCertFullAccess', group: 'revokers' });
  assert.equal(mayRevoke(directory, alice), false);
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertFullAccess', group: 'revokers' });
  assert.equal(mayRevoke(directory, alice), true);
  happens({ kind: 'group-member-removed', group: 'revokers', user: 'alice' });
  assert.equal(mayRevoke(directory, alice), false);
});

test('a renamed user keeps its keys and policies; who takes the old name has none of them', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertFullAccess', user: 'alice' });
  assert.deepEqual(directory.accessKey('alice-key')?.principal, alice);
  happens({ kind: 'user-updated', user: 'alice', newName: 'bob' });
  const bob = { ...alice, name: 'bob' } as const;
  assert.deepEqual(directory.accessKey('alice-key')?.principal, bob);
  assert.equal(mayRevoke(directory, bob), true);
  happens({ kind: 'user-created', user: 'alice', userId: '200000000000000002' });
  for (const userId of [alice.userId, '200000000000000002'])
    assert.equal(mayRevoke(directory, { ...alice, userId }), false);
});

test('a session may do what its role may, and nothing once the role is gone or another has its name', () => {
  const { directory, happens } = withAlice();
  const roleOf = (roleId: string) =>
    ({ kind: 'role-created', role: 'revoker', roleId, trustPolicy: '{}', maxSessionDuration: 3600 }) as const;
  const attached = { policy: 'AliyunYundunCertFullAccess', role: 'revoker' };
  const session = {
    kind: 'assumed-role',
    account: ACCOUNT,
    role: 'revoker',
    roleId: '1',
    session: 's',
    expires: at(0),
  } as const;
  assert.equal(mayRevoke(directory, session), false);
  happens(roleOf('1'));
  assert.equal(mayRevoke(directory, session), false);
  happens({ kind: 'policy-attached', ...attached });
  assert.equal(mayRevoke(directory, session), true);
  happens({ kind: 'policy-detached', ...attached });
  happens({ kind: 'role-deleted', role: 'revoker' });
  assert.equal(mayRevoke(directory, session), false);
  happens(roleOf('2'));
  happens({ kind: 'policy-attached', ...attached });
  assert.equal(mayRevoke(directory, session), false);
  assert.equal(mayRevoke(directory, { ...session, roleId: '2' }), true);
});

test('the default version of a policy is in force, at once', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-created', policy: 'own', document: documentOf('Allow') });
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  const version = {
    kind: 'policy-version-created',
    policy: 'own',
    document: documentOf('Deny'),
    rotate: false,
  } as const;
  happens({ ...version, version: 'v2', setAsDefault: false });
  assert.equal(mayRevoke(directory, alice), true);
  happens({ kind: 'policy-default-version-set', policy: 'own', version: 'v2' });
  assert.equal(mayRevoke(directory, alice), false);
  happens({ kind: 'policy-default-version-set', policy: 'own', version: 'v1' });
  assert.equal(mayRevoke(directory, alice), true);
});

test('lists show what there is, without secrets', () => {
  const { directory, happens } = withAlice();
  happens({ kind: 'policy-written', policy: 'own', document: documentOf('Allow') });
  happens({ kind: 'policy-attached', policy: 'own', user: 'alice' });
  happens({ kind: 'policy-attached', policy: 'AliyunYundunCertReadOnlyAccess', user: 'alice' });
  assert.deepEqual(directory.accounts(), [{ account: ACCOUNT, name: 'main', createdAt: at(1) }]);
  assert.deepEqual(directory.users(ACCOUNT), [
    { name: 'alice', userId: '200000000000000001', createdAt: at(3), updatedAt: at(3) },
  ]);
  assert.deepEqual(directory.accessKeys(ACCOUNT), [
    { id: 'root-key', active: true, createdAt: at(2) },
    { id: 'alice-key', user: 'alice', active: true, createdAt: at(4) },
  ]);
  assert.deepEqual(
    directory.policies(ACCOUNT).map(({ name, kind }) => [name, kind]),
    [
      ['AdministratorAccess', 'system'],
      ['AliyunYundunCertFullAccess', 'system'],
      ['AliyunYundunCertReadOnlyAccess', 'system'],
      ['AliyunRAMFullAccess', 'system'],
      ['AliyunRAMReadOnlyAccess', 'system'],
      ['AliyunSTSAssumeRoleAccess', 'system'],
      ['own', 'custom'],
    ],
  );
  assert.deepEqual(directory.policies(ACCOUNT).at(-1), {
    name: 'own',
    kind: 'custom',
    document: documentOf('Allow'),
    defaultVersion: 'v1',
    attachmentCount: 1,
    createdAt: at(5),
    updatedAt: at(5),
  });
  assert.deepEqual(directory.attachments(ACCOUNT), [
    { user: 'alice', policy: 'own', attachedAt: at(6) },
    { user: 'alice', policy: 'AliyunYundunCertReadOnlyAccess', attachedAt: at(7) },
  ]);
  assert.deepEqual([directory.users(OTHER), directory.accessKeys(OTHER), directory.attachments(OTHER)], [[], [], []]);
});

test('an entry that comes twice or late is refused: it could bring a deleted key back', () => {
  const directory = new Directory((_, sealed) => sealed);
  const entry = (sequence: number) => ({
    sequence,
    at: at(sequence),
    account: ACCOUNT,
    actor,
    event: { kind: 'account-created', name: 'main' } as const,
  });
  directory.apply(entry(5));
  for (const sequence of [4, 5]) assert.throws(() => directory.apply(entry(sequence)), TypeError);
  directory.apply(entry(6));
});

test('an entry about what does not exist is refused: this is not the journal the store wrote', () => {
  const { happens, happensIn } = withAlice();
  assert.throws(() => happensIn(OTHER, { kind: 'user-created', user: 'x', userId: '1' }), TypeError);
  assert.throws(() => happens({ kind: 'policy-attached', policy: 'own', user: 'nobody' }), TypeError);
  assert.throws(() => happens({ kind: 'access-key-switched', accessKeyId: 'none', active: true }), TypeError);
});

/** An account with a root key, and a user with a key of her own: entries 1 to 4. */
function withAlice() {
  const opened: string[] = [];
  const directory = new Directory((accessKeyId, sealed) => {
    if (new TextDecoder().decode(sealed) === 'damaged') throw new Error('does not open');
    opened.push(accessKeyId);
    return bytes(`secret of ${accessKeyId}`);
  });
  let sequence = 0;
  const happensIn = (account: AccountId, event: AccessEvent, sealedSecret?: Uint8Array) => {
    sequence += 1;
    directory.apply({ sequence, at: at(sequence), account, actor, event, ...(sealedSecret && { sealedSecret }) });
  };
  const happens = (event: AccessEvent, sealedSecret?: Uint8Array) => happensIn(ACCOUNT, event, sealedSecret);
  happens({ kind: 'account-created', name: 'main' });
  happens({ kind: 'access-key-created', accessKeyId: 'root-key' }, bytes('sealed'));
  happens({ kind: 'user-created', user: 'alice', userId: alice.userId });
  happens({ kind: 'access-key-created', accessKeyId: 'alice-key', user: 'alice' }, bytes('sealed'));
  return { directory, opened, happens, happensIn };
}

function mayRevoke(directory: Directory, principal: Principal): boolean {
  const context: ConditionContext = {
    currentTime: at(0),
    secureTransport: false,
    sourceIp: '192.0.2.1',
    mfaPresent: false,
    principalArn: arnOf(principal),
  };
  const action = 'yundun-cert:CreateRevokeClientCertificate';
  return evaluate(directory.policiesOf(principal), { action, resource: '*', context }).allowed;
}

function custom(directory: Directory, account: AccountId): string[] {
  return directory
    .policies(account)
    .filter(({ kind }) => kind === 'custom')
    .map(({ name }) => name);
}

function documentOf(effect: 'Allow' | 'Deny'): string {
  return JSON.stringify({ Version: '1', Statement: [{ Effect: effect, Action: 'yundun-cert:*', Resource: '*' }] });
}

function at(sequence: number): UnixMillis {
  return unixMillis(1_771_804_800_000 + sequence);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
