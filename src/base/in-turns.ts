/** Runs work that yields every few milliseconds, and lets others have their turn at each of its yields. */
export async function inTurns<Result>(work: Generator<unknown, Result, void>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
