// Reads of single certificates, of what was reserved for one, and of the store's own settings.

import { type Kysely, sql } from 'kysely';
import type { AccountId } from '../../base/journal-entry.ts';
import type { UnixSeconds } from '../../base/time.ts';
import type { SerialNumber } from '../../pki/serial-number.ts';
import type { AuthorityRecord, CertificateRecord, Identifier } from '../../registry/model.ts';
import type { Bearer, RecordedToken, Reservation, StatusSubject } from '../../registry/store.ts';
import { isPending, isReserved, isSigner } from './conditions.ts';
import { identifiersPerQuery, toAuthorities, toRecords } from './records.ts';
import { privateKeyIdentity, type Schema } from './schema.ts';

interface Named {
  readonly account: AccountId;
  readonly identifier: string;
}

export async function certificate(
  db: Kysely<Schema>,
  { account, identifier }: Named,
): Promise<CertificateRecord | undefined> {
  const rows = await selectDescribed(db, account)
    .where('identifier', '=', identifier as Identifier)
    .execute();
  return (await toRecords(db, rows))[0];
}

export async function certificateById(
  db: Kysely<Schema>,
  { account, id }: { readonly account: AccountId; readonly id: number },
): Promise<CertificateRecord | undefined> {
  return (await toRecords(db, await selectDescribed(db, account).where('id', '=', id).execute()))[0];
}

/** @param query.serialNumbers  {@link serialNumbersPerQuery} at most. */
export async function certificatesBySerialNumber(
  db: Kysely<Schema>,
  { account, serialNumbers }: { readonly account: AccountId; readonly serialNumbers: readonly SerialNumber[] },
): Promise<CertificateRecord[]> {
  const rows = await selectDescribed(db, account)
    .where('issuer', 'in', issuersOf(account))
    .where('serial', 'in', serialNumbers)
    .where('state', '<>', 'pending')
    .execute();
  return await toRecords(db, rows);
}

/** A step is one wait for others, ten milliseconds in an account with 2,000 CAs: each is looked for below each of them. */
export const serialNumbersPerQuery = 25;

/**
 * Those of an account that have issued, below each of which a serial number is looked for: by the index that keeps it from being
 * given twice, without one of its own. What an account has was issued by CAs of its own.
 */
function issuersOf(account: AccountId) {
  return sql<Identifier>`(select identifier from certificates where ${isSigner} and account = ${account})`;
}

/** And roots that are only reserved: what came to nothing is below itself. */
function issuersAndReservedRootsOf(account: AccountId) {
  return sql<Identifier>`(
    select identifier from certificates where ${isSigner} and account = ${account}
    union all select identifier from certificates where ${isReserved} and kind = 'root' and account = ${account})`;
}

export async function bearersOf(
  db: Kysely<Schema>,
  {
    account,
    serialNumber,
    limit,
  }: { readonly account: AccountId; readonly serialNumber: SerialNumber; readonly limit: number },
): Promise<Bearer[]> {
  const rows = await db
    .selectFrom('certificates')
    .select(['identifier', 'issuer', 'kind', 'state', 'subject', 'not_after', 'revoked_at', 'reason'])
    .where('issuer', 'in', issuersAndReservedRootsOf(account))
    .where('serial', '=', serialNumber)
    .where('account', '=', account)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ not_after, revoked_at, reason, ...named }) => ({
    ...named,
    serialNumber,
    notAfter: not_after as UnixSeconds,
    ...(revoked_at !== null && { revokedAt: revoked_at as UnixSeconds }),
    ...(reason !== null && { reason }),
  }));
}

export async function authority(
  db: Kysely<Schema>,
  { account, identifier }: Named,
): Promise<AuthorityRecord | undefined> {
  const rows = await selectDescribed(db, account)
    .where('identifier', '=', identifier as Identifier)
    .where('kind', 'in', ['root', 'subordinate', 'external'])
    .execute();
  return (await toAuthorities(db, rows))[0];
}

export async function signerOf(
  db: Kysely<Schema>,
  { account, identifier }: Named,
): Promise<AuthorityRecord | undefined> {
  const rows = await db
    .selectFrom('certificates')
    .selectAll()
    .where('identifier', '=', identifier as Identifier)
    .where('account', '=', account)
    .where('kind', 'in', ['root', 'subordinate', 'external'])
    .where('state', 'in', ['issued', 'revoked', 'deleted'])
    .execute();
  return (await toAuthorities(db, rows))[0];
}

export async function certificatesForStatus(
  db: Kysely<Schema>,
  { account, identifiers }: { readonly account: AccountId; readonly identifiers: readonly string[] },
): Promise<(StatusSubject | undefined)[]> {
  const found = new Map<string, StatusSubject>();
  for (let from = 0; from < identifiers.length; from += identifiersPerQuery) {
    const rows = await db
      .selectFrom('certificates')
      .select(['identifier', 'issuer', 'serial'])
      .where('account', '=', account)
      .where('identifier', 'in', identifiers.slice(from, from + identifiersPerQuery) as Identifier[])
      .where('state', 'in', ['pending', 'issued', 'revoked', 'deleted'])
      .execute();
    for (const { identifier, issuer, serial } of rows) {
      found.set(identifier, { identifier, issuer, serialNumber: serial });
    }
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

export async function clientToken(
  db: Kysely<Schema>,
  wanted: { readonly account: AccountId; readonly operation: string; readonly token: string },
): Promise<RecordedToken | undefined> {
  return await db
    .selectFrom('client_tokens')
    .select(['identifier', 'parameters'])
    .where('account', '=', wanted.account)
    .where('operation', '=', wanted.operation)
    .where('token', '=', wanted.token)
    .executeTakeFirst();
}

export async function reservation(
  db: Kysely<Schema>,
  { account, identifier }: Named,
): Promise<Reservation | undefined> {
  const row = await db
    .selectFrom('certificates')
    .select(['identifier', 'issuer', 'kind', 'key_algorithm', 'serial', 'state', 'tbs', 'der'])
    .where('identifier', '=', identifier as Identifier)
    .where('account', '=', account)
    .executeTakeFirst();
  if (!row) return undefined;
  const { serial: serialNumber, key_algorithm: keyAlgorithm, tbs, der, ...named } = row;
  return { ...named, serialNumber, keyAlgorithm, ...(tbs && { tbs }), ...(der && { der }) };
}

export async function pending(
  db: Kysely<Schema>,
): Promise<{ readonly account: AccountId; readonly identifier: Identifier }[]> {
  const rows = await db
    .selectFrom('certificates')
    .select(['account', 'identifier'])
    .where(isPending)
    .orderBy('id')
    .execute();
  return rows.map(({ account, identifier }) => ({ account: account as AccountId, identifier }));
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

function selectDescribed(db: Kysely<Schema>, account: AccountId) {
  return db
    .selectFrom('certificates')
    .selectAll()
    .where('account', '=', account)
    .where('kind', '<>', 'responder')
    .where('state', 'in', ['pending', 'issued', 'revoked']);
}
