// Signatures that are checked in a thread of their own are judged as those on the event loop.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { FileSigner } from '../../src/drivers/file-signer.ts';
import { Sealer } from '../../src/drivers/sealer.ts';
import { SignatureChecker } from '../../src/drivers/signature-checker.ts';
import { type KeyAlgorithm, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { type VerifySignature, verifySignature } from '../../src/pki/signature.ts';
import type { Identifier } from '../../src/registry/model.ts';

function checker(t: TestContext): SignatureChecker {
  const made = new SignatureChecker();
  t.after(() => made.close());
  return made;
}

async function signed(algorithm: KeyAlgorithm, message: Uint8Array) {
  const signer = new FileSigner(new Sealer(randomBytes(32), randomBytes));
  const identifier = 'a'.repeat(32) as Identifier;
  const { publicKey, sealed } = await signer.generate(identifier, algorithm, '1' as AccountId);
  const signature = await signer.sign({ identifier, algorithm, sealed }, message);
  return [message, signature, publicKey, signatureAlgorithmOf(algorithm)] as const;
}

/** Neighbours sign with different algorithms. */
const algorithms = ['RSA_1024', 'ECC_256', 'RSA_2048', 'ECC_384', 'SM2_256', 'ECC_512'] as const;

test('of many at once, of every algorithm, each has its own verdict: that of verifySignature', async (t) => {
  const { verify } = checker(t);
  const genuine = await Promise.all(algorithms.map((algorithm, index) => signed(algorithm, randomBytes(index * 100))));
  const asked: Parameters<VerifySignature>[] = genuine.flatMap(([message, signature, spki, algorithm], index) => {
    const other = genuine[(index + 1) % genuine.length] ?? assert.fail();
    return [
      [message, signature, spki, algorithm],
      [Buffer.concat([message, Buffer.of(0)]), signature, spki, algorithm],
      [message, signature.with(signature.length - 1, (signature.at(-1) ?? 0) ^ 1), spki, algorithm],
      [message, signature, other[2], algorithm],
      [message, signature, spki, other[3]],
      [message, new Uint8Array(), spki, algorithm],
      [message, signature, new Uint8Array(), algorithm],
    ] satisfies Parameters<VerifySignature>[];
  });
  const verdicts = await Promise.all(asked.map((each) => verify(...each)));
  assert.deepEqual(
    verdicts,
    asked.map((each) => verifySignature(...each)),
  );
  assert.equal(verdicts.filter((verdict) => verdict).length, algorithms.length);
});

test('7, 8 and 9 that are asked for together are all answered, and what was given stays as it is', async (t) => {
  const { verify } = checker(t);
  const asked = await signed('ECC_256', Buffer.from('message'));
  for (const count of [7, 8, 9]) {
    assert.deepEqual(
      await Promise.all(Array.from({ length: count }, () => verify(...asked))),
      Array.from({ length: count }, () => true),
    );
  }
  assert.equal(String(asked[0]), 'message');
});

test('what is under way when the thread ends, and what comes after it, is not taken for genuine', async () => {
  const ending = new SignatureChecker();
  const asked = await signed('ECC_256', Buffer.from('message'));
  assert.ok(await ending.verify(...asked));
  const under = Array.from({ length: 8 }, () => ending.verify(...asked));
  const outcomes = Promise.allSettled([...under, ending.verify(...asked)]);
  await ending.close();
  for (const outcome of await outcomes) if (outcome.status === 'fulfilled') assert.equal(outcome.value, true);
  await assert.rejects(ending.verify(...asked), /has ended/);
});

test('a process ends though nobody has closed the checker, once nothing is being checked', () => {
  const module = new URL('../../src/drivers/signature-checker.ts', import.meta.url);
  const program = `import('${module}').then(async ({ SignatureChecker }) => {
    const none = new Uint8Array(0);
    console.log(await new SignatureChecker().verify(none, none, none, 'ecdsa-with-SHA256'));
  })`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', program], { timeout: 30_000 });
  assert.deepEqual([status, String(stdout)], [0, 'false\n']);
});
