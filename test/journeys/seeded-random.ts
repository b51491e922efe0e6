// Random numbers that come again for the same seed; a test prints the seed it took.

export interface SeededRandom {
  /** From 0 up to, and without, the limit. */
  readonly below: (limit: number) => number;
  readonly octets: (length: number) => Uint8Array;
  /** One of a list that is not empty. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
}

/** The seed from the environment, to see again what was seen, or a new one. */
export function newSeed(variable: string): number {
  return Number(process.env[variable] ?? 1 + Math.floor(Math.random() * 2 ** 31));
}

/** xorshift32: more than enough to choose with. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number) => next() % limit;
  return {
    below,
    octets: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    pick: <Item>(items: readonly Item[]) => items[below(items.length)] as Item,
  };
}
