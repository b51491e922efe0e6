// Work of which only so much may be under way at a time; some more waits for its turn, and beyond that none is taken.

export interface AtMostRules {
  readonly running: number;
  readonly waiting: number;
}

/** Thrown when as much waits as may wait. */
export class TooMuchWaiting extends Error {
  override readonly name = 'TooMuchWaiting';
  constructor() {
    super('too much of this work waits already');
  }
}

/** @returns a function that does work in its turn, first come, first served. It throws {@link TooMuchWaiting}. */
export function atMost({ running, waiting }: AtMostRules): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let underWay = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (underWay >= running) {
      if (queue.length >= waiting) throw new TooMuchWaiting();
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      underWay++;
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else underWay--;
    }
  };
}

/** @returns a function that does work of many owners, only so much of each at a time. It throws {@link TooMuchWaiting}. */
export function atMostOfEach(most: number): <Result>(owner: string, work: () => Promise<Result>) => Promise<Result> {
  const underWay = new Map<string, number>();
  return async (owner, work) => {
    const own = underWay.get(owner) ?? 0;
    if (own >= most) throw new TooMuchWaiting();
    underWay.set(owner, own + 1);
    try {
      return await work();
    } finally {
      const left = (underWay.get(owner) ?? 1) - 1;
      if (left > 0) underWay.set(owner, left);
      else underWay.delete(owner);
    }
  };
}
