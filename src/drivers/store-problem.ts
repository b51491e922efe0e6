// Why a store cannot be used, in words for the operator who has to put it right.

import type { ChainBreak } from '../registry/journal.ts';

export type StoreProblemKind =
  /** There is no store at this place, and none was to be made. */
  | 'missing'
  /** There is a store already where a new one was to be made. */
  | 'exists'
  /** Another program holds the database and does not let go. */
  | 'locked'
  /** Another service already serves this data folder. */
  | 'already-served'
  /** The database was written by a newer release. */
  | 'newer-schema'
  /** Files the process may not read, write or make. */
  | 'inaccessible'
  /** Not a database, or one whose pages do not hang together. */
  | 'damaged'
  /** The journal is not the one that was written; `sequence` says from where on. */
  | 'broken-chain'
  /** The database would not keep what it has acknowledged through a power cut. */
  | 'unsafe-settings';

/** Thrown when a store is opened, or reported as fatal while it runs. The message says what to do. */
export class StoreProblem extends Error {
  override readonly name = 'StoreProblem';
  readonly kind: StoreProblemKind;
  /** With `broken-chain`: the first journal entry that cannot be trusted. */
  readonly sequence: number | undefined;

  constructor(kind: StoreProblemKind, message: string, options: { sequence?: number; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.kind = kind;
    this.sequence = options.sequence;
  }
}

export function brokenChain({ sequence, problem }: ChainBreak, options: { cause?: unknown } = {}): StoreProblem {
  const what = {
    gap: `entry ${sequence} or those before it are missing`,
    'out-of-order': `entry ${sequence} is out of order`,
    altered: `entry ${sequence} was altered`,
  }[problem];
  return new StoreProblem(
    'broken-chain',
    `The journal is not the one that was written: ${what}. Restore the database from a backup; ` +
      '`certitude journal verify` shows what differs.',
    { sequence, ...options },
  );
}
