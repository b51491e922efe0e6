// Decides whose key pair is made next, and how many may wait for theirs. Making one takes from less than a millisecond to
// seconds of a processor, so that without a bound a few callers could keep everybody waiting, long after they went away.

import { availableParallelism } from 'node:os';
import { familyOf, type KeyAlgorithm } from '../pki/algorithm.ts';
import { SignerBusy } from '../registry/signer.ts';

/** RSA keys made at once: one processor is left for everything else, and one of the platform's four threads for other keys. */
const rsaAtOnce = Math.max(1, Math.min(3, availableParallelism() - 1));

/** How many of an algorithm may be waited for; about ten seconds' work of one processor. */
export function mostWaiting(algorithm: KeyAlgorithm): number {
  if (familyOf(algorithm) !== 'RSA') return 1000;
  return algorithm === 'RSA_4096' ? 16 : 64;
}

export class KeyQueue<Pair> {
  readonly #make: (algorithm: KeyAlgorithm) => Promise<Pair>;
  readonly #rsa = new Lane(rsaAtOnce);
  readonly #others = new Lane(4);

  constructor(make: (algorithm: KeyAlgorithm) => Promise<Pair>) {
    this.#make = make;
  }

  /**
   * A key pair, as soon as it is its turn: no key waits for a longer one of another family, nor for more than those
   * under way of its own.
   * @throws {SignerBusy} when too many of its algorithm are waited for already.
   */
  async generate(algorithm: KeyAlgorithm): Promise<Pair> {
    const lane = familyOf(algorithm) === 'RSA' ? this.#rsa : this.#others;
    await lane.enter(algorithm);
    try {
      return await this.#make(algorithm);
    } finally {
      lane.leave();
    }
  }
}

/** So many at once; the algorithms that are waited for take turns, each in the order of its callers. */
class Lane {
  #free: number;
  /** By algorithm, whose turn it is next first. */
  readonly #waiting = new Map<KeyAlgorithm, (() => void)[]>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async enter(algorithm: KeyAlgorithm): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const waiting = this.#waiting.get(algorithm) ?? [];
    if (waiting.length >= mostWaiting(algorithm))
      throw new SignerBusy(`${waiting.length} keys ${algorithm} are waited for`);
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      this.#waiting.set(algorithm, waiting);
    });
  }

  /** Hands the place on to whoever is next, so that nobody comes in between. */
  leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free++;
      return;
    }
    const [algorithm, waiting] = next;
    const enter = waiting.shift();
    this.#waiting.delete(algorithm);
    if (waiting.length > 0) this.#waiting.set(algorithm, waiting);
    enter?.();
  }
}
