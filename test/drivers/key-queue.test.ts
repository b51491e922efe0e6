// Who waits for whom when more keys are asked for than can be made, with keys that are made when the test says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { KeyQueue, mostWaiting } from '../../src/drivers/key-queue.ts';
import type { KeyAlgorithm } from '../../src/pki/algorithm.ts';
import { SignerBusy } from '../../src/registry/signer.ts';

interface UnderWay {
  readonly algorithm: KeyAlgorithm;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

const account = '1000000000000001' as AccountId;
const other = '1000000000000002' as AccountId;

function watchedQueue(keysAhead = 0) {
  const underWay: UnderWay[] = [];
  const forgotten: KeyAlgorithm[] = [];
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
    { count: keysAhead, forget: (pair) => forgotten.push(pair) },
  );
  return { queue, underWay, forgotten, algorithms: () => underWay.map(({ algorithm }) => algorithm) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Asks for RSA keys of 4,096 bits until they have to wait. */
async function occupy({ queue, underWay }: ReturnType<typeof watchedQueue>): Promise<Promise<KeyAlgorithm>[]> {
  const asked: Promise<KeyAlgorithm>[] = [];
  while (underWay.length === asked.length) {
    asked.push(queue.generate('RSA_4096', account));
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
  for (let index = 1; index < mostWaiting('RSA_4096'); index++) void watched.queue.generate('RSA_4096', account);
  const short = watched.queue.generate('ECC_256', account);
  await turn();
  watched.underWay.find(({ algorithm }) => algorithm === 'ECC_256')?.finish();
  assert.equal(await short, 'ECC_256');
});

test('among RSA keys a short one waits for those under way, not for those that wait', async () => {
  const watched = watchedQueue();
  await occupy(watched);
  for (let index = 0; index < 5; index++) void watched.queue.generate('RSA_4096', account);
  void watched.queue.generate('RSA_2048', account);
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
  for (let waiting = 1; waiting < most; waiting++) asked.push(watched.queue.generate('RSA_4096', account));
  await assert.rejects(watched.queue.generate('RSA_4096', account), SignerBusy);
  const short = watched.queue.generate('RSA_2048', account);
  watched.underWay[0]?.finish();
  await turn();
  asked.push(watched.queue.generate('RSA_4096', account));
  await assert.rejects(watched.queue.generate('RSA_4096', account), SignerBusy);
  while (watched.underWay.length > 0) {
    watched.underWay[0]?.finish();
    await turn();
  }
  assert.equal((await Promise.all([...asked, short])).length, asked.length + 1);
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

test('an account that waits for as many keys as it may keeps no other from its turn, which is the next', async () => {
  const watched = watchedQueue();
  await occupy(watched);
  for (let waiting = 1; waiting < mostWaiting('RSA_4096'); waiting++) void watched.queue.generate('RSA_4096', account);
  await assert.rejects(watched.queue.generate('RSA_4096', account), SignerBusy);
  const others = watched.queue.generate('RSA_4096', other);
  // The first turn is that of who was there first, the second the other's.
  for (let turns = 0; turns < 2; turns++) {
    watched.underWay[0]?.finish();
    await turn();
  }
  watched.underWay.at(-1)?.finish();
  assert.equal(await others, 'RSA_4096');
});

test('keys are made ahead of the algorithms that were asked for, as many as told, and none while somebody waits', async () => {
  const watched = watchedQueue(2);
  const first = watched.queue.generate('ECC_384', account);
  await turn();
  watched.underWay[0]?.finish();
  await first;
  for (let made = 0; made < 2; made++) {
    await turn();
    assert.deepEqual(watched.algorithms(), ['ECC_384']);
    watched.underWay[0]?.finish();
  }
  await turn();
  assert.deepEqual(watched.algorithms(), [], 'two are there');
  assert.equal(await watched.queue.generate('ECC_384', account), 'ECC_384');
  await turn();
  assert.deepEqual(watched.algorithms(), ['ECC_384'], 'the one that was taken is made again');
  watched.queue.close();
  watched.underWay[0]?.finish();
  await turn();
  assert.deepEqual(watched.forgotten, ['ECC_384', 'ECC_384'], 'the one that was there and the one under way');
  assert.deepEqual(watched.algorithms(), []);
});
