// The files that keep signature nonces: what they hold once a fault of the disk is over.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NonceFiles } from '../../src/app/nonce-files.ts';
import { type MonotonicMillis, toSeconds, unixMillis } from '../../src/base/time.ts';
import { timestampWindowSeconds } from '../../src/protocols/rpc/replay.ts';
import { until } from '../until.ts';

const now = unixMillis(1_800_000_000_000);
const quarter = Math.floor(toSeconds(now) / timestampWindowSeconds);
const clock = { now: () => now, monotonic: () => 0 as MonotonicMillis };

/** Files whose disk can be taken away and given back. */
function onDisk(t: TestContext) {
  const parent = mkdtempSync(join(tmpdir(), 'certitude-nonces-'));
  const [folder, away] = [join(parent, 'nonces'), join(parent, 'away')];
  let failures = 0;
  const files = new NonceFiles({ folder, clock, onFailure: () => failures++ });
  t.after(() => {
    files.close();
    rmSync(parent, { recursive: true });
  });
  return {
    files,
    takeAway: () => renameSync(folder, away),
    giveBack: () => renameSync(away, folder),
    failures: () => failures,
    /** The second half of each nonce there is a record of. */
    written: () =>
      readdirSync(folder).flatMap((name) => {
        const bytes = readFileSync(join(folder, name));
        return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readInt32BE(8 * index + 4));
      }),
  };
}

test('nonces that could not be written are written when they can, though nothing else is called', async (t) => {
  const { files, takeAway, giveBack, failures, written } = onDisk(t);
  takeAway();
  files.append(quarter, { high: 1, low: 1 });
  files.beforeReplies();
  files.append(quarter, { high: 1, low: 2 });
  assert.equal(failures(), 1);
  assert.match(files.problems().join('\n'), /nonces cannot be written/);
  giveBack();
  await until(() => written().length >= 2);
  assert.deepEqual(written(), [1, 2]);
  assert.deepEqual(files.problems(), []);
});

test('a change is let through only with its own nonce written, however many waited before it', async (t) => {
  for (const before of [65_535, 65_536, 65_537]) {
    const { files, takeAway, giveBack, written } = onDisk(t);
    takeAway();
    for (let low = 1; low <= before; low++) files.append(quarter, { high: 1, low });
    files.append(quarter, { high: 1, low: -1 });
    giveBack();
    files.secure();
    assert.ok(written().includes(-1), `after ${before}`);
  }
});
