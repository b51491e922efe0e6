// Work that goes on after its caller was answered: run one turn later, tried again while the store is away, waited for by a stop.

import { setTimeout as delay } from 'node:timers/promises';
import type { Background } from '../registry/background.ts';
import { StoreUnavailable } from '../registry/store.ts';

const retryMillis = 1000;

export class BackgroundWork implements Background {
  readonly #underWay = new Set<Promise<void>>();
  readonly #onError: (name: string, error: unknown) => void;
  readonly #stopping = new AbortController();

  constructor(onError: (name: string, error: unknown) => void) {
    this.#onError = onError;
  }

  start(name: string, work: () => Promise<void>): void {
    const running = this.#run(name, work).finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  /** Lets what is under way end and tries nothing again; the next start finds what was left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#underWay);
  }

  async #run(name: string, work: () => Promise<void>): Promise<void> {
    // A turn later: the caller is answered first.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      try {
        return await work();
      } catch (error) {
        this.#onError(name, error);
        if (!(error instanceof StoreUnavailable) || this.#stopping.signal.aborted) return;
        await delay(retryMillis, undefined, { signal: this.#stopping.signal }).catch(() => {});
        if (this.#stopping.signal.aborted) return;
      }
    }
  }
}
