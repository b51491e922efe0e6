// What the operations tell of CAs, as far as these pages show it.

import type { AuthorityPublication } from '../../../src/protocols/console/publication-state.ts';
import { callOperation, send } from '../../base/api.ts';

/** Of DescribeCACertificateList. */
export interface ListedAuthority {
  readonly Identifier: string;
  /** Empty for a root. */
  readonly ParentIdentifier: string;
  readonly Status: 'ISSUE' | 'REVOKE';
  readonly SubjectDN: string;
  readonly Algorithm: 'RSA' | 'ECC' | 'SM2';
  readonly KeySize: number;
  /** Milliseconds since 1970. */
  readonly BeforeDate: number;
  readonly AfterDate: number;
  readonly Alias: string;
}

/** Of DescribeCACertificate. */
export interface DescribedAuthority extends Omit<ListedAuthority, 'Alias'> {
  readonly SerialNumber: string;
  readonly FullAlgorithm: string;
  readonly IssuerType: 'local' | 'external';
  readonly X509Certificate: string;
  readonly CaCertChain: string;
  readonly CertTotalCount: number;
  readonly CertIssuedCount: number;
  readonly CertMaxTime: number;
}

export interface AuthorityList {
  readonly authorities: readonly ListedAuthority[];
  readonly total: number;
}

/** More CAs than that are searched for in the list of certificates. */
const mostListed = 500;

/** @throws {ApiError} */
export async function listAuthorities(): Promise<AuthorityList> {
  const { CertificateList, TotalCount } = await callOperation<{
    CertificateList: readonly ListedAuthority[];
    TotalCount: number;
  }>('DescribeCACertificateList', { ShowSize: String(mostListed) });
  return { authorities: CertificateList, total: TotalCount };
}

/** @throws {ApiError} */
export async function describeAuthority(identifier: string): Promise<DescribedAuthority> {
  const answer = await callOperation<{ Certificate: DescribedAuthority }>('DescribeCACertificate', {
    Identifier: identifier,
  });
  return answer.Certificate;
}

/** How its CRL and OCSP stand. @throws {ApiError} */
export async function publicationOf(identifier: string): Promise<AuthorityPublication | undefined> {
  const answer = await send<{ List: readonly AuthorityPublication[] }>('POST', 'publication', {
    parameters: { CaIdentifier: identifier },
  });
  return answer.List[0];
}

/** Each with how deep it stands: roots, and behind each what it signed; newest first as they are listed. */
export function asTree(
  authorities: readonly ListedAuthority[],
): readonly { readonly authority: ListedAuthority; readonly depth: number }[] {
  const known = new Set(authorities.map(({ Identifier }) => Identifier));
  const below = (parent: string, depth: number): ReturnType<typeof asTree> =>
    authorities
      .filter(({ ParentIdentifier }) => (known.has(ParentIdentifier) ? ParentIdentifier : '') === parent)
      .flatMap((authority) => [{ authority, depth }, ...below(authority.Identifier, depth + 1)]);
  return below('', 0);
}
