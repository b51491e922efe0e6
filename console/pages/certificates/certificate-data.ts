// What the pages of certificates ask the service for.

import type { CertificateRow } from '../../../src/protocols/console/certificate-row.ts';
import { send } from '../../base/api.ts';

export type { CertificateRow };

/** Wire names of the console's list, as texts. */
export type ListFilter = Readonly<Record<string, string>>;

export interface ListAnswer {
  readonly List: readonly CertificateRow[];
  /** `Below` of the next page; 0 behind the last. */
  readonly Next: number;
  readonly Total?: number;
}

/** A page, or of a search what one step found. @throws {ApiError} */
export function listCertificates(filter: ListFilter): Promise<ListAnswer> {
  return send('POST', 'certificates', { parameters: filter });
}

/** What bears this identifier or serial number: several where several CAs used the number. @throws {ApiError} */
export async function findCertificates(name: string): Promise<readonly CertificateRow[]> {
  return (await listCertificates({ Text: name, Exactly: 'true' })).List;
}

/** The same of up to 200 at once, in the order asked. @throws {ApiError} */
export async function findNamed(names: readonly string[]): Promise<readonly (readonly CertificateRow[])[]> {
  const { Found } = await send<{ readonly Found: readonly Pick<ListAnswer, 'List'>[] }>('POST', 'certificates-named', {
    parameters: { Names: names.join(',') },
  });
  return Found.map(({ List }) => List);
}

/** All CAs, up to 200 of the newest. @throws {ApiError} */
export async function listAuthorities(): Promise<readonly CertificateRow[]> {
  return (await listCertificates({ Kind: 'ca', Size: '200' })).List;
}

export interface HistoryEntry {
  readonly Sequence: number;
  /** Milliseconds since 1970. */
  readonly Time: number;
  readonly Principal: string;
  readonly SourceAddress: string;
  readonly RequestId: string;
  readonly Kind: string;
  readonly Reason?: string;
  readonly Why?: string;
  readonly AliasName?: string;
  readonly ResourceGroupId?: string;
  readonly Tags?:
    | { readonly replace: readonly NamedTag[] }
    | { readonly put: readonly NamedTag[] }
    | { readonly remove: readonly string[] | 'all' };
}

interface NamedTag {
  readonly key: string;
  readonly value: string;
}

/** Oldest first. @throws {ApiError} */
export async function historyOf(identifier: string): Promise<readonly HistoryEntry[]> {
  const answer = await send<{ readonly History: readonly HistoryEntry[] }>('POST', 'certificate-history', {
    parameters: { Identifier: identifier },
  });
  return answer.History;
}

export function isAuthority({ Kind }: Pick<CertificateRow, 'Kind'>): boolean {
  return Kind === 'root' || Kind === 'subordinate' || Kind === 'external';
}

/** What it is called in lists: by its common name, else by whatever else it is named. */
export function nameOf({ CommonName, AliasName, Names, Subject, SerialNumber }: CertificateRow): string {
  return CommonName || AliasName || Names[0] || Subject || SerialNumber;
}
