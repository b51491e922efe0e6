// The port by which people read the journal of their account: newest first, a bounded stretch at a time.

import type { AccountId, Entry } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';

/** What is looked for. What is absent does not matter. */
export interface JournalFilter {
  /** None of them: every kind. */
  readonly kinds: readonly string[];
  /** ARN of who did it. */
  readonly principal?: string;
  /** The first moment that counts, and the first that no longer does. */
  readonly from?: UnixMillis;
  readonly until?: UnixMillis;
  /** Entries about these certificates. */
  readonly identifiers?: readonly string[];
  /** Entries about users, groups, roles, keys and policies in which this stands as a name, whatever its case. */
  readonly name?: string;
  /** Whether to leave out what is about no certificate. */
  readonly onlyCertificates: boolean;
}

export interface JournalQuery {
  readonly account: AccountId;
  readonly filter: JournalFilter;
  /** Looked at are the entries with a sequence number above `after` and below `before`. */
  readonly after: number;
  readonly before: number;
  /** Most entries. */
  readonly limit: number;
}

/** Of either domain: what can happen is declared in registry/events.ts and access/events.ts. */
export interface JournalEntry extends Entry<{ readonly kind: string }> {
  /** SHA-256 over the hash of the entry before, of whatever account, and the entry itself (journal.ts). */
  readonly hash: Uint8Array;
  /** Whether the hash is that of its content and of the hash the entry before it has. */
  readonly fits: boolean;
}

export interface JournalReader {
  /** Newest first. @throws {StoreUnavailable} */
  readonly journalPage: (query: JournalQuery) => Promise<readonly JournalEntry[]>;
  /** Number of the last entry of all; 0 when there is none. */
  readonly headSequence: () => Promise<number>;
}
