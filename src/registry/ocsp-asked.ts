// What an OCSP request asks about, and how it stands by the status index.

import type { AccountId } from '../base/journal-entry.ts';
import { type CertId, issuerAsked } from '../pki/cert-id.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { AuthorityDirectory, KnownAuthority } from './authority-directory.ts';
import type { Identifier } from './model.ts';
import type { Status, StatusReader } from './status-index.ts';

/** A certificate asked about, and the authority here that its issuer is, if it is one. */
export interface Asked {
  readonly certId: CertId;
  readonly authority: KnownAuthority | undefined;
}

/** What one of ours is found by in the status index, whether or not it was ever issued. */
export interface NamedCertificate {
  readonly authority: Identifier;
  readonly account: AccountId;
  readonly serialNumber: SerialNumber;
}

/** `undefined` where it cannot be ours. */
export function named({ certId: { serialNumber }, authority }: Asked): NamedCertificate | undefined {
  if (!authority || serialNumber === undefined) return undefined;
  return { authority: authority.record.identifier, account: authority.record.account, serialNumber };
}

export function askedAbout(certId: CertId, authorities: Pick<AuthorityDirectory, 'byIssuerKey'>): Asked {
  const key = issuerAsked(certId);
  return { certId, authority: key === undefined ? undefined : authorities.byIssuerKey(key) };
}

export function statusOf(certificate: NamedCertificate | undefined, statusIndex: StatusReader): Status {
  if (!certificate) return { status: 'unknown' };
  const { authority, account, serialNumber } = certificate;
  return statusIndex.lookupIssuedBy(authority, account, serialNumber);
}

/** The journal entry that the status is by: while it is the same, so is the status. */
export function sinceOf(certificate: NamedCertificate | undefined, statusIndex: StatusReader): number {
  if (!certificate) return 0;
  const { authority, account, serialNumber } = certificate;
  return statusIndex.lastChangeIssuedBy(authority, account, serialNumber);
}
