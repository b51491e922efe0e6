// Who waits for whom when more keys are asked for than can be made, with keys that are made when the test says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyQueue, mostWaiting } from '../../src/drivers/key-queue.ts';
import type { KeyAlgorithm } from '../../src/pki/algorithm.ts';
import { SignerBusy } from '../../src/registry/signer.ts';

interface UnderWay {
  readonly algorithm: KeyAlgorithm;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

function watchedQueue() {
  const underWay: UnderWay[] = [];
  const queue = new KeyQueue(
    (algorithm) =>
      new Promise<KeyAlgorithm>((resolve, reject) => {
        const made: UnderWay = {
          algorithm,
          finish: () => end(() => resolve(algorithm)),
          fail: (error) => end(() => reject(error)),
        };
        const end = (settle: () => void) => {
          underWay.splice(underWay.indexOf(made), 1);
          settle();
        };
        underWay.push(made);
      }),
  );
  return { queue, underWay, algorithms: () => underWay.map(({ algorithm }) => algorithm) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Asks for RSA keys of 4,096 bits until they have to wait. */
async function occupy({ queue, underWay }: ReturnType<typeof watchedQueue>): Promise<Promise<KeyAlgorithm>[]> {
  const asked: Promise<KeyAlgorithm>[] = [];
  while (underWay.length === asked.length) {
    asked.push(queue.generate('RSA_4096'));
    await turn();
  }
  return asked;
}

test('no more are under way than there are processors to spare, and one thread of four is never given to RSA', async () => {
  const watched = watchedQueue();
  const asked = await occupy(watched);
  assert.ok(watched.underWay.length >= 1 && watched.underWay.length <= 3);
  for (const { length } = asked; watched.underWay.length > 0; await turn()) {
    assert.ok(length > 0);
    watched.underWay[0]?.finish();
  }
  assert.equal((await Promise.all(asked)).length, asked.length);
});

test('a key on a curve does not wait for an RSA key, however many are asked for', async () => {
  const watched = watchedQueue();
  await occupy(watched);
  for (let index = 1; index < mostWaiting('RSA_4096'); index++) void watched.queue.generate('RSA_4096');
  const short = watched.queue.generate('ECC_256');
  await turn();
  watched.underWay.find(({ algorithm }) => algorithm === 'ECC_256')?.finish();
  assert.equal(await short, 'ECC_256');
});

test('among RSA keys a short one waits for those under way, not for those that wait', async () => {
  const watched = watchedQueue();
  await occupy(watched);
  for (let index = 0; index < 5; index++) void watched.queue.generate('RSA_4096');
  void watched.queue.generate('RSA_2048');
  // Those that wait take turns, and the first turn is one of the long ones’.
  for (let turns = 0; turns < 2; turns++) {
    watched.underWay.find(({ algorithm }) => algorithm === 'RSA_4096')?.finish();
    await turn();
  }
  assert.ok(watched.algorithms().includes('RSA_2048'));
});

test('one more than may wait is refused, and room that is made is given away again', async () => {
  const watched = watchedQueue();
  const asked = await occupy(watched);
  const most = mostWaiting('RSA_4096');
  // The last of them waits already.
  for (let waiting = 1; waiting < most; waiting++) asked.push(watched.queue.generate('RSA_4096'));
  await assert.rejects(watched.queue.generate('RSA_4096'), SignerBusy);
  const other = watched.queue.generate('RSA_2048');
  watched.underWay[0]?.finish();
  await turn();
  asked.push(watched.queue.generate('RSA_4096'));
  await assert.rejects(watched.queue.generate('RSA_4096'), SignerBusy);
  while (watched.underWay.length > 0) {
    watched.underWay[0]?.finish();
    await turn();
  }
  assert.equal((await Promise.all([...asked, other])).length, asked.length + 1);
});

test('a key that could not be made leaves its place to the next', async () => {
  const watched = watchedQueue();
  const asked = await occupy(watched);
  watched.underWay[0]?.fail(new Error('no entropy'));
  await assert.rejects(asked[0] ?? Promise.resolve(), /no entropy/);
  await turn();
  while (watched.underWay.length > 0) {
    watched.underWay[0]?.finish();
    await turn();
  }
  assert.equal((await Promise.all(asked.slice(1))).length, asked.length - 1);
});
