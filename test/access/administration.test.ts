// The operator's commands: what they write, and what they refuse to write.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccessKey, deleteAccessKey, switchAccessKey } from '../../src/access/administration/access-keys.ts';
import { createAccount } from '../../src/access/administration/accounts.ts';
import { type Administration, InvalidName } from '../../src/access/administration/command.ts';
import { attachPolicy, deletePolicy, detachPolicy, writePolicy } from '../../src/access/administration/policies.ts';
import { createUser, deleteUser } from '../../src/access/administration/users.ts';
import type { AccessEvent } from '../../src/access/events.ts';
import { PolicyError } from '../../src/access/policy-error.ts';
import { digits, lettersAndDigits, randomText } from '../../src/access/random-text.ts';
import type { RandomBytes } from '../../src/base/bytes.ts';
import type { AccountId, Draft } from '../../src/base/journal-entry.ts';
import { Refused } from '../../src/base/refusal.ts';
import { type MonotonicMillis, unixMillis } from '../../src/base/time.ts';

const account = '1234567890123456' as AccountId;
const actor = { principal: 'acs:certitude::operator', requestId: 'r-1', sourceAddress: '' };
const by = { actor, account };
const now = unixMillis(1_771_850_784_123);

test('every command writes one event, in its account, at the time of the clock and on behalf of its actor', async () => {
  const { services, written } = recording();
  const document = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  const userId = await createUser({ ...by, user: 'alice' }, services);
  await writePolicy({ ...by, policy: 'own', document }, services);
  await attachPolicy({ ...by, policy: 'own', user: 'alice' }, services);
  await detachPolicy({ ...by, policy: 'own', user: 'alice' }, services);
  await deletePolicy({ ...by, policy: 'own' }, services);
  await switchAccessKey({ ...by, accessKeyId: 'key', active: false }, services);
  await deleteAccessKey({ ...by, accessKeyId: 'key' }, services);
  await deleteUser({ ...by, user: 'alice' }, services);
  const events: AccessEvent[] = [
    { kind: 'user-created', user: 'alice', userId },
    { kind: 'policy-written', policy: 'own', document },
    { kind: 'policy-attached', policy: 'own', user: 'alice' },
    { kind: 'policy-detached', policy: 'own', user: 'alice' },
    { kind: 'policy-deleted', policy: 'own' },
    { kind: 'access-key-switched', accessKeyId: 'key', active: false },
    { kind: 'access-key-deleted', accessKeyId: 'key' },
    { kind: 'user-deleted', user: 'alice' },
  ];
  assert.deepEqual(
    written.map(({ draft }) => draft),
    events.map((event) => ({ at: now, account, actor, event })),
  );
});

test('an account is numbered with sixteen random digits, a user with eighteen, neither beginning with 0', async () => {
  const { services, written } = recording();
  const numbers = new Set<string>();
  for (let round = 0; round < 50; round += 1) {
    const number = await createAccount({ actor, name: 'Main account' }, services);
    const userId = await createUser({ actor, account: number, user: 'alice' }, services);
    assert.match(number, /^[1-9]\d{15}$/);
    assert.match(userId, /^[1-9]\d{17}$/);
    numbers.add(number).add(userId);
  }
  assert.equal(numbers.size, 100);
  assert.deepEqual(written[0]?.draft.event, { kind: 'account-created', name: 'Main account' });
  assert.equal(written[0]?.draft.account, written[1]?.draft.account);
});

test('an access key is made in the vendor’s form, and its secret reaches the store sealed only', async () => {
  const { services, written } = recording();
  const pair = await createAccessKey({ ...by, user: 'alice' }, services);
  assert.match(pair.accessKeyId, /^LTAI[A-Za-z0-9]{20}$/);
  assert.match(pair.accessKeySecret, /^[A-Za-z0-9]{30}$/);
  const [write] = written;
  assert.deepEqual(write?.draft.event, { kind: 'access-key-created', accessKeyId: pair.accessKeyId, user: 'alice' });
  assert.equal(write?.sealed, `sealed for access-key:${pair.accessKeyId}: ${pair.accessKeySecret}`);
  assert.ok(!JSON.stringify(write?.draft).includes(pair.accessKeySecret));
});

