// Writes the last uses of keys down while the service runs, and once more when it stops.

import { LastUses } from '../access/last-use.ts';
import type { LastUseStore } from '../access/principals.ts';
import type { Clock, UnixMillis } from '../base/time.ts';
import type { CallOutcome } from '../protocols/rpc/gateway.ts';
import type { Log } from './log.ts';

const lookEveryMillis = 5000;

export interface KeptLastUses {
  readonly lastUses: LastUses;
  readonly stop: () => Promise<void>;
}

export async function keepLastUses(store: LastUseStore, clock: Clock, log: Log): Promise<KeptLastUses> {
  await store
    .dropLastUses()
    .catch((error: unknown) => log.warn({ err: error }, 'last uses of what is no longer there could not be forgotten'));
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

/** A key is used by every call that is proven to be its own, refused or not. Temporary keys end before anybody would ask. */
export function noteUse(lastUses: Pick<LastUses, 'note'>, { caller, operation }: CallOutcome, at: UnixMillis): void {
  if (caller?.accessKeyId === undefined || caller.principal.kind === 'assumed-role') return;
  lastUses.note({ subject: caller.accessKeyId, at, service: operation?.product.code ?? '' });
}
