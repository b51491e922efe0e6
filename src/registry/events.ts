// Everything that can happen to a certificate. One of these in the journal is the change; tables, index, OCSP and CRL follow it.

import type { UnixSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { AuthorityTerms, CertificateKind, Identifier, Labels, RevocationReason } from './model.ts';

/** Which certificate: by our name for it, and by the pair that names it in X.509 (issuer and serial number). */
interface Subject {
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
}

/** The serial number is taken and the intent recorded, before anything is signed: nothing signed is ever unknown. */
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
}

export interface CertificateIssued extends Subject {
  readonly kind: 'certificate-issued';
  readonly certificateKind: CertificateKind;
  /** SHA-256 of the DER, hexadecimal: ties the stored certificate to the journal. */
  readonly sha256: string;
}

export interface CertificateRevoked extends Subject {
  readonly kind: 'certificate-revoked';
  readonly revokedAt: UnixSeconds;
  readonly reason?: RevocationReason;
}

export interface CertificateDeleted extends Subject {
  readonly kind: 'certificate-deleted';
}

export type CertificateEvent = CertificateReserved | CertificateIssued | CertificateRevoked | CertificateDeleted;
