// Passwords: how they are kept, checked, and what an account asks of them.

import assert from 'node:assert/strict';
import { argon2Sync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { hashPassword, verifyPassword } from '../../src/access/password.ts';
import {
  defaultPasswordPolicy,
  type PasswordPolicy,
  passwordProblem,
  policyProblem,
} from '../../src/access/password-policy.ts';

test('a hash is argon2id in the PHC string format, with a salt of its own', async () => {
  const [one, other] = [
    await hashPassword('Correct-Horse-1', randomBytes),
    await hashPassword('Correct-Horse-1', randomBytes),
  ];
  const [, memory, passes, parallelism, salt, tag] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/.exec(
      new TextDecoder().decode(one),
    ) ?? assert.fail('another form');
  const again = argon2Sync('argon2id', {
    message: 'Correct-Horse-1',
    nonce: Buffer.from(salt ?? '', 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: 32,
  });
  assert.equal(again.toString('base64').replaceAll('=', ''), tag);
  assert.notDeepEqual(one, other);
});

test('a password opens its own hash and no other', async () => {
  const hash = await hashPassword('Correct-Horse-1', randomBytes);
  assert.equal(await verifyPassword('Correct-Horse-1', hash), true);
  for (const other of ['', 'correct-horse-1', 'Correct-Horse-1 ', 'Correct-Horse-12']) {
    assert.equal(await verifyPassword(other, hash), false, other);
  }
});

test('where there is no hash no password is right, and a hash of other parameters is still understood', async () => {
  assert.equal(await verifyPassword('Correct-Horse-1', undefined), false);
  const nonce = randomBytes(16);
  const parameters = { memory: 1024, passes: 3, parallelism: 2, tagLength: 32 };
  const tag = argon2Sync('argon2id', { message: 'Correct-Horse-1', nonce, ...parameters });
  const [salt64, tag64] = [nonce, tag].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  const hash = new TextEncoder().encode(`$argon2id$v=19$m=1024,t=3,p=2$${salt64}$${tag64}`);
  assert.equal(await verifyPassword('Correct-Horse-1', hash), true);
  await assert.rejects(verifyPassword('Correct-Horse-1', new TextEncoder().encode('plain')), TypeError);
});

test('a password too long for any policy is not hashed in full, and is never right', async () => {
  const long = 'x'.repeat(129);
  const hash = await hashPassword(long, randomBytes);
  assert.equal(await verifyPassword(long, hash), false);
  assert.equal(await verifyPassword(`${long}y`, hash), false);
});

test('a policy asks for length, kinds of characters, different ones, and not the name of the user', () => {
  const asks = (change: Partial<PasswordPolicy>, password: string) =>
    passwordProblem(password, 'Alice', { ...defaultPasswordPolicy, ...change }) === undefined;
  const forms: readonly [Partial<PasswordPolicy>, string, boolean][] = [
    [{}, 'x'.repeat(7), false],
    [{}, 'x'.repeat(8), true],
    [{}, 'x'.repeat(128), true],
    [{}, 'x'.repeat(129), false],
    [{}, 'with blank', false],
    [{ minimumPasswordLength: 9 }, 'x'.repeat(8), false],
    [{ requireLowercaseCharacters: true }, 'ABCDEFG1', false],
    [{ requireLowercaseCharacters: true }, 'ABCDEFGh', true],
    [{ requireUppercaseCharacters: true }, 'abcdefg1', false],
    [{ requireUppercaseCharacters: true }, 'abcdefgH', true],
    [{ requireNumbers: true }, 'abcdefgh', false],
    [{ requireNumbers: true }, 'abcdefg1', true],
    [{ requireSymbols: true }, 'abcdefg1', false],
    [{ requireSymbols: true }, 'abcdefg-', true],
    [{ minimumPasswordDifferentCharacter: 3 }, 'abababab', false],
    [{ minimumPasswordDifferentCharacter: 3 }, 'abababac', true],
    [{ passwordNotContainUserName: true }, 'my-aLiCe-1', false],
    [{ passwordNotContainUserName: true }, 'my-alic-e1', true],
  ];
  for (const [change, password, accepted] of forms) {
    assert.equal(asks(change, password), accepted, `${JSON.stringify(change)} ${password}`);
  }
});

test('a policy keeps to the ranges of the vendor', () => {
  const forms: readonly [Partial<PasswordPolicy>, boolean][] = [
    [{}, true],
    [{ minimumPasswordLength: 7 }, false],
    [{ minimumPasswordLength: 8 }, true],
    [{ minimumPasswordLength: 32 }, true],
    [{ minimumPasswordLength: 33 }, false],
    [{ minimumPasswordLength: 8.5 }, false],
    [{ minimumPasswordDifferentCharacter: 8 }, true],
    [{ minimumPasswordDifferentCharacter: 9 }, false],
    [{ maxPasswordAge: -1 }, false],
    [{ maxPasswordAge: 1095 }, true],
    [{ maxPasswordAge: 1096 }, false],
    [{ maxLoginAttempts: 32 }, true],
    [{ maxLoginAttempts: 33 }, false],
  ];
  for (const [change, accepted] of forms) {
    assert.equal(
      policyProblem({ ...defaultPasswordPolicy, ...change }) === undefined,
      accepted,
      JSON.stringify(change),
    );
  }
});
