// Everything that can happen to a certificate. One of these in the journal is the change; tables, index, OCSP and CRL follow it.

import type { UnixSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type {
  AuthorityTerms,
  CertificateKind,
  ClientToken,
  Identifier,
  Labels,
  RevocationReason,
  TagChange,
} from './model.ts';

/** Which certificate: by our name for it, and by the pair that names it in X.509 (issuer and serial number). */
interface Subject {
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
}

/** The serial number is taken and the intent recorded: before anything is signed, or together with what was. */
export interface CertificateReserved extends Subject {
  readonly kind: 'certificate-reserved';
  readonly certificateKind: CertificateKind;
  readonly keyAlgorithm: KeyAlgorithm;
  /** Distinguished name as text, for people who read the journal. */
  readonly subject: string;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly labels: Labels;
  /** Present exactly for authorities. */
  readonly terms?: AuthorityTerms;
  /** It is issued in the background, and listed as pending meanwhile. */
  readonly pending?: true;
  /** SHA-256 of what is to be signed, hexadecimal, where it is kept for later: nothing else is signed in its place. */
  readonly tbsSha256?: string;
  readonly clientToken?: ClientToken;
}

export interface CertificateIssued extends Subject {
  readonly kind: 'certificate-issued';
  readonly certificateKind: CertificateKind;
  /** SHA-256 of the DER, hexadecimal: ties the stored certificate to the journal. */
  readonly sha256: string;
}

export interface CertificateRevoked extends Subject {
  readonly kind: 'certificate-revoked';
  /** Does not count where it was on hold: then it is revoked since it was put on hold (RFC 5280 §5.3.1). */
  readonly revokedAt: UnixSeconds;
  readonly reason?: RevocationReason;
  /** When the key is known or believed to have been lost (RFC 5280 §5.3.2). */
  readonly invalidityDate?: UnixSeconds;
  readonly clientToken?: ClientToken;
}

/** A certificate on hold counts again (RFC 5280 §5.3.1, removeFromCRL). */
export interface CertificateReleased extends Subject {
  readonly kind: 'certificate-released';
}

export interface CertificateDeleted extends Subject {
  readonly kind: 'certificate-deleted';
}

/** A pending certificate could not be issued; its serial number stays taken. */
export interface CertificateAbandoned extends Subject {
  readonly kind: 'certificate-abandoned';
  /** The refusal's kind. */
  readonly why: string;
}

/** What callers attach to it has changed: the members that are present. */
export interface CertificateLabelled extends Subject {
  readonly kind: 'certificate-labelled';
  readonly aliasName?: string;
  readonly resourceGroupId?: string;
  readonly tags?: TagChange;
  readonly clientToken?: ClientToken;
}

/** It is part of the inventory from now on. */
export interface CertificateUploaded extends Subject {
  readonly kind: 'certificate-uploaded';
}

/** How many certificates this authority may issue in all. */
export interface CertificateQuotaAssigned extends Subject {
  readonly kind: 'certificate-quota-assigned';
  /** `null`: no limit. */
  readonly total: number | null;
}

/** Somebody wants this authority's CRLs published now. */
export interface CertificateCrlRequested extends Subject {
  readonly kind: 'certificate-crl-requested';
}

export type CertificateEvent =
  | CertificateReserved
  | CertificateIssued
  | CertificateAbandoned
  | CertificateRevoked
  | CertificateReleased
  | CertificateDeleted
  | CertificateLabelled
  | CertificateUploaded
  | CertificateCrlRequested
  | CertificateQuotaAssigned;
