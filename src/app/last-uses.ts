// Writes the last uses of keys down while the service runs, and once more when it stops.

import { LastUses } from '../access/last-use.ts';
import type { LastUseStore } from '../access/principals.ts';
import type { Clock } from '../base/time.ts';
import type { Log } from './log.ts';

const lookEveryMillis = 5000;

export interface KeptLastUses {
  readonly lastUses: LastUses;
  readonly stop: () => Promise<void>;
}

export async function keepLastUses(store: LastUseStore, clock: Clock, log: Log): Promise<KeptLastUses> {
  const lastUses = await LastUses.open(store);
  // What could not be written is tried again; no call depends on it.
  const flush = (all: boolean) =>
    lastUses
      .flush(clock.now(), { all })
      .catch((error: unknown) => log.warn({ err: error }, 'last uses of keys could not be written down'));
  const timer = setInterval(() => void flush(false), lookEveryMillis).unref();
  return {
    lastUses,
    stop: () => {
      clearInterval(timer);
      return flush(true);
    },
  };
}
