// The hash chain of the journal: each entry's hash covers the hash before it, so that no entry can be altered, removed
// from the middle or moved without every later hash changing.
//
// What a chain shows: that the journal at hand is the one that leads to the head hash it ends in.
// What it cannot show by itself: that this head is the one we once had. Whoever can write the database can cut entries
// off the end, or write a whole new journal with hashes that fit. Against that, keep a head (sequence and hash) where
// the writer of the database cannot reach it, and compare. Nor does it show that what was recorded is true.

import { createHash } from 'node:crypto';
import { equalBytes } from '../base/bytes.ts';

/** A place in the chain: the hash of the entry with this sequence number, or `genesis`. */
export interface ChainHead {
  readonly sequence: number;
  /** SHA-256, 32 octets. */
  readonly hash: Uint8Array;
}

/** Everything of an entry that its hash covers, as the columns hold it. */
export interface ChainedRow {
  readonly sequence: number;
  readonly at: number;
  readonly account: string;
  readonly principal: string;
  readonly requestId: string;
  readonly sourceAddress: string;
  readonly kind: string;
  readonly identifier: string | null;
  readonly issuer: string | null;
  readonly serial: string | null;
  /** The remaining members of the event: JSON, the exact text that is stored. */
  readonly facts: string;
}

/** The first entry that does not continue the chain, and how. */
export interface ChainBreak {
  readonly sequence: number;
  /** `gap`: entries before it are missing. `out-of-order`: its number was passed already. `altered`: its hash is not that of its content. */
  readonly problem: 'gap' | 'out-of-order' | 'altered';
}

/** Where the chain begins: no entry has sequence 0. */
export const genesis: ChainHead = {
  sequence: 0,
  hash: createHash('sha256').update('certitude journal, version 1').digest(),
};

/**
 * The hash of an entry: SHA-256 over the previous entry's hash followed by the JSON array of the columns in the order of
 * {@link ChainedRow}, UTF-8. JSON strings are delimited and escaped, so that no two different rows give the same octets.
 */
export function chainHash(previous: Uint8Array, row: ChainedRow): Uint8Array {
  const columns = [
    row.sequence,
    row.at,
    row.account,
    row.principal,
    row.requestId,
    row.sourceAddress,
    row.kind,
    row.identifier,
    row.issuer,
    row.serial,
    row.facts,
  ];
  return createHash('sha256').update(previous).update(JSON.stringify(columns)).digest();
}

/**
 * Follows the chain over `rows`, which come after `head`; call again with the head it returns to go on.
 * Stops at the first break: what comes after it hangs on nothing.
 */
export function followChain(
  head: ChainHead,
  rows: Iterable<ChainedRow & { readonly hash: Uint8Array }>,
): { readonly head: ChainHead; readonly broken?: ChainBreak } {
  let { sequence, hash } = head;
  for (const row of rows) {
    const problem =
      row.sequence > sequence + 1
        ? 'gap'
        : row.sequence <= sequence
          ? 'out-of-order'
          : equalBytes(chainHash(hash, row), row.hash)
            ? undefined
            : 'altered';
    if (problem !== undefined) return { head: { sequence, hash }, broken: { sequence: row.sequence, problem } };
    ({ sequence, hash } = row);
  }
  return { head: { sequence, hash } };
}
