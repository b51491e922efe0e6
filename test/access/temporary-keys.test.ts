// Temporary keys as their holder and the gateway see them, on a clock of the test's own.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { ListedRole } from '../../src/access/listed.ts';
import { createTemporaryKeys, type Session, type TemporaryKeyPair } from '../../src/access/temporary-keys.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { type MonotonicMillis, unixMillis, unixSeconds } from '../../src/base/time.ts';
import { Sealer } from '../../src/drivers/sealer.ts';

const account = '1234567890123456' as AccountId;
const session: Session = { account, role: 'deployer', roleId: '7', session: 'alice', expires: unixSeconds(2_000_000) };

function keysOnClock(sealing = new Sealer(randomBytes(32), randomBytes)) {
  let now = unixMillis(1_999_000_000);
  const roles = new Map([['deployer', '7']]);
  let opened = 0;
  const keys = createTemporaryKeys({
    sealing: {
      seal: (identity, plain) => sealing.seal(identity, plain),
      open: (identity, sealed) => {
        opened++;
        return sealing.open(identity, sealed);
      },
    },
    directory: {
      role: (of, name) => {
        const roleId = of === account ? roles.get(name) : undefined;
        return roleId === undefined ? undefined : ({ name, roleId } as ListedRole);
      },
    },
    clock: { now: () => now, monotonic: () => 0 as MonotonicMillis },
    random: randomBytes,
  });
  return {
    ...keys,
    roles,
    setTime: (millis: number) => (now = unixMillis(millis)),
    timesOpened: () => opened,
    ask: ({ accessKeyId, securityToken }: TemporaryKeyPair) => keys.find(accessKeyId, securityToken),
  };
}

test('a key is found with its own token, with its secret and its session', () => {
  const { issue, ask } = keysOnClock();
  const pair = issue(session);
  const found = ask(pair);
  assert.ok(typeof found === 'object');
  assert.equal(found.id, pair.accessKeyId);
  assert.equal(new TextDecoder().decode(found.secret), pair.accessKeySecret);
  assert.deepEqual(found.principal, {
    kind: 'assumed-role',
    account,
    role: 'deployer',
    roleId: '7',
    session: 'alice',
    expires: 2_000_000_000,
  });
});

test('a key is good until the millisecond before it expires', () => {
  const { issue, ask, setTime } = keysOnClock();
  const pair = issue(session);
  for (const isAskedBefore of [false, true]) {
    if (isAskedBefore) ask(pair);
    for (const [millis, expected] of [
      [1_999_999_999, 'object'],
      [2_000_000_000, 'expired'],
      [2_000_000_001, 'expired'],
    ] as const) {
      setTime(millis);
      const found = ask(pair);
      assert.equal(typeof found === 'object' ? 'object' : found, expected, String(millis));
    }
    setTime(1_999_000_000);
  }
});

test('a token is of one key, of one service, and of a role that is still there', () => {
  const { issue, find, ask, roles } = keysOnClock();
  const [one, other] = [issue(session), issue(session)];
  assert.notEqual(one.securityToken, other.securityToken);
  assert.equal(find(one.accessKeyId, other.securityToken), 'mismatch');
  assert.equal(keysOnClock().ask(one), 'malformed');
  assert.ok(typeof ask(one) === 'object');
  roles.set('deployer', '8');
  assert.equal(ask(one), 'role-gone');
  roles.delete('deployer');
  assert.equal(ask(one), 'role-gone');
  assert.equal(ask(issue({ ...session, account: '2234567890123456' as AccountId })), 'role-gone');
});

test('no other spelling of a token is one: each character changed to each other, cut off, and anything added', () => {
  const { issue, find } = keysOnClock();
  const { accessKeyId, securityToken } = issue(session);
  const refused = (token: string) => assert.equal(find(accessKeyId, token), 'malformed', token);
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=';
  for (let at = 0; at < securityToken.length; at++) {
    for (const character of characters) {
      if (character !== securityToken[at])
        refused(securityToken.slice(0, at) + character + securityToken.slice(at + 1));
    }
    refused(securityToken.slice(0, at));
  }
  for (const character of `${characters} \n`) {
    refused(securityToken + character);
    refused(character + securityToken);
  }
  assert.ok(typeof find(accessKeyId, securityToken) === 'object');
});

test('the longest session policy fits, and nothing longer than a token is decrypted', () => {
  const { issue, ask, find, timesOpened } = keysOnClock();
  const before = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"acs:oss:::';
  for (const filling of ['"', '一', 'a', '\\n']) {
    const text = filling === '"' ? '\\"' : filling;
    const policy = `${before}${text.repeat(Math.floor((2048 - before.length - 4) / text.length))}"}]}`;
    assert.ok(policy.length <= 2048 && policy.length > 2040);
    const pair = issue({
      ...session,
      policy,
      role: 'deployer',
      session: 's'.repeat(64),
    });
    const found = ask(pair);
    assert.ok(typeof found === 'object' && found.principal.kind === 'assumed-role', filling);
    assert.deepEqual(found.principal.sessionPolicy?.policy.statements.length, 1);
  }
  const opened = timesOpened();
  assert.equal(find('STS.x', 'A'.repeat(10_001)), 'malformed');
  assert.equal(timesOpened(), opened);
});

test('a token is opened once and remembered; of 1,001 the first is forgotten, and found again', () => {
  const { issue, ask, timesOpened, find } = keysOnClock();
  const first = issue(session);
  for (let round = 0; round < 3; round++) ask(first);
  assert.equal(timesOpened(), 1);
  for (let index = 0; index < 1000; index++) ask(issue(session));
  assert.equal(timesOpened(), 1001);
  assert.ok(typeof ask(first) === 'object');
  assert.equal(timesOpened(), 1002);
  // What is refused is not remembered: strangers push nobody out.
  for (let index = 0; index < 2000; index++) find('STS.x', `${first.securityToken.slice(0, 300)}${index}`);
  const opened = timesOpened();
  ask(first);
  assert.equal(timesOpened(), opened);
});

test('a session policy that is not understood any more denies everything', () => {
  const { issue, ask } = keysOnClock();
  const found = ask(issue({ ...session, policy: '{"Version":"2"}' }));
  assert.ok(typeof found === 'object' && found.principal.kind === 'assumed-role');
  assert.equal(found.principal.sessionPolicy?.policy.statements[0]?.effect, 'Deny');
});
