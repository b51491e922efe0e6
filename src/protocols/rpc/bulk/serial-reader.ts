// What reads serial numbers from a body as it comes, and why it reads no further.

import type { SerialKeys } from '../../../registry/serial-keys.ts';
import { RpcError } from '../errors.ts';

export interface SerialReader {
  /** The next octets of the body, cut anywhere. @throws {RpcError} naming the line or record that is no serial number. */
  readonly take: (chunk: Uint8Array) => void;
  /** The body is over. @throws {RpcError} when it ends within something. */
  readonly end: () => void;
}

/** Where serial numbers go, and how many there may be. */
export interface Collecting {
  readonly keys: SerialKeys;
  readonly most: number;
}

/** The same code as of the list in `SerialNumber`. @param flaw  completes "Line 7 …". */
export function invalidSerialNumber(place: string, flaw: string): RpcError {
  return new RpcError('InvalidSerialNumber', 400, `${place} ${flaw}.`);
}

/** @throws {RpcError} when there is no room for another. */
export function assertRoom({ keys, most }: Collecting): void {
  if (keys.size >= most) throw tooMany(most);
}

export function tooMany(most: number): RpcError {
  return new RpcError('RequestTooLarge', 413, `The body has more than ${most} serial numbers; ask in several calls.`);
}
