// What /metrics tells, and what it costs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createMetrics } from '../../src/app/metrics.ts';

test('who asks in one turn gets the same text, made once; who asks in the next gets what is true then', async (t) => {
  let certificates = 0;
  const none = () => 0;
  const metrics = createMetrics({
    certificates: () => ++certificates,
    journalSequence: none,
    rememberedNonces: none,
    lostLogLines: none,
    workers: none,
  });
  t.after(metrics.stop);
  const texts = new Set(await Promise.all(Array.from({ length: 1000 }, metrics.text)));
  assert.deepEqual([...texts].map(told), ['1']);
  await nextTurn();
  assert.equal(told(await metrics.text()), '2');
});

function told(text: string): string | undefined {
  return /^certitude_certificates (\d+)$/m.exec(text)?.[1];
}
