// The port to the store of certificates and their journal. Drivers implement it; nothing else writes.

import type { AccountId, Draft, Entry } from '../base/journal-entry.ts';
import type { UnixMillis, UnixSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { CertificateEvent, CertificateReleased, CertificateRevoked } from './events.ts';
import type {
  AuthorityKind,
  AuthorityRecord,
  CertificateKind,
  CertificateRecord,
  CertificateState,
  EndEntityKind,
  Identifier,
  RevocationReason,
  Tag,
} from './model.ts';

/** What is too large or too secret for the journal and is stored beside it in the same transaction. */
export interface Material {
  /** With `certificate-reserved`: the private key, sealed under the master key. */
  readonly sealedKey?: Uint8Array;
  /** With a `certificate-reserved` that somebody may have to finish later: what is to be signed. Kept until it is issued. */
  readonly tbs?: Uint8Array;
  /** With `certificate-issued`: the certificate, DER. */
  readonly der?: Uint8Array;
}

/** An event that names its certificate by the identifier, which may be anything a caller has sent. */
export type AboutEndEntity = ByIdentifier<CertificateRevoked> | ByIdentifier<CertificateReleased>;
type ByIdentifier<Event> = Omit<Event, 'identifier' | 'issuer' | 'serialNumber'> & { readonly identifier: string };

export interface CertificateStore {
  /**
   * Writes the event into the journal and carries it out, in one transaction. On return both are durable, and every
   * follower of the store has seen the entry, so that what was answered is visible to the next question.
   * Safe to call concurrently; commits of concurrent callers may share one fsync.
   *
   * @throws {Refused} when the state does not allow the event; nothing is written:
   *   `certificate-reserved`: `serial-number-taken`, `custom-identifier-taken`, `authority-not-found`, `authority-revoked`,
   *   `quota-exhausted`, `client-token-used`;
   *   `certificate-issued`: `certificate-not-found`, `authority-revoked`, `custom-identifier-taken`, `quota-exhausted`;
   *   `certificate-revoked`: `certificate-not-found`, `not-issued-yet`, `already-revoked`, `client-token-used`;
   *   `certificate-released`: `certificate-not-found`, `not-on-hold`;
   *   `certificate-deleted`: `certificate-not-found`, `not-revoked`;
   *   `certificate-labelled`: `certificate-not-found`, `too-many-tags`, `client-token-used`;
   *   `certificate-quota-assigned`: `authority-not-found`, `quota-below-issued`;
   *   `certificate-uploaded`, `certificate-abandoned`: `certificate-not-found`.
   * @throws {StoreUnavailable} when nothing was written and a later attempt may succeed (full disk, lock not obtained).
   * @throws {UnknownOutcome} when the store cannot tell whether the commit took place. The process must stop and let
   *   start-up find out; never retry in place.
   */
  append(draft: Draft<CertificateEvent>, material?: Material): Promise<Entry<CertificateEvent>>;

  /**
   * Several events in one transaction, in this order: all are written or none. Otherwise as `append`.
   * @param material  of those of them that call for it.
   */
  appendAll(drafts: readonly Draft<CertificateEvent>[], material?: Material): Promise<void>;

  /**
   * An event about a client, server or custom certificate in state pending, issued or revoked, of which the caller knows the
   * identifier alone: looked up in the transaction itself. Otherwise as `append`.
   * @throws {Refused} `certificate-not-found` where there is none.
   */
  appendAbout(draft: Draft<AboutEndEntity>): Promise<Entry<CertificateEvent>>;

  /** A certificate of the account, in state pending, issued or revoked; `undefined` for all others. */
  certificate(account: AccountId, identifier: string): Promise<CertificateRecord | undefined>;

  /** The same by numeric key. */
  certificateById(account: AccountId, id: number): Promise<CertificateRecord | undefined>;

  /** Those in state issued or revoked that bear one of these serial numbers, authorities included, oldest first. */
  certificatesBySerialNumber(
    account: AccountId,
    serialNumbers: readonly SerialNumber[],
  ): Promise<readonly CertificateRecord[]>;

  /** All that took this serial number, whatever came of it, oldest first; `limit` of them. */
  bearersOf(account: AccountId, serialNumber: SerialNumber, limit: number): Promise<readonly Bearer[]>;

  /** Several at once, in the order asked, `undefined` where there is none. Deleted ones are found here: they keep their status. */
  certificatesForStatus(account: AccountId, identifiers: readonly string[]): Promise<(StatusSubject | undefined)[]>;

  /** An authority of the account, in state issued or revoked. */
  authority(account: AccountId, identifier: string): Promise<AuthorityRecord | undefined>;

  /** The same, deleted ones included: who signed what is still held. */
  signerOf(account: AccountId, identifier: string): Promise<AuthorityRecord | undefined>;

  /** The authorities of all accounts, revoked and deleted ones included. */
  signers(): Promise<readonly AuthorityRecord[]>;

  /** The OCSP responder certificate issued last by each authority that has one. */
  responders(): Promise<readonly StoredResponder[]>;

  /** The private key made with this certificate, sealed; `undefined` if there is none. */
  sealedKey(identifier: Identifier): Promise<Uint8Array | undefined>;

  /**
   * A page of client, server and custom certificates in state pending, issued or revoked: newest first, or, of a span of
   * time, what changed last first.
   */
  listEndEntities(query: EndEntityQuery): Promise<Page<CertificateRecord>>;

  /**
   * One step of a search among what {@link listEndEntities} lists, newest first, for what no count and no index tells: it
   * looks at a bounded number of certificates, found or not.
   */
  searchEndEntities(search: EndEntitySearch): Promise<SearchStep>;

  /** Counts of client, server and custom certificates. @param revokedFrom since when revocations are told, day by day. */
  figures(account: AccountId, now: UnixSeconds, revokedFrom: UnixSeconds): Promise<Figures>;

  /** Of those in force that end at this moment or later, the next ones; `limit` of them. */
  endingNext(account: AccountId, from: UnixSeconds, limit: number): Promise<readonly EndingCertificate[]>;

  /** A page of authorities in state issued or revoked, newest first. */
  listAuthorities(query: AuthorityQuery): Promise<Page<AuthorityRecord>>;

  /** A page of tags of certificates, authorities included, in state pending, issued or revoked. */
  listTags(query: TagQuery): Promise<{ readonly tags: readonly TagOfCertificate[]; readonly more: boolean }>;

  /** What happened to a certificate, oldest first: its first entries, or its last. */
  historyOf(account: AccountId, identifier: string, span: HistorySpan): Promise<readonly Entry<CertificateEvent>[]>;

  /** What was done under this token before, if anything. */
  clientToken(account: AccountId, operation: string, token: string): Promise<RecordedToken | undefined>;

  /** Forgets some tokens that were taken before a moment, the oldest first. @returns whether there may be more */
  dropClientTokens(before: UnixMillis): Promise<boolean>;

  /** A certificate whose serial number is reserved, or that was made of it, by its identifier alone. */
  reservation(account: AccountId, identifier: Identifier): Promise<Reservation | undefined>;

  /** Pending certificates of all accounts, oldest first. */
  pending(): Promise<readonly { readonly account: AccountId; readonly identifier: Identifier }[]>;
}

export interface StoredResponder {
  readonly authority: Identifier;
  readonly identifier: Identifier;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly sealed: Uint8Array;
  readonly der: Uint8Array;
}

export type HistorySpan = { readonly first: number } | { readonly last: number };

/** By issuer and serial number the status index knows a certificate. */
export interface StatusSubject {
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
}

/** A certificate that took a serial number, or was to. */
export interface Bearer extends StatusSubject {
  readonly kind: CertificateKind;
  readonly state: CertificateState;
  /** Distinguished name as text. */
  readonly subject: string;
  readonly notAfter: UnixSeconds;
  readonly revokedAt?: UnixSeconds;
  readonly reason?: RevocationReason;
}

export interface Figures {
  /** As listed: in force or ended. */
  readonly issued: number;
  readonly revoked: number;
  readonly pending: number;
  /** Of those in force by their state. Each up to `mostCounted`, which stands for that many or more. */
  readonly ended: number;
  readonly endingWithinWeek: number;
  readonly endingWithinMonth: number;
  readonly mostCounted: number;
  /** By day since 1970 (UTC), in any order; those that were lifted are not told, those of deleted certificates are. */
  readonly revocations: readonly { readonly day: number; readonly count: number }[];
}

export interface EndingCertificate {
  readonly identifier: Identifier;
  readonly kind: CertificateKind;
  /** Distinguished name as text. */
  readonly subject: string;
  readonly serialNumber: SerialNumber;
  readonly notAfter: UnixSeconds;
}

/** Where a page begins: after so many others, or below a numeric key, which costs the same at any depth. */
export type PageStart = { readonly offset: number } | { readonly belowId: number };

/** The second, of a list in the order of changes. */
export interface BehindChange {
  readonly behind: { readonly changedAt: UnixMillis; readonly id: number };
}

export interface Page<Row> {
  /** How many match in all. */
  readonly total: number;
  readonly page: readonly Row[];
  /** Whether there are others behind this page. */
  readonly more: boolean;
}

export interface EndEntityQuery {
  readonly account: AccountId;
  readonly identifier?: string;
  /** Empty: those without one. */
  readonly resourceGroupId?: string;
  readonly kind?: EndEntityKind;
  readonly state?: 'pending' | 'issued' | 'revoked';
  /** Identifier of the issuing authority. */
  readonly issuer?: string;
  /** Changed at this moment or later. */
  readonly changedFrom?: UnixMillis;
  /** Changed before this moment. */
  readonly changedBefore?: UnixMillis;
  /** `behind` exactly where there is a span; `belowId` where there is none. */
  readonly start: PageStart | BehindChange;
  readonly limit: number;
}

/** All that is given has to hold. */
export interface EndEntitySearch {
  readonly account: AccountId;
  readonly kind?: EndEntityKind;
  readonly state?: 'pending' | 'issued' | 'revoked';
  /** Identifier of the issuing authority. */
  readonly issuer?: string;
  readonly reason?: RevocationReason;
  /** Valid until this moment or later, and until before that one. */
  readonly endsFrom?: UnixSeconds;
  readonly endsBefore?: UnixSeconds;
  /** One without a value matches any. */
  readonly tag?: { readonly key: string; readonly value?: string };
  /**
   * Part of subject, alias or custom identifier, in any case; or one of the octet strings somewhere in the certificate from
   * its alternative names on. Of the second more is found than is meant: the caller looks closer.
   */
  readonly name?: { readonly text: string; readonly octets: readonly Uint8Array[] };
  /** Only certificates with a lower numeric key. */
  readonly belowId: number;
  readonly limit: number;
}

export interface SearchStep {
  readonly found: readonly CertificateRecord[];
  /** All from this key on has been looked at, and is not to be looked at again; 0 when nothing is left. */
  readonly downTo: number;
}

export interface AuthorityQuery {
  readonly account: AccountId;
  readonly identifiers?: readonly string[];
  readonly kinds?: readonly AuthorityKind[];
  /** Identifier of the authority above. */
  readonly issuer?: string;
  readonly state?: 'issued' | 'revoked';
  readonly resourceGroupId?: string;
  /** Only those whose notAfter is not before this moment (`valid`) or is (`expired`). */
  readonly validity?: { readonly kind: 'valid' | 'expired'; readonly at: UnixSeconds };
  /** Part of the subject, as text, in any case. */
  readonly keyword?: string;
  readonly start: PageStart;
  readonly limit: number;
}

export interface TagQuery {
  readonly account: AccountId;
  /** Absent: of all certificates. */
  readonly identifiers?: readonly string[];
  /** Certificates with all of these tags; one without a value matches any. */
  readonly having?: readonly { readonly key: string; readonly value?: string }[];
  /** Where the page begins: behind this tag. */
  readonly after?: { readonly identifier: string; readonly key: string };
  readonly limit: number;
}

export interface TagOfCertificate extends Tag {
  readonly identifier: Identifier;
}

export interface RecordedToken {
  readonly identifier: Identifier;
  /** As in `ClientToken`. */
  readonly parameters: string;
}

/** What is needed to finish what a reservation began, or to answer about it again. */
export interface Reservation {
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly kind: CertificateKind;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly serialNumber: SerialNumber;
  readonly state: CertificateState;
  /** What is to be signed; only of one that is not issued and was to be finished later. */
  readonly tbs?: Uint8Array;
  readonly der?: Uint8Array;
}

/** Nothing was written; the same call may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store cannot tell whether a commit took place. Fatal: stop and let start-up find out. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
}
