// Keeps what the process has in memory, keys among it, out of core dumps.

import { writeFileSync } from 'node:fs';

/** On Linux (core(5)): no kind of mapping is dumped. What is left of a core tells where it stopped, and no secret. */
export function keepMemoryOutOfCoreDumps(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // A kernel without core dumps has no such file; where /proc is not to be written, the operator sets the limit.
  }
}
