import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes } from '../../src/base/lanes.ts';

test('as many run at once as there are lanes, the others in the order they came, whatever becomes of each', async () => {
  for (const atOnce of [1, 2, 5]) {
    const lanes = new Lanes(atOnce);
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const work = Array.from({ length: 20 }, (_, index) =>
      lanes.run(async () => {
        begun.push(index);
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        if (index % 3 === 0) throw new Error(`${index}`);
        return index;
      }),
    );
    const outcomes = await Promise.allSettled(work);
    assert.equal(most, atOnce);
    assert.deepEqual(begun, [...begun.keys()]);
    for (const [index, outcome] of outcomes.entries()) {
      assert.equal(outcome.status, index % 3 === 0 ? 'rejected' : 'fulfilled');
    }
  }
});
