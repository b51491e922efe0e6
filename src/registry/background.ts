// The port to work that goes on after its caller was answered. What is started here is written down in the store first:
// a process that ends takes nothing with it that the next start does not find.

export interface Background {
  /**
   * Runs `work` soon, once. A stop waits for it; an error it throws is logged under `name`.
   */
  start(name: string, work: () => Promise<void>): void;
}
