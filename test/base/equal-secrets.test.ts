// Secrets compared: by the same steps wherever they differ, as the engine counts them. (How long it takes is for
// `npm run bench -- secrets`: a time cannot be asserted on a machine that others share.)

import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { after, test } from 'node:test';

const engine = new Session();
engine.connect();
await engine.post('Profiler.enable');
// Begun before the code is loaded: blocks are counted in what is compiled from here on.
await engine.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
const { bytesToLatin1, equalSecrets, equalSecretTexts } = await import('../../src/base/bytes.ts');

after(() => engine.disconnect());

/** Every block of the compared code, and how often it was run by this. */
async function steps(run: () => void) {
  await engine.post('Profiler.takePreciseCoverage');
  run();
  const { result } = await engine.post('Profiler.takePreciseCoverage');
  const blocks = result.filter(({ url }) => url.endsWith('/src/base/bytes.ts')).flatMap(({ functions }) => functions);
  assert.ok(blocks.length > 0, 'the engine counted nothing');
  return blocks.filter(({ ranges }) => ranges.some(({ count }) => count > 0));
}

for (const [what, equal] of [
  ['octets', (a, b) => equalSecrets(a, b)],
  ['texts', (a, b) => equalSecretTexts(bytesToLatin1(a), bytesToLatin1(b))],
] satisfies [string, (a: Uint8Array, b: Uint8Array) => boolean][]) {
  test(`secrets as ${what} are compared by the same steps wherever, and whether, they differ`, async () => {
    const secret = new Uint8Array(32).fill(7);
    const same = await steps(() => assert.equal(equal(secret, secret.slice()), true));
    for (const at of [0, 1, 15, 16, 30, 31]) {
      const other = secret.slice();
      other[at] = 8;
      assert.deepEqual(await steps(() => assert.equal(equal(secret, other), false)), same, `where octet ${at} differs`);
    }
  });

  test(`secrets as ${what} of another length are not equal`, () => {
    const secret = new Uint8Array(32).fill(7);
    for (const length of [0, 31, 33]) assert.equal(equal(secret, new Uint8Array(length).fill(7)), false);
  });
}
