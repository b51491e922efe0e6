// A thread that claims nonces beside others, for replay.test.ts: each of them once, in an order of its own.

import { parentPort, workerData } from 'node:worker_threads';
import type { MonotonicMillis, UnixMillis, UnixSeconds } from '../../src/base/time.ts';
import { ReplayGuard, type SharedNonces } from '../../src/protocols/rpc/replay.ts';

export interface Claiming {
  readonly shared: SharedNonces;
  readonly now: UnixMillis;
  readonly timestamp: UnixSeconds;
  readonly nonces: readonly string[];
  /** Counts the threads that are up; they begin when it has their number. */
  readonly up: SharedArrayBuffer;
  readonly threads: number;
}

const { shared, now, timestamp, nonces, up, threads } = workerData as Claiming;
const guard = new ReplayGuard({ now: () => now, monotonic: () => 0 as MonotonicMillis }, shared);
const word = new Int32Array(up);
Atomics.add(word, 0, 1);
while (Atomics.load(word, 0) < threads);
const fresh = nonces.filter((nonce) => guard.claim('key', nonce, timestamp) === 'fresh');
parentPort?.postMessage(fresh);
