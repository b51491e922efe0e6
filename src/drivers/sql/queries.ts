// Reads of the certificates and of the store's own settings.

import type { Kysely, Selectable } from 'kysely';
import type { AccountId } from '../../base/journal-entry.ts';
import type { UnixSeconds } from '../../base/time.ts';
import type {
  AuthorityKind,
  AuthorityRecord,
  AuthorityTerms,
  CertificateRecord,
  Identifier,
  Labels,
  Tag,
} from '../../registry/model.ts';
import type { EndEntityQuery, StatusSubject } from '../../registry/store.ts';
import { isListedEndEntity, isReserved } from './migrations.ts';
import { type CertificatesTable, privateKeyIdentity, type Schema } from './schema.ts';

interface Named {
  readonly account: AccountId;
  readonly identifier: string;
}

export async function certificate(db: Kysely<Schema>, named: Named): Promise<CertificateRecord | undefined> {
  const row = await selectDescribed(db, named).executeTakeFirst();
  return row && (await toRecords(db, [row]))[0];
}

export async function authority(db: Kysely<Schema>, named: Named): Promise<AuthorityRecord | undefined> {
  const row = await selectDescribed(db, named).where('kind', 'in', ['root', 'subordinate']).executeTakeFirst();
  const [record] = row ? await toRecords(db, [row]) : [];
  if (!record || !row) return undefined;
  const terms = JSON.parse(row.terms ?? '{}') as AuthorityTerms;
  return { ...record, kind: record.kind as AuthorityKind, terms };
}

export async function certificatesForStatus(
  db: Kysely<Schema>,
  { account, identifiers }: { readonly account: AccountId; readonly identifiers: readonly string[] },
): Promise<(StatusSubject | undefined)[]> {
  const found = new Map<string, StatusSubject>();
  for (let from = 0; from < identifiers.length; from += identifiersPerQuery) {
    const rows = await db
      .selectFrom('certificates')
      .select(['identifier', 'serial'])
      .where('account', '=', account)
      .where('identifier', 'in', identifiers.slice(from, from + identifiersPerQuery) as Identifier[])
      .where('state', '<>', 'reserved')
      .execute();
    for (const { identifier, serial } of rows) found.set(identifier, { identifier, serialNumber: serial });
  }
  return identifiers.map((identifier) => found.get(identifier));
}

export async function sealedKey(db: Kysely<Schema>, identifier: Identifier): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('sealed')
    .select('bytes')
    .where('identity', '=', privateKeyIdentity(identifier))
    .executeTakeFirst();
  return row?.bytes;
}

export async function listEndEntities(
  db: Kysely<Schema>,
  query: EndEntityQuery,
): Promise<{ readonly total: number; readonly page: readonly CertificateRecord[] }> {
  let listed = db.selectFrom('certificates').where(isListedEndEntity).where('account', '=', query.account);
  if (query.identifier !== undefined) listed = listed.where('identifier', '=', query.identifier as Identifier);
  if (query.kind !== undefined) listed = listed.where('kind', '=', query.kind);
  if (query.resourceGroupId !== undefined) listed = listed.where('resource_group_id', '=', query.resourceGroupId);
  const { total } = await listed.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  // The page's keys first, from the index alone: skipping certificates would read each of them.
  const keys = listed.select('id').orderBy('id', 'desc').limit(query.limit).offset(query.offset);
  const rows = await db.selectFrom('certificates').selectAll().where('id', 'in', keys).orderBy('id', 'desc').execute();
  return { total: Number(total), page: await toRecords(db, rows) };
}

export async function danglingReservations(db: Kysely<Schema>): Promise<number> {
  const { count } = await db
    .selectFrom('certificates')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where(isReserved)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** All there are, reserved and deleted ones included. */
export async function certificateCount(db: Kysely<Schema>): Promise<number> {
  const { count } = await db
    .selectFrom('certificates')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function setting(db: Kysely<Schema>, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value;
}

export async function putSetting(
  db: Kysely<Schema>,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<void> {
  await db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** Puts a value unless there is one; says whether it did. */
export async function addSetting(
  db: Kysely<Schema>,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows !== 0n;
}

/** Keeps a statement's text and its parameters within every database's limits. */
const identifiersPerQuery = 500;

function selectDescribed(db: Kysely<Schema>, { account, identifier }: Named) {
  return db
    .selectFrom('certificates')
    .selectAll()
    .where('identifier', '=', identifier as Identifier)
    .where('account', '=', account)
    .where('state', 'in', ['issued', 'revoked']);
}

async function toRecords(
  db: Kysely<Schema>,
  rows: readonly Selectable<CertificatesTable>[],
): Promise<CertificateRecord[]> {
  const tags = await tagsOf(
    db,
    rows.map(({ identifier }) => identifier),
  );
  return rows.map((row) => toRecord(row, tags.get(row.identifier)));
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

function toRecord(row: Selectable<CertificatesTable>, tags: readonly Tag[] | undefined): CertificateRecord {
  if (row.state === 'reserved' || row.der === null) throw new TypeError('a reserved certificate has no record');
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
    state: row.state,
    keyAlgorithm: row.key_algorithm,
    der: row.der,
    labels,
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at as UnixSeconds }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}
