// The port to the store of accounts, users, groups, roles, keys and policies.

import type { Draft, Entry } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';
import type { AccessEvent } from './events.ts';

/** What followers of the store are given for an access event. */
export interface AccessEntry extends Entry<AccessEvent> {
  /** What is secret about the event (`secretIdentity`), sealed; absent as well once it has been erased. */
  readonly sealedSecret?: Uint8Array;
}

export interface PrincipalStore {
  /**
   * Writes the event into the journal and carries it out, in one transaction; durable and seen by every follower on return.
   *
   * @param sealedSecret with events that have a secret: that secret, sealed under the master key for its identity
   *   (`secretIdentity`). It is erased with what it belongs to.
   * @returns the entry as it is in the journal, the numbers that the store gives included (policy versions).
   * @throws {Refused} `already-exists`, `does-not-exist`, `still-in-use` (by what the refusal names), `limit-reached`
   *   (limits.ts); nothing is written.
   * @throws StoreUnavailable, UnknownOutcome as `registry/store.ts` says.
   */
  appendAccess(draft: Draft<AccessEvent>, sealedSecret?: Uint8Array): Promise<AccessEntry>;
}

/** When something was last used, and for what. */
export interface LastUse {
  /** An access key id, or what last-use.ts makes of a user or an MFA device. */
  readonly subject: string;
  readonly at: UnixMillis;
  /** What it was used for: the product's name, as `Ram`; `console` for signing in. */
  readonly service: string;
}

/** Uses are no changes and not in the journal. */
export interface LastUseStore {
  lastUses(): Promise<readonly LastUse[]>;
  /** Keeps each unless a later use of the subject is known; durable on return. */
  putLastUses(uses: readonly LastUse[]): Promise<void>;
  /** Forgets those of keys, users and devices that are no longer there. */
  dropLastUses(): Promise<void>;
}
