// The port to the store of accounts, users, access keys and policies.

import type { Draft, Entry } from '../base/journal-entry.ts';
import type { AccessEvent } from './events.ts';

/** What followers of the store are given for an access event. */
export interface AccessEntry extends Entry<AccessEvent> {
  /** With `access-key-created`, unless the key has been deleted since: the secret, sealed and bound to the key's id. */
  readonly sealedSecret?: Uint8Array;
}

export interface PrincipalStore {
  /**
   * Writes the event into the journal and carries it out, in one transaction; durable and seen by every follower on return.
   *
   * @param sealedSecret with `access-key-created`: the secret, sealed under the master key and bound to the key's id.
   *   It is erased when the key is deleted.
   * @throws {Refused} `already-exists`, `does-not-exist`, `still-in-use` (a user with keys or policies, an attached policy),
   *   `limit-reached` (two access keys a user or root); nothing is written.
   * @throws StoreUnavailable, UnknownOutcome as `registry/store.ts` says.
   */
  appendAccess(draft: Draft<AccessEvent>, sealedSecret?: Uint8Array): Promise<AccessEntry>;
}
