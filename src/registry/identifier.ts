// Our names for certificates: 48 bits of the moment and 80 at random, hexadecimal. Those made one after the other lie together in
// the indexes of the store, where names at random would have each written to a page of its own.

import { bytesToHex, type RandomBytes } from '../base/bytes.ts';
import type { UnixMillis } from '../base/time.ts';
import type { Identifier } from './model.ts';

export function newIdentifier(now: UnixMillis, random: RandomBytes): Identifier {
  return `${now.toString(16).padStart(12, '0')}${bytesToHex(random(10))}` as Identifier;
}
