// The records of the registry: certificates, and the authorities that issue them.

import type { AccountId } from '../base/journal-entry.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { SerialNumber } from '../pki/serial-number.ts';

/** Names a certificate, an authority's own included: 32 lower-case hexadecimal digits made by us, opaque to callers. */
export type Identifier = string & { readonly of: 'identifier' };

export type AuthorityKind = 'root' | 'subordinate';
export type EndEntityKind = 'client' | 'server';
export type CertificateKind = AuthorityKind | EndEntityKind;

/**
 * `reserved` (serial taken, nothing signed that anybody holds) → `issued` → `revoked` → `deleted`.
 * A deleted certificate is no longer listed or described, and keeps answering *revoked*.
 */
export type CertificateState = 'reserved' | 'issued' | 'revoked' | 'deleted';

/** RFC 5280 §5.3.1, by name; the code is the encoder's business. `unspecified` is expressed by leaving the reason out. */
export type RevocationReason =
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'privilegeWithdrawn'
  | 'aACompromise';

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

/** What an authority allows itself and those it issues. */
export interface AuthorityTerms {
  /** basicConstraints pathLenConstraint (RFC 5280 §4.2.1.9); absent means no limit. */
  readonly pathLength?: number;
  /** Longest validity of what it issues, in days; absent means only its own end. */
  readonly maxDays?: number;
  /** Whether it publishes CRLs, and for how many days each is valid. */
  readonly crlDays?: number;
}

/** A certificate as stored. Everything its DER says (names, dates, key) is read from there and kept nowhere else. */
export interface CertificateRecord {
  /** Numeric primary key, ascending in the order of reservation. */
  readonly id: number;
  readonly identifier: Identifier;
  readonly account: AccountId;
  readonly kind: CertificateKind;
  /** Identifier of the issuing authority; its own for a root. */
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
  readonly state: Exclude<CertificateState, 'reserved'>;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly der: Uint8Array;
  readonly labels: Labels;
  readonly revokedAt?: UnixSeconds;
  readonly reason?: RevocationReason;
}

export interface AuthorityRecord extends CertificateRecord {
  readonly kind: AuthorityKind;
  readonly terms: AuthorityTerms;
}
