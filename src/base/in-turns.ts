// Long work in short turns, so that the event loop is never held up for long.

/** Runs work that yields every few milliseconds, and lets others have their turn at each of its yields. */
export async function inTurns<Result>(work: Generator<unknown, Result, void>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Gives what is long to what takes it bit by bit, such as a hash or a signature.
 * @yields after every few milliseconds.
 */
export function* inBits(bytes: Uint8Array, take: (bit: Uint8Array) => void): Generator<undefined, void, void> {
  for (let at = 0; at < bytes.length; at += octetsPerTurn) {
    if (at > 0) yield;
    take(bytes.subarray(at, at + octetsPerTurn));
  }
}

/** Hashes do 200 MB/s and more. */
export const octetsPerTurn = 1024 * 1024;

/**
 * For several long works at a time, each of which awaits: lets them go on one in each turn of the event loop, so that what holds
 * it up does not grow with their number.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn; his work until he next awaits is to take no more than some milliseconds. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#goOn);
    });
  }

  readonly #goOn = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#goOn);
  };
}
