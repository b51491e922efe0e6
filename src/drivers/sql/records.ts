// Rows of certificates as the domain's records, with their tags.

import type { Kysely, Selectable } from 'kysely';
import type { AccountId } from '../../base/journal-entry.ts';
import type { UnixMillis, UnixSeconds } from '../../base/time.ts';
import {
  type AuthorityRecord,
  type AuthorityTerms,
  type CertificateRecord,
  type Identifier,
  isAuthorityKind,
  type Labels,
  type Tag,
} from '../../registry/model.ts';
import type { CertificatesTable, Schema } from './schema.ts';

type Row = Selectable<CertificatesTable>;

/** Keeps a statement's text and its parameters within every database's limits. */
export const identifiersPerQuery = 500;

export async function toRecords(db: Kysely<Schema>, rows: readonly Row[]): Promise<CertificateRecord[]> {
  const tags = await tagsOf(
    db,
    rows.map(({ identifier }) => identifier),
  );
  return rows.map((row) => toRecord(row, tags.get(row.identifier)));
}

export async function toAuthorities(db: Kysely<Schema>, rows: readonly Row[]): Promise<AuthorityRecord[]> {
  const records = await toRecords(db, rows);
  return records.map((record, index): AuthorityRecord => {
    const { terms, quota = null, issued_count = 0 } = rows[index] ?? {};
    const { kind, der } = record;
    if (!isAuthorityKind(kind) || !der) throw new TypeError('not an issued authority');
    return {
      ...record,
      kind,
      der,
      terms: JSON.parse(terms ?? '{}') as AuthorityTerms,
      issuedCount: issued_count,
      ...(quota !== null && { quota }),
    };
  });
}

/** By certificate, in the order the caller gave them; certificates without any are left out. */
export async function tagsOf(db: Kysely<Schema>, identifiers: readonly Identifier[]): Promise<Map<Identifier, Tag[]>> {
  const tags = new Map<Identifier, Tag[]>();
  for (let from = 0; from < identifiers.length; from += identifiersPerQuery) {
    const rows = await db
      .selectFrom('tags')
      .select(['identifier', 'key', 'value'])
      .where('identifier', 'in', identifiers.slice(from, from + identifiersPerQuery))
      .orderBy('identifier')
      .orderBy('position')
      .execute();
    for (const { identifier, key, value } of rows) {
      const list = tags.get(identifier);
      if (list) list.push({ key, value });
      else tags.set(identifier, [{ key, value }]);
    }
  }
  return tags;
}

function toRecord(row: Row, tags: readonly Tag[] | undefined): CertificateRecord {
  const { state } = row;
  if (state === 'reserved' || state === 'abandoned')
    throw new TypeError('a certificate that nobody holds has no record');
  const labels: Labels = {
    ...(row.alias_name !== null && { aliasName: row.alias_name }),
    ...(row.custom_identifier !== null && { customIdentifier: row.custom_identifier }),
    ...(row.resource_group_id !== null && { resourceGroupId: row.resource_group_id }),
    ...(tags && { tags }),
  };
  return {
    id: row.id,
    identifier: row.identifier,
    account: row.account as AccountId,
    kind: row.kind,
    issuer: row.issuer,
    serialNumber: row.serial,
    state,
    keyAlgorithm: row.key_algorithm,
    ...(row.der !== null && { der: row.der }),
    ...(row.tbs !== null && { tbs: row.tbs }),
    labels,
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at as UnixSeconds }),
    ...(row.reason !== null && { reason: row.reason }),
    changedAt: row.changed_at as UnixMillis,
    ...(row.uploaded_at !== null && { uploadedAt: row.uploaded_at as UnixMillis }),
    keyHeld: row.has_key === 1,
  };
}
