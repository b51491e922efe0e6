// What the store and the thread that holds its database say to each other, and how errors cross between them.

import { type Refusal, Refused } from '../../base/refusal.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import type { ChainedRow, ChainHead } from '../../registry/journal.ts';
import { StoreUnavailable, UnknownOutcome } from '../../registry/store.ts';
import type { ReplayScope } from '../sql/journal-queries.ts';
import type { StoredEntry } from '../sql/journal-rows.ts';
import { StoreProblem, type StoreProblemKind } from '../store-problem.ts';
import type { DatabaseOptions } from './database.ts';
import type { Append } from './group-commit.ts';
import type { Reads } from './reads.ts';

export interface ThreadOptions extends DatabaseOptions {
  readonly verify: 'since-checkpoint' | 'none';
  readonly pollMillis: number;
}

export type Request =
  | ({ readonly type: 'append'; readonly id: number } & Append)
  | { readonly type: 'read'; readonly id: number; readonly read: keyof Reads; readonly query: unknown }
  /** The next rows for a follower that has those up to `after`. */
  | { readonly type: 'replay'; readonly id: number; readonly scope: ReplayScope; readonly after: number }
  | { readonly type: 'close'; readonly id: number };

export type Report =
  | { readonly type: 'open'; readonly head: ChainHead }
  | { readonly type: 'failed'; readonly error: PortableError }
  | ({ readonly type: 'committed' } & Committed)
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'fatal'; readonly error: PortableError };

/** One commit. Each entry is told once in the life of the thread: first those of other processes, then those of appends, in order. */
export interface Committed {
  readonly foreign: readonly StoredEntry[];
  readonly written: readonly Written[];
  readonly refused: readonly Failure[];
}

/** What an append's drafts, which the store has still, became: the entries up to this number. */
export interface Written {
  readonly id: number;
  readonly sequence: number;
  /** Where the draft had the certificate's identifier alone. */
  readonly names?: Pick<CertificateEvent, 'issuer' | 'serialNumber'>;
  /** The entry itself, of the one draft that is about no certificate: some of it may have been made there. */
  readonly whole?: StoredEntry;
}

export interface Failure {
  readonly id: number;
  readonly error: PortableError;
}

export type Answer = { readonly id: number; readonly value: unknown } | Failure;

/** Rows of many entries column by column: cloning few long arrays takes a fraction of the time of many small records. */
export interface ReplayChunk {
  readonly columns: { readonly [Column in keyof ChainedRow]: ChainedRow[Column][] };
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Whether this was all that has been delivered live: from here on the follower is live. */
  readonly complete: boolean;
}

/** Errors lose their class in a structured clone; what our own carry is kept. */
export type PortableError =
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'unavailable'; readonly message: string; readonly cause: unknown }
  | { readonly type: 'unknown-outcome'; readonly message: string; readonly cause: unknown }
  | {
      readonly type: 'problem';
      readonly kind: StoreProblemKind;
      readonly message: string;
      readonly sequence: number | undefined;
      readonly cause: unknown;
    }
  | { readonly type: 'other'; readonly error: unknown };

export function toPortable(error: unknown): PortableError {
  if (error instanceof Refused) return { type: 'refused', refusal: error.refusal };
  if (error instanceof StoreUnavailable) return { type: 'unavailable', message: error.message, cause: error.cause };
  if (error instanceof UnknownOutcome) return { type: 'unknown-outcome', message: error.message, cause: error.cause };
  if (error instanceof StoreProblem) {
    const { kind, message, sequence, cause } = error;
    return { type: 'problem', kind, message, sequence, cause };
  }
  return { type: 'other', error };
}

export function fromPortable(error: PortableError): Error {
  switch (error.type) {
    case 'refused':
      return new Refused(error.refusal);
    case 'unavailable':
      return new StoreUnavailable(error.message, { cause: error.cause });
    case 'unknown-outcome':
      return new UnknownOutcome(error.message, { cause: error.cause });
    case 'problem':
      return new StoreProblem(error.kind, error.message, {
        cause: error.cause,
        ...(error.sequence !== undefined && { sequence: error.sequence }),
      });
    case 'other':
      return error.error instanceof Error ? error.error : new Error('the store failed', { cause: error.error });
  }
}