test('without a user the key is one of the root', async () => {
  const { services, written } = recording();
  const { accessKeyId } = await createAccessKey(by, services);
  assert.deepEqual(written[0]?.draft.event, { kind: 'access-key-created', accessKeyId });
});

test('a pair the operator brings is taken as it is', async () => {
  const { services, written } = recording();
  const given = { accessKeyId: 'my.key@home_1-2', accessKeySecret: '!"#$%&\'()*+,-./~' };
  assert.deepEqual(await createAccessKey({ ...by, given }, services), given);
  assert.equal(written[0]?.sealed, `sealed for access-key:${given.accessKeyId}: ${given.accessKeySecret}`);
});

test('a given id has 3 to 128 letters, digits, points, at signs, underscores and hyphens', async () => {
  const accessKeySecret = 's'.repeat(30);
  const forms: [string, boolean][] = [
    ['aa', false],
    ['aaa', true],
    ['aaaa', true],
    ['a'.repeat(127), true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['with blank', false],
    ['with/slash', false],
    ['with\nbreak', false],
    ['12345678\n', false],
    ['mit-ümlaut', false],
  ];
  for (const [accessKeyId, accepted] of forms) {
    await expectName(accepted, 'access key id', (services) =>
      createAccessKey({ ...by, given: { accessKeyId, accessKeySecret } }, services),
    );
  }
});

test('a given secret has 8 to 128 printable ASCII characters, and no message repeats it', async () => {
  const forms: [string, boolean][] = [
    ['s'.repeat(7), false],
    ['s'.repeat(8), true],
    ['s'.repeat(9), true],
    ['s'.repeat(127), true],
    ['s'.repeat(128), true],
    ['s'.repeat(129), false],
    ['secret with blanks in it', false],
    ['secret-with-\u007f-in-it', false],
    ['secret-with-é-in-it', false],
    [`${'s'.repeat(20)}\n`, false],
  ];
  for (const [accessKeySecret, accepted] of forms) {
    const error = await expectName(accepted, 'access key secret', (services) =>
      createAccessKey({ ...by, given: { accessKeyId: 'my-access-key', accessKeySecret } }, services),
    );
    if (error) assert.ok(!JSON.stringify([error.message, error.stack, error]).includes(accessKeySecret));
  }
});

test('a user name has 1 to 64 letters, digits, points, underscores and hyphens', async () => {
  const forms: [string, boolean][] = [
    ['', false],
    ['a', true],
    ['A.b_c-9', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['a b', false],
    ['a/b', false],
    ['a:b', false],
    ['a*', false],
    ['a\n', false],
    ['é', false],
  ];
  for (const [user, accepted] of forms) {
    await expectName(accepted, 'user name', (services) => createUser({ ...by, user }, services));
  }
});

test('an account name has 1 to 64 printable characters and no blank at either end', async () => {
  const forms: [string, boolean][] = [
    ['', false],
    ['a', true],
    ['证书 账号', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    [' a', false],
    ['a ', false],
    ['a\u001b[2J', false],
    ['a\nb', false],
    ['a\u202eb', false],
  ];
  for (const [name, accepted] of forms) {
    await expectName(accepted, 'account name', (services) => createAccount({ actor, name }, services));
  }
});

test('a policy name has 1 to 128 letters, digits and hyphens, and does not begin as those of system policies do', async () => {
  const document = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  const forms: [string, boolean][] = [
    ['', false],
    ['a', true],
    ['Read-Only-2', true],
    ['a'.repeat(127), true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['a_b', false],
    ['a b', false],
    ['a.b', false],
    ['a\n', false],
    ['Aliyu', true],
    ['Aliyun', false],
    ['AliyunYundunCertFullAccess', false],
    ['AliyunX', false],
    ['aliyunYundunCertFullAccess', false],
  ];
  for (const [policy, accepted] of forms) {
    await expectName(accepted, 'policy name', (services) => writePolicy({ ...by, policy, document }, services));
  }
});

test('a document that is not understood is not written', async () => {
  const { services, written } = recording();
  const document = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*"}]}';
  await assert.rejects(
    writePolicy({ ...by, policy: 'own', document }, services),
    (error) => error instanceof PolicyError && error.at === 'Statement[0]',
  );
  assert.deepEqual(written, []);
});

test('the system policies can be attached and detached in every account, others of their kind of name cannot be attached', async () => {
  const { services, written } = recording();
  for (const policy of ['AliyunYundunCertFullAccess', 'AliyunYundunCertReadOnlyAccess']) {
    await attachPolicy({ ...by, policy, user: 'alice' }, services);
    await detachPolicy({ ...by, policy, user: 'alice' }, services);
  }
  assert.equal(written.length, 4);
  await assert.rejects(attachPolicy({ ...by, policy: 'AliyunOSSFullAccess', user: 'alice' }, services), (error) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual(error.refusal, { kind: 'does-not-exist', what: 'policy', name: 'AliyunOSSFullAccess' });
    return true;
  });
  assert.equal(written.length, 4);
});

test('a system policy cannot be deleted', async () => {
  await expectName(false, 'policy name', (services) =>
    deletePolicy({ ...by, policy: 'AliyunYundunCertFullAccess' }, services),
  );
});

test('what the store refuses is passed on', async () => {
  const refused = new Refused({ kind: 'limit-reached', what: 'access key', name: 'alice', limit: 2 });
  const { services } = recording();
  const store = { appendAccess: () => Promise.reject(refused) };
  await assert.rejects(createAccessKey({ ...by, user: 'alice' }, { ...services, store }), refused);
});

test('random text gives every character of its alphabet the same number of octets, and throws the rest away', () => {
  for (const [alphabet, perCharacter] of [
    [digits, 25],
    [lettersAndDigits, 4],
    ['123456789', 28],
  ] as const) {
    const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    const text = randomText(alphabet, alphabet.length * perCharacter, () => everyOctet);
    const counts = new Map<string, number>();
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    assert.deepEqual(counts, new Map(alphabet.split('').map((character) => [character, perCharacter])));
  }
});

test('random text asks for more octets when some are thrown away', () => {
  const draws = [Uint8Array.of(255, 250, 249, 0), Uint8Array.of(254, 11), Uint8Array.of(252), Uint8Array.of(7)];
  const asked: number[] = [];
  const randomBytes: RandomBytes = (length) => {
    asked.push(length);
    return draws.shift() ?? assert.fail('asked too often');
  };
  assert.equal(randomText(digits, 4, randomBytes), '9017');
  assert.deepEqual(asked, [4, 2, 1, 1]);
});

function recording() {
  const written: { readonly draft: Draft<AccessEvent>; readonly sealed: string | undefined }[] = [];
  const services: Administration = {
    store: {
      appendAccess(draft, sealedSecret) {
        written.push({ draft, sealed: sealedSecret && new TextDecoder().decode(sealedSecret) });
        return Promise.resolve({ ...draft, sequence: written.length });
      },
    },
    clock: { now: () => now, monotonic: () => 0 as MonotonicMillis },
    randomBytes: octetsOfAGenerator(),
    seal: (id, secret) => new TextEncoder().encode(`sealed for ${id}: ${new TextDecoder().decode(secret)}`),
  };
  return { services, written };
}

/** xorshift32 (Marsaglia, 2003): the same octets in every run. */
function octetsOfAGenerator(): RandomBytes {
  let state = 0x2026_0223;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 24;
    });
}

/** Runs the command; if its name is not accepted, nothing has been written and the error says which name is meant. */
async function expectName(
  accepted: boolean,
  what: InvalidName['what'],
  command: (services: Administration) => Promise<unknown>,
): Promise<InvalidName | undefined> {
  const { services, written } = recording();
  const outcome = await command(services).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.equal(written.length, accepted ? 1 : 0);
  if (accepted) {
    assert.equal(outcome, undefined);
    return undefined;
  }
  assert.ok(outcome instanceof InvalidName, String(outcome));
  assert.equal(outcome.what, what);
  return outcome;
}
