// So many pieces of work at once and no more; the others wait in the order in which they came.

export class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Handed on to whoever is next, so that nobody comes in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
