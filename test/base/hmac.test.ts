import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { equalSecretTexts } from '../../src/base/bytes.ts';
import { hmac } from '../../src/base/hmac.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';

test('HMAC is that of RFC 2104 for keys below, of and above a block, and texts of any characters (seed printed)', (t) => {
  const seed = newSeed('HMAC_SEED');
  t.diagnostic(`HMAC_SEED=${seed}`);
  const random = seededRandom(seed);
  const characters = ['a', '&', '\u00e9', '\u4e2d', '\u{1f512}', '\ud800'];
  for (const length of [0, 1, 20, 63, 64, 65, 128, 300]) {
    for (const most of [0, 1, 500, 20_000]) {
      const key = random.octets(length);
      const text = Array.from({ length: random.below(most + 1) }, () => random.pick(characters)).join('');
      for (const algorithm of ['sha1', 'sha256'] as const) {
        for (const encoding of ['base64', 'hex'] as const) {
          const expected = createHmac(algorithm, key).update(text).digest(encoding);
          assert.equal(hmac(algorithm, key, text, encoding), expected, `${algorithm}, key of ${length} octets`);
        }
      }
    }
  }
});

test('texts of secrets are equal where every character is, also beyond ASCII', () => {
  const secret = 'OLeaidS1JvxuMvnyHOwuJ+uX5qY=';
  assert.ok(equalSecretTexts(secret, `${secret}`));
  assert.ok(equalSecretTexts('', ''));
  assert.ok(!equalSecretTexts(secret, secret.slice(1)));
  assert.ok(!equalSecretTexts(secret, `${secret}=`));
  for (let at = 0; at < secret.length; at++) {
    // The last has the low octet of what it stands for.
    for (const other of ['*', String.fromCharCode(secret.charCodeAt(at) + 0x100)]) {
      assert.ok(!equalSecretTexts(secret, secret.slice(0, at) + other + secret.slice(at + 1)), `at ${at}`);
    }
  }
});
