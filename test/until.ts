// Waiting for what comes a moment later: it is looked for again and again, and never only once after a fixed while.

import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/** A machine may be slow, and busy with other tests: whoever waits longer waits for something that does not come. */
export const patienceMillis = 60_000;

/** What `look` gives, once it is as it is to be: true, or there, unless something else is asked of it. */
export async function until<Value>(
  look: () => Value | Promise<Value>,
  isSo: (value: Value) => boolean = Boolean,
): Promise<Exclude<Value, undefined | false>> {
  for (const began = performance.now(); ; await pause(25)) {
    const value = await look();
    if (isSo(value)) return value as Exclude<Value, undefined | false>;
    if (performance.now() - began > patienceMillis) throw new Error(`${look}\n${isSo}\nstill ${inspect(value)}`);
  }
}
