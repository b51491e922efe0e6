// What an OCSP request asks about, and how it stands by the status index.

import { type CertId, issuerAsked } from '../pki/cert-id.ts';
import type { AuthorityDirectory, KnownAuthority } from './authority-directory.ts';
import type { Status, StatusReader } from './status-index.ts';

/** A certificate asked about, and the authority here that its issuer is, if it is one. */
export interface Asked {
  readonly certId: CertId;
  readonly authority: KnownAuthority | undefined;
}

export function askedAbout(certId: CertId, authorities: Pick<AuthorityDirectory, 'byIssuerKey'>): Asked {
  const key = issuerAsked(certId);
  return { certId, authority: key === undefined ? undefined : authorities.byIssuerKey(key) };
}

export function statusOf({ certId: { serialNumber }, authority }: Asked, statusIndex: StatusReader): Status {
  if (!authority || serialNumber === undefined) return { status: 'unknown' };
  const { identifier, account } = authority.record;
  return statusIndex.lookupIssuedBy(identifier, account, serialNumber);
}

/** The journal entry that the status is by: while it is the same, so is the status. */
export function sinceOf({ certId: { serialNumber }, authority }: Asked, statusIndex: StatusReader): number {
  if (!authority || serialNumber === undefined) return 0;
  const { identifier, account } = authority.record;
  return statusIndex.lastChangeIssuedBy(identifier, account, serialNumber);
}
