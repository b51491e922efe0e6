// The port to publications over the store's thread: what CRLs are made from, and the lists published last.

import type { SerialNumber } from '../../pki/serial-number.ts';
import type { Identifier } from '../../registry/model.ts';
import type {
  CrlChangesQuery,
  CrlCountQuery,
  CrlQuery,
  CrlRows,
  CrlStanding,
  Publication,
  PublicationStore,
  PublishedList,
  StagedCrls,
} from '../../registry/publication-store.ts';
import type { CrlColumns } from '../sql/publication-queries.ts';
import { dropStagedParts, fetchEnds, fetchPublication, sendPublication, stageParts } from './crl-transfer.ts';
import type { Ask } from './reads.ts';

export class SqlitePublications implements PublicationStore {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  headSequence(): Promise<number> {
    return this.#ask('headSequence', undefined);
  }

  crlCount(query: CrlCountQuery): Promise<number> {
    return this.#ask('crlCount', query);
  }

  async crlRows(query: CrlQuery): Promise<CrlRows> {
    return rowsOf(await this.#ask('crlRows', query));
  }

  async crlChanges(query: CrlChangesQuery): Promise<CrlRows> {
    return rowsOf(await this.#ask('crlChanges', query));
  }

  releasedSince(issuer: Identifier, sequence: number): Promise<readonly SerialNumber[]> {
    return this.#ask('releasedSince', { issuer, sequence });
  }

  statusChangedSince(issuer: Identifier, sequence: number): Promise<boolean> {
    return this.#ask('statusChangedSince', { issuer, sequence });
  }

  crlStandings(issuer: Identifier, serialNumbers: readonly SerialNumber[]): Promise<readonly CrlStanding[]> {
    return this.#ask('crlStandings', { issuer, serialNumbers });
  }

  crlRequestedSince(authority: Identifier, sequence: number): Promise<boolean> {
    return this.#ask('crlRequestedSince', { issuer: authority, sequence });
  }

  publishedCrls(authority: Identifier): Promise<Publication | undefined> {
    return fetchPublication(authority, this.#ask);
  }

  publishedEnds(authority: Identifier, number: number): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    return fetchEnds(authority, number, this.#ask);
  }

  publishedLists(): Promise<readonly PublishedList[]> {
    return this.#ask('publishedLists', undefined);
  }

  async publishCrls(publication: Publication, expected: number, staged?: StagedCrls): Promise<boolean> {
    return await sendPublication(publication, expected, staged ?? (await this.stageCrls(publication)), this.#ask);
  }

  stageCrls(publication: Publication): Promise<StagedCrls> {
    return stageParts(publication, this.#ask);
  }

  dropStagedCrls(authority: Identifier, staged: StagedCrls): Promise<void> {
    return dropStagedParts(authority, staged, this.#ask);
  }
}

function rowsOf(columns: CrlColumns): CrlRows {
  return {
    serialNumber: JSON.parse(columns.serialNumber),
    revokedAt: JSON.parse(columns.revokedAt),
    reason: JSON.parse(columns.reason),
    invalidityDate: JSON.parse(columns.invalidityDate),
    notAfter: JSON.parse(columns.notAfter),
    sequence: JSON.parse(columns.sequence),
  };
}
