// Takes client tokens away whose time is over, while the service runs: a few at a time, so that writers hardly wait for it.

import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, unixMillis } from '../base/time.ts';
import { tokenKeptMillis } from '../registry/client-token.ts';
import type { CertificateStore } from '../registry/store.ts';
import type { Log } from './log.ts';

const lookEveryMillis = 3_600_000;
const pauseMillis = 50;

/** @returns what ends it */
export function dropExpiredTokens(
  store: Pick<CertificateStore, 'dropClientTokens'>,
  clock: Clock,
  log: Log,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async () => {
    while (!signal.aborted) {
      try {
        const mayBeMore = await store.dropClientTokens(unixMillis(clock.now() - tokenKeptMillis));
        await delay(mayBeMore ? pauseMillis : lookEveryMillis, undefined, { signal, ref: false });
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, 'client tokens whose time is over could not be taken away; that is tried again');
        await delay(lookEveryMillis, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  };
  const working = work();
  return async () => {
    stopping.abort();
    await working;
  };
}
