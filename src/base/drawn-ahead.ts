// Random octets a few at a time, as names want them: taken from their source many at once, for to ask the system costs more than to
// make a name.

import type { RandomBytes } from './bytes.ts';

const octetsAtOnce = 2048;
const mostFromThere = 64;

/**
 * A source that asks `random` for two thousand octets at a time, and gives each of them out once. Not for secrets: they would lie in
 * memory, among what is told to everybody, long before they are used.
 */
export function drawnAhead(random: RandomBytes): RandomBytes {
  let drawn = new Uint8Array(0) as Uint8Array;
  let at = 0;
  return (length) => {
    if (length > mostFromThere) return random(length);
    if (length > drawn.length - at) {
      drawn = random(octetsAtOnce);
      at = 0;
    }
    at += length;
    return drawn.subarray(at - length, at);
  };
}
