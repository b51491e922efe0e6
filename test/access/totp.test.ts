// One-time codes (RFC 6238).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totpCode, totpStep, verifyTotp } from '../../src/access/totp.ts';
import { unixMillis } from '../../src/base/time.ts';

const seed = new TextEncoder().encode('12345678901234567890');

test('RFC 6238 appendix B: the codes of the test vectors, their last six digits', () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const) {
    assert.equal(totpCode(seed, totpStep(unixMillis(seconds * 1000))), code, String(seconds));
  }
});

test('RFC 6238 §5.2: a code of the step before, of this and of the next is accepted, those beside them are not', () => {
  const now = unixMillis(1_234_567_890_000);
  const step = totpStep(now);
  const accepted = [-2, -1, 0, 1, 2].map((off) => verifyTotp(seed, { code: totpCode(seed, step + off), now }));
  assert.deepEqual(accepted, [undefined, step - 1, step, step + 1, undefined]);
});

test('RFC 6238 §5.2: a code is not accepted twice, nor an older one after it', () => {
  const now = unixMillis(1_234_567_890_000);
  const step = totpStep(now);
  const after = verifyTotp(seed, { code: totpCode(seed, step), now }) ?? assert.fail('not accepted');
  assert.equal(verifyTotp(seed, { code: totpCode(seed, step), now, after }), undefined);
  assert.equal(verifyTotp(seed, { code: totpCode(seed, step - 1), now, after }), undefined);
  assert.equal(verifyTotp(seed, { code: totpCode(seed, step + 1), now, after }), step + 1);
});

test('what is no code of six digits is not accepted', () => {
  const now = unixMillis(1_234_567_890_000);
  const code = totpCode(seed, totpStep(now));
  for (const other of ['', code.slice(1), `0${code}`, ` ${code}`, `${code}\n`]) {
    assert.equal(verifyTotp(seed, { code: other, now }), undefined, JSON.stringify(other));
  }
});
