// What the password policy says of old passwords, at its boundaries.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Directory } from '../../src/access/directory.ts';
import type { AccessEvent } from '../../src/access/events.ts';
import { FailedAttempts } from '../../src/access/failed-attempts.ts';
import { hashPassword } from '../../src/access/password.ts';
import { defaultPasswordPolicy } from '../../src/access/password-policy.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { Clock, MonotonicMillis, UnixMillis } from '../../src/base/time.ts';
import { signInByPassword } from '../../src/protocols/console/by-password.ts';
import { ConsoleError } from '../../src/protocols/console/replies.ts';
import { Sessions } from '../../src/protocols/console/sessions.ts';
import type { EdgeRequest } from '../../src/protocols/edge.ts';

const account = '1234567890123456' as AccountId;
const password = 'correct-Horse-42-battery';
const days = 86_400_000;

async function signInAfter(millis: number, hardExpiry: boolean) {
  const hash = await hashPassword(password, randomBytes);
  const directory = new Directory((_identity, sealed) => sealed);
  let sequence = 0;
  const happen = (event: AccessEvent, sealedSecret?: Uint8Array) =>
    directory.apply({
      sequence: ++sequence,
      at: 0 as UnixMillis,
      account,
      actor: { principal: '', requestId: '', sourceAddress: '' },
      event,
      ...(sealedSecret && { sealedSecret }),
    });
  happen({ kind: 'account-created', name: 'main' });
  happen({ kind: 'password-policy-set', policy: { ...defaultPasswordPolicy, maxPasswordAge: 30, hardExpiry } });
  happen({ kind: 'user-created', user: 'alice', userId: '1' });
  const login = { passwordResetRequired: false, mfaBindRequired: false, isNew: true } as const;
  happen({ kind: 'login-profile-written', user: 'alice', secretId: 'a', ...login }, hash);
  const clock: Clock = { now: () => millis as UnixMillis, monotonic: () => 0 as MonotonicMillis };
  const rules = { limit: 5, windowSeconds: 60, capacity: 10 };
  const sessionRules = { idleSeconds: 60, absoluteSeconds: 60, capacity: 10, capacityOfAccount: 10 };
  const body = new TextEncoder().encode(JSON.stringify({ userName: `alice@${account}`, password }));
  const fields: Record<string, string> = { 'content-type': 'application/json' };
  const request: EdgeRequest = {
    method: 'POST',
    path: '/console/api/session/user',
    query: '',
    headers: { has: (name) => name in fields, only: (name) => fields[name], all: () => [] },
    body,
    sourceAddress: () => '127.0.0.1',
    secure: false,
  };
  try {
    const reply = await signInByPassword(request, {
      directory,
      clock,
      sessions: new Sessions(sessionRules, clock, randomBytes),
      sessionRules,
      lastUses: { note: () => {}, of: () => undefined, flush: async () => {} },
      observe: () => {},
      failedBySource: new FailedAttempts(rules, clock),
      wrongPasswords: new FailedAttempts(rules, clock),
      failedCodes: new FailedAttempts(rules, clock),
    });
    return JSON.parse(String(reply.body)).owes ?? 'nothing';
  } catch (error) {
    return error instanceof ConsoleError ? error.code : error;
  }
}

for (const [millis, soft, hard] of [
  [30 * days - 1, 'nothing', 'nothing'],
  [30 * days, 'change-password', 'PasswordExpired'],
  [30 * days + 1, 'change-password', 'PasswordExpired'],
] as const) {
  test(`MaxPasswordAge 30: after ${millis} ms ${soft}, with HardExpiry ${hard}`, async () => {
    assert.equal(await signInAfter(millis, false), soft);
    assert.equal(await signInAfter(millis, true), hard);
  });
}
