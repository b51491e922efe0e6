// Checks signatures beside the event loop: those that are asked for in one turn go together to a thread that waits for them, which
// costs a fraction of a job of the platform's pool for each.

import { Worker } from 'node:worker_threads';
import { concatBytes } from '../base/bytes.ts';
import { type KeyAlgorithm, pointAlgorithmOf } from '../pki/algorithm.ts';
import { type SignatureAlgorithmOf, type VerifySignature, verifySignatureInPool } from '../pki/signature.ts';
import type { Checks, Verdicts } from './checking-thread.ts';

/** A millisecond and more each: they are better off on the several threads of the pool, and do not keep others waiting there. */
const slow: ReadonlySet<KeyAlgorithm | undefined> = new Set(['ECC_384', 'ECC_512']);

/** So many at most in a message: the first are answered while others are still being checked. */
const sentTogether = 8;

interface Waiting {
  readonly parts: readonly [message: Uint8Array, signature: Uint8Array, spki: Uint8Array];
  readonly algorithm: SignatureAlgorithmOf;
  readonly resolve: (isGenuine: boolean) => void;
  readonly reject: (error: Error) => void;
}

export class SignatureChecker {
  #thread: Worker | undefined;
  #closed = false;
  #outgoing: Waiting[] = [];
  /** Messages that are not answered, in the order in which they will be. */
  #sent: (readonly Waiting[])[] = [];

  readonly verify: VerifySignature = (message, signature, spki, algorithm) =>
    slow.has(pointAlgorithmOf(spki))
      ? verifySignatureInPool(message, signature, spki, algorithm)
      : new Promise((resolve, reject) => {
          this.#outgoing.push({ parts: [message, signature, spki], algorithm, resolve, reject });
          if (this.#outgoing.length === 1) setImmediate(() => this.#flush());
          else if (this.#outgoing.length === sentTogether) this.#flush();
        });

  /** Ends the thread. Checks under way, and later ones, are answered by an error. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.terminate();
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    const group = this.#outgoing;
    this.#outgoing = [];
    this.#sent.push(group);
    if (this.#closed) this.#ended('closed');
    else this.#send(group);
  }

  #send(group: readonly Waiting[]): void {
    this.#thread ??= this.#start();
    // It keeps the process only while something is being checked.
    this.#thread.ref();
    const checks = {
      octets: concatBytes(group.flatMap(({ parts }) => parts)),
      asked: group.map(({ parts: [message, signature, spki], algorithm }) => ({
        lengths: [message.length, signature.length, spki.length],
        algorithm,
      })),
    } satisfies Checks;
    this.#thread.postMessage(checks, [checks.octets.buffer]);
  }

  #start(): Worker {
    const thread = new Worker(new URL('./checking-thread.ts', import.meta.url), { name: 'checks' });
    thread.on('message', (verdicts: Verdicts) => {
      for (const [index, { resolve, reject }] of (this.#sent.shift() ?? []).entries()) {
        const verdict = verdicts[index] ?? new Error('a signature was not checked');
        if (verdict instanceof Error) reject(verdict);
        else resolve(verdict);
      }
      if (this.#sent.length === 0) thread.unref();
    });
    let reason: unknown;
    thread.on('error', (error) => (reason = error));
    thread.on('exit', () => this.#ended(reason));
    return thread;
  }

  /** Nothing is taken for genuine that was not checked; the next check has a thread of its own. */
  #ended(cause: unknown): void {
    const unanswered = this.#sent.flat();
    this.#sent = [];
    this.#thread = undefined;
    for (const { reject } of unanswered) reject(new Error('the thread that checks signatures has ended', { cause }));
  }
}
