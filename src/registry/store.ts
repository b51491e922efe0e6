// The port to the store of certificates and their journal. Drivers implement it; nothing else writes.

import type { AccountId, Draft, Entry } from '../base/journal-entry.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { CertificateEvent } from './events.ts';
import type { AuthorityRecord, CertificateRecord, EndEntityKind, Identifier } from './model.ts';

/** What is too large or too secret for the journal and is stored beside it in the same transaction. */
export interface Material {
  /** With `certificate-reserved`: the private key, sealed under the master key. */
  readonly sealedKey?: Uint8Array;
  /** With `certificate-issued`: the certificate, DER. */
  readonly der?: Uint8Array;
}

export interface CertificateStore {
  /**
   * Writes the event into the journal and carries it out, in one transaction. On return both are durable, and every
   * follower of the store has seen the entry, so that what was answered is visible to the next question.
   * Safe to call concurrently; commits of concurrent callers may share one fsync.
   *
   * @throws {Refused} when the state does not allow the event; nothing is written:
   *   `certificate-reserved`: `serial-number-taken`, `custom-identifier-taken`, `authority-not-found`, `authority-revoked`;
   *   `certificate-issued`: `certificate-not-found`, `authority-revoked`, `custom-identifier-taken`;
   *   `certificate-revoked`, `certificate-deleted`: `certificate-not-found`, `already-revoked`, `not-revoked`.
   * @throws {StoreUnavailable} when nothing was written and a later attempt may succeed (full disk, lock not obtained).
   * @throws {UnknownOutcome} when the store cannot tell whether the commit took place. The process must stop and let
   *   start-up find out; never retry in place.
   */
  append(draft: Draft<CertificateEvent>, material?: Material): Promise<Entry<CertificateEvent>>;

  /** A certificate of the account, in state issued or revoked; `undefined` for others, deleted and reserved ones included. */
  certificate(account: AccountId, identifier: string): Promise<CertificateRecord | undefined>;

  /** Several at once, in the order asked, `undefined` where there is none. Deleted ones are found here: they keep their status. */
  certificatesForStatus(account: AccountId, identifiers: readonly string[]): Promise<(StatusSubject | undefined)[]>;

  /** An authority of the account, in state issued or revoked. */
  authority(account: AccountId, identifier: string): Promise<AuthorityRecord | undefined>;

  /** The private key made with this certificate, sealed; `undefined` if there is none. */
  sealedKey(identifier: Identifier): Promise<Uint8Array | undefined>;

  /** A page of client and server certificates in state issued or revoked, newest first, and how many there are in all. */
  listEndEntities(
    query: EndEntityQuery,
  ): Promise<{ readonly total: number; readonly page: readonly CertificateRecord[] }>;
}

export interface StatusSubject {
  readonly identifier: Identifier;
  readonly serialNumber: SerialNumber;
}

export interface EndEntityQuery {
  readonly account: AccountId;
  readonly identifier?: string;
  readonly resourceGroupId?: string;
  readonly kind?: EndEntityKind;
  readonly offset: number;
  readonly limit: number;
}

/** Nothing was written; the same call may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store cannot tell whether a commit took place. Fatal: stop and let start-up find out. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
}
