// From a certificate up to its root.

import { type AuthorityRecord, type CertificateRecord, isAuthorityKind } from './model.ts';
import type { CertificateStore } from './store.ts';

/**
 * The authorities above a certificate, nearest first and the root last; an authority's chain begins with itself.
 * Revoked and deleted ones are part of it: a chain is what was signed, not what still counts.
 */
export async function chainOf(
  certificate: CertificateRecord,
  store: Pick<CertificateStore, 'signerOf'>,
): Promise<readonly AuthorityRecord[]> {
  const chain: AuthorityRecord[] = [];
  let next = isAuthorityKind(certificate.kind) ? certificate.identifier : certificate.issuer;
  for (;;) {
    const authority = await store.signerOf(certificate.account, next);
    if (!authority) throw new Error(`certificate ${certificate.identifier}: its issuer ${next} is not in the store`);
    chain.push(authority);
    if (authority.issuer === authority.identifier) return chain;
    next = authority.issuer;
  }
}
