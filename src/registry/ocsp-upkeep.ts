// What OCSP needs done beside its answering: answers that many ask for are signed again before they end, and responders'
// certificates that could not be made are tried again.

import type { OcspDelegates } from './ocsp-delegates.ts';
import type { OcspResponder } from './ocsp-responder.ts';

export interface OcspUpkeepServices {
  readonly responder: Pick<OcspResponder, 'renew'>;
  readonly delegates: Pick<OcspDelegates, 'retry'>;
  readonly onRenewed: (count: number) => void;
  readonly onError: (error: unknown) => void;
}

const tickMillis = 1000;
/** A signer that fails would be told of in the log at every tick. */
const ticksAfterFailure = 60;

export class OcspUpkeep {
  readonly #services: OcspUpkeepServices;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #ticksToWait = 0;
  #stopped = false;

  constructor(services: OcspUpkeepServices) {
    this.#services = services;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#ticksToWait > 0) this.#ticksToWait--;
      else void this.work();
    }, tickMillis);
  }

  /** Does what is due now, unless that is under way. @returns when it is done; a failure is told to `onError`. */
  work(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  /** Lets the signature under way be made. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    const { responder, delegates, onRenewed, onError } = this.#services;
    try {
      await delegates.retry();
      const renewed = await responder.renew(() => this.#stopped);
      if (renewed > 0) onRenewed(renewed);
    } catch (error) {
      this.#ticksToWait = ticksAfterFailure;
      onError(error);
    }
  }
}
