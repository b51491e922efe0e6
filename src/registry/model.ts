// The records of the registry: certificates, and the authorities that issue them.

import type { AccountId } from '../base/journal-entry.ts';
import type { UnixMillis, UnixSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { SerialNumber } from '../pki/serial-number.ts';

/** Names a certificate, an authority's own included: 32 lower-case hexadecimal digits made by us, opaque to callers. */
export type Identifier = string & { readonly of: 'identifier' };

/** `external`: signed by a root here for a key that is held elsewhere; it issues nothing here. */
export type AuthorityKind = 'root' | 'subordinate' | 'external';
/** `custom`: subject, usages and names as its caller chose them. */
export type EndEntityKind = 'client' | 'server' | 'custom';
/** `responder`: signs OCSP answers in an authority's name; made and replaced by the service itself, and never listed. */
export type CertificateKind = AuthorityKind | EndEntityKind | 'responder';

/**
 * `reserved` or `pending` (serial taken, nothing signed that anybody holds) → `issued` → `revoked` → `deleted`.
 * A pending certificate is issued in the background and listed meanwhile; one that cannot be is `abandoned`.
 * Revoked for `certificateHold`, it can become `issued` again. A deleted certificate is no longer listed or described,
 * and keeps answering *revoked*.
 */
export type CertificateState = 'reserved' | 'pending' | 'issued' | 'revoked' | 'deleted' | 'abandoned';

/** RFC 5280 §5.3.1, by name; the code is the encoder's business. `unspecified` is expressed by leaving the reason out. */
export const revocationReasons = [
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const;
export type RevocationReason = (typeof revocationReasons)[number];

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What callers attach to a certificate and get back unchanged. */
export interface Labels {
  readonly aliasName?: string;
  /** Chosen by the caller, unique within the account. */
  readonly customIdentifier?: string;
  readonly resourceGroupId?: string;
  readonly tags?: readonly Tag[];
}

/** How a call changes the tags of a certificate: all of them, some by their keys, or away with some or all. */
export type TagChange =
  | { readonly replace: readonly Tag[] }
  | { readonly put: readonly Tag[] }
  | { readonly remove: readonly string[] | 'all' };

/** As the vendor's limit; also what keeps one certificate's tags from filling an answer. */
export const maxTags = 20;

/** What an authority allows itself and those it issues. */
export interface AuthorityTerms {
  /** basicConstraints pathLenConstraint (RFC 5280 §4.2.1.9); absent means no limit. */
  readonly pathLength?: number;
  /** Longest validity of what it issues, in days; absent means only its own end. */
  readonly maxDays?: number;
  /** For how many days each of its CRLs is valid, where it was told. */
  readonly crlDays?: number;
  /**
   * Into how many CRLs its certificates are spread by their serial numbers, and the base of their addresses; fixed for
   * good, since certificates name theirs.
   */
  readonly crlPartitions?: { readonly count: number; readonly baseUrl: string };
}

/**
 * A caller's name for one change, so that asking again repeats the first answer instead of the change.
 * Unique for an account and operation, as long as the journal is kept.
 */
export interface ClientToken {
  readonly operation: string;
  readonly token: string;
  /** SHA-256 of the call's other parameters, hexadecimal: the same token with others is a mistake. */
  readonly parameters: string;
}

/** A certificate as stored. What its DER says (names, dates, key) is read from there. */
export interface CertificateRecord {
  /** Numeric primary key, ascending in the order of reservation. */
  readonly id: number;
  readonly identifier: Identifier;
  readonly account: AccountId;
  readonly kind: CertificateKind;
  /** Identifier of the issuing authority; its own for a root. */
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
  readonly state: Exclude<CertificateState, 'reserved' | 'abandoned'>;
  readonly keyAlgorithm: KeyAlgorithm;
  /** Absent while pending. */
  readonly der?: Uint8Array;
  /** What is to be signed, while pending. */
  readonly tbs?: Uint8Array;
  readonly labels: Labels;
  readonly revokedAt?: UnixSeconds;
  readonly reason?: RevocationReason;
  /** Of its last change, labels included. */
  readonly changedAt: UnixMillis;
  /** When it was put into the inventory. */
  readonly uploadedAt?: UnixMillis;
  /** Whether its private key was made here and is still held. */
  readonly keyHeld: boolean;
}

export interface AuthorityRecord extends CertificateRecord {
  readonly kind: AuthorityKind;
  readonly der: Uint8Array;
  readonly terms: AuthorityTerms;
  /** How many certificates it has issued, revoked and deleted ones included. */
  readonly issuedCount: number;
  /** How many it may issue in all; absent for no limit. */
  readonly quota?: number;
}

export function isAuthorityKind(kind: CertificateKind): kind is AuthorityKind {
  return kind === 'root' || kind === 'subordinate' || kind === 'external';
}
