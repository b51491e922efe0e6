// Which certificate of https serves when another comes at an awkward moment.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/app/log.ts';
import { createMetrics } from '../../src/app/metrics.ts';
import { keepTls } from '../../src/app/tls/keeper.ts';
import type { CheckedMaterial } from '../../src/app/tls/material.ts';
import { systemClock, toSeconds, unixSeconds } from '../../src/base/time.ts';

function material(certificates: string): CheckedMaterial {
  const now = toSeconds(systemClock.now());
  const [notBefore, notAfter] = [unixSeconds(now - 60), unixSeconds(now + 3600)];
  return { certificates, key: '', notBefore, notAfter, fingerprint: certificates };
}

test('who begins to follow late gets the certificate that is in use; one that cannot be served with is tried again', async (t) => {
  const none = () => 0;
  const metrics = createMetrics({
    certificates: none,
    journalSequence: none,
    rememberedNonces: none,
    lostLogLines: none,
    workers: none,
  });
  const log = createLog('error');
  let found = material('first');
  const keeper = await keepTls({ read: async () => found }, { clock: systemClock, log, metrics });
  t.after(async () => {
    await keeper.stop();
    metrics.stop();
  });

  found = material('second');
  await keeper.check();
  const served: string[] = [];
  let isBroken = false;
  keeper.follow(({ certificates }) => {
    if (isBroken) throw new Error('not now');
    served.push(certificates);
  });
  assert.deepEqual(served, ['second']);

  found = material('third');
  isBroken = true;
  await keeper.check();
  assert.equal(keeper.inUse().certificates, 'second');
  assert.equal(keeper.problems().length, 1);
  isBroken = false;
  await keeper.check();
  assert.deepEqual(served, ['second', 'third']);
  assert.deepEqual(keeper.problems(), []);
});
