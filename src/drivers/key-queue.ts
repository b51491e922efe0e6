// Decides whose key pair is made next, and how many may wait for theirs. Making one takes from less than a millisecond to
// seconds of a processor, so that without a bound a few callers could keep everybody waiting, long after they went away.

import { availableParallelism } from 'node:os';
import type { AccountId } from '../base/journal-entry.ts';
import { familyOf, type KeyAlgorithm } from '../pki/algorithm.ts';
import { SignerBusy } from '../registry/signer.ts';

/** RSA keys made at once: one processor is left for everything else, and one of the platform's four threads for other keys. */
const rsaAtOnce = Math.max(1, Math.min(3, availableParallelism() - 1));

/** How many of an algorithm an account may wait for; about ten seconds' work of one processor. */
export function mostWaiting(algorithm: KeyAlgorithm): number {
  if (familyOf(algorithm) !== 'RSA') return 1000;
  return algorithm === 'RSA_4096' ? 16 : 64;
}

export interface KeysAhead<Pair> {
  /** How many of each algorithm that was asked for are made before they are asked for again; 0 for none. */
  readonly count: number;
  /** Makes a pair that nobody will have unusable. */
  readonly forget: (pair: Pair) => void;
}

export class KeyQueue<Pair> {
  readonly #make: (algorithm: KeyAlgorithm) => Promise<Pair>;
  readonly #rsa = new Lane(rsaAtOnce);
  readonly #others = new Lane(4);
  readonly #ahead: KeysAhead<Pair>;
  /** In memory alone: what was made and is nobody's yet. */
  readonly #ready = new Map<KeyAlgorithm, Pair[]>();
  readonly #refilling = new Set<KeyAlgorithm>();
  #closed = false;

  constructor(make: (algorithm: KeyAlgorithm) => Promise<Pair>, ahead: KeysAhead<Pair>) {
    this.#make = make;
    this.#ahead = ahead;
  }

  /**
   * A key pair, as soon as it is its turn: no key waits for a longer one of another family, nor for more than those under
   * way of its own; and no account for all that another has asked for.
   * @throws {SignerBusy} when the account waits for too many of the algorithm already.
   */
  async generate(algorithm: KeyAlgorithm, account: AccountId): Promise<Pair> {
    const ready = this.#ready.get(algorithm)?.shift();
    try {
      return ready ?? (await this.#madeIn(this.#laneOf(algorithm), algorithm, account));
    } finally {
      void this.#refill(algorithm);
    }
  }

  /** Forgets what was made ahead, and makes nothing ahead any more. */
  close(): void {
    this.#closed = true;
    for (const pairs of this.#ready.values()) for (const pair of pairs.splice(0)) this.#ahead.forget(pair);
  }

  #laneOf(algorithm: KeyAlgorithm): Lane {
    return familyOf(algorithm) === 'RSA' ? this.#rsa : this.#others;
  }

  async #madeIn(lane: Lane, algorithm: KeyAlgorithm, account: AccountId): Promise<Pair> {
    await lane.enter(algorithm, account);
    try {
      return await this.#make(algorithm);
    } finally {
      lane.leave();
    }
  }

  /** One after the other, and only while nobody waits: whoever comes meanwhile waits for one key at most. */
  async #refill(algorithm: KeyAlgorithm): Promise<void> {
    if (this.#ahead.count === 0 || this.#refilling.has(algorithm)) return;
    this.#refilling.add(algorithm);
    const lane = this.#laneOf(algorithm);
    const ready = this.#ready.get(algorithm) ?? [];
    this.#ready.set(algorithm, ready);
    try {
      while (!this.#closed && ready.length < this.#ahead.count && lane.enterIfIdle()) {
        try {
          const pair = await this.#make(algorithm);
          if (this.#closed) this.#ahead.forget(pair);
          else ready.push(pair);
        } finally {
          lane.leave();
        }
      }
    } catch {
      // Who asks for one next is told what is wrong.
    } finally {
      this.#refilling.delete(algorithm);
    }
  }
}

/** So many at once; accounts that wait take turns, and of each the algorithms it waits for, in the order of its callers. */
class Lane {
  #free: number;
  /** Whose turn it is next first. */
  readonly #waiting = new Map<AccountId, Map<KeyAlgorithm, (() => void)[]>>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async enter(algorithm: KeyAlgorithm, account: AccountId): Promise<void> {
    if (this.enterIfIdle()) return;
    const own = this.#waiting.get(account) ?? new Map<KeyAlgorithm, (() => void)[]>();
    const waiting = own.get(algorithm) ?? [];
    if (waiting.length >= mostWaiting(algorithm))
      throw new SignerBusy(`${waiting.length} keys ${algorithm} are waited for by account ${account}`);
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      own.set(algorithm, waiting);
      this.#waiting.set(account, own);
    });
  }

  /** @returns whether there was a place. Whoever has waited longer is never overtaken: while somebody waits there is none. */
  enterIfIdle(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /** Hands the place on to whoever is next, so that nobody comes in between. */
  leave(): void {
    const enter = this.#next();
    if (enter) enter();
    else this.#free++;
  }

  #next(): (() => void) | undefined {
    for (const [account, own] of this.#waiting) {
      for (const [algorithm, waiting] of own) {
        const enter = waiting.shift();
        own.delete(algorithm);
        if (waiting.length > 0) own.set(algorithm, waiting);
        this.#waiting.delete(account);
        if (own.size > 0) this.#waiting.set(account, own);
        return enter;
      }
    }
    return undefined;
  }
}
