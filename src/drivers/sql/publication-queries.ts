// What OCSP and CRLs are made from.

import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { UnixSeconds } from '../../base/time.ts';
import type { SerialNumber } from '../../pki/serial-number.ts';
import type { AuthorityRecord, Identifier } from '../../registry/model.ts';
import type {
  CrlChangesQuery,
  CrlCountQuery,
  CrlQuery,
  CrlRows,
  CrlStanding,
} from '../../registry/publication-store.ts';
import type { StoredResponder } from '../../registry/store.ts';
import { isCrlRequest, isOnCrl, isRelease, isResponder, isSigner } from './conditions.ts';
import { identifiersPerQuery, toAuthorities } from './records.ts';
import { privateKeyIdentity, type Schema } from './schema.ts';

export async function signers(db: Kysely<Schema>): Promise<AuthorityRecord[]> {
  return await toAuthorities(
    db,
    await db.selectFrom('certificates').selectAll().where(isSigner).orderBy('id').execute(),
  );
}

export async function responders(db: Kysely<Schema>): Promise<StoredResponder[]> {
  const latest = db
    .selectFrom('certificates')
    .select((select) => select.fn.max('id').as('id'))
    .where(isResponder)
    .groupBy('issuer');
  const rows = await db
    .selectFrom('certificates')
    .select(['identifier', 'issuer', 'key_algorithm', 'der'])
    .where('id', 'in', latest)
    .execute();
  const found: StoredResponder[] = [];
  for (const { identifier, issuer, key_algorithm, der } of rows) {
    const key = await db
      .selectFrom('sealed')
      .select('bytes')
      .where('identity', '=', privateKeyIdentity(identifier))
      .executeTakeFirst();
    if (key && der) {
      found.push({ authority: issuer, identifier, keyAlgorithm: key_algorithm, sealed: key.bytes, der });
    }
  }
  return found;
}

export async function headSequence(db: Kysely<Schema>): Promise<number> {
  const { head } = await db
    .selectFrom('journal')
    .select((select) => select.fn.max('sequence').as('head'))
    .executeTakeFirstOrThrow();
  return Number(head ?? 0);
}

export async function crlCount(
  db: Kysely<Schema>,
  { issuer, after = -1, upTo, validUntil }: CrlCountQuery,
): Promise<number> {
  // By the index of changes, whose entries are a third as long as those that lists are written from.
  const counted = db
    .selectFrom('certificates')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where(isOnCrl)
    .where('issuer', '=', issuer)
    .where('sequence', '>', after)
    .where('sequence', '<=', upTo)
    .where('not_after', '>=', validUntil);
  // A root's own is not told from the others by that index. Both of one moment: it may be deleted, and leave the span, in between.
  const { all, own } = await db
    .selectNoFrom([counted.as('all'), counted.where('identifier', '=', issuer).as('own')])
    .executeTakeFirstOrThrow();
  return Number(all) - Number(own);
}

/**
 * Columns of rows, each as the text of a JSON array: the database makes them, and another thread reads them, in less than half
 * the time that an object for each row takes.
 */
export type CrlColumns = { readonly [Column in keyof CrlRows]: string };

export async function crlRows(db: Kysely<Schema>, { issuer, after, limit }: CrlQuery): Promise<CrlColumns> {
  const rows = listed(db, issuer)
    .where('serial', '>', after as SerialNumber)
    .orderBy('serial')
    .limit(limit);
  return await byColumn(db, rows);
}

export async function crlChanges(db: Kysely<Schema>, { issuer, after, limit }: CrlChangesQuery): Promise<CrlColumns> {
  return await byColumn(db, listed(db, issuer).where('sequence', '>', after).orderBy('sequence').limit(limit));
}

/** Of a root's own certificate nobody needs to be told: who trusts it looks nowhere else. */
function listed(db: Kysely<Schema>, issuer: Identifier) {
  return db
    .selectFrom('certificates')
    .select(['serial', 'revoked_at', 'reason', 'invalidity_date', 'not_after', 'sequence'])
    .where(isOnCrl)
    .where('issuer', '=', issuer)
    .where('identifier', '<>', issuer);
}

/** In the order of the rows, which the database reads once for all columns; a list in any other order is not published. */
async function byColumn(db: Kysely<Schema>, rows: ReturnType<typeof listed>): Promise<CrlColumns> {
  return await db
    .selectFrom(rows.as('listed'))
    .select([
      jsonArray('serial').as('serialNumber'),
      jsonArray('revoked_at').as('revokedAt'),
      jsonArray('reason').as('reason'),
      jsonArray('invalidity_date').as('invalidityDate'),
      jsonArray('not_after').as('notAfter'),
      jsonArray('sequence').as('sequence'),
    ])
    .executeTakeFirstOrThrow();
}

function jsonArray(column: string): RawBuilder<string> {
  return sql<string>`json_group_array(${sql.ref(column)})`;
}

interface Since {
  readonly issuer: Identifier;
  readonly sequence: number;
}

export async function releasedSince(db: Kysely<Schema>, { issuer, sequence }: Since): Promise<SerialNumber[]> {
  const rows = await db
    .selectFrom('certificates')
    .select('serial')
    .where('identifier', 'in', releases(db, { issuer, sequence }))
    .orderBy('serial')
    .execute();
  return rows.map(({ serial }) => serial);
}

export async function statusChangedSince(db: Kysely<Schema>, since: Since): Promise<boolean> {
  const revoked = await db
    .selectFrom('certificates')
    .select('id')
    .where(isOnCrl)
    .where('issuer', '=', since.issuer)
    .where('sequence', '>', since.sequence)
    .limit(1)
    .executeTakeFirst();
  return revoked !== undefined || (await releases(db, since).limit(1).executeTakeFirst()) !== undefined;
}

export async function crlRequestedSince(db: Kysely<Schema>, { issuer, sequence }: Since): Promise<boolean> {
  const request = await db
    .selectFrom('journal')
    .select('sequence')
    .where(isCrlRequest)
    .where('identifier', '=', issuer)
    .where('sequence', '>', sequence)
    .limit(1)
    .executeTakeFirst();
  return request !== undefined;
}

export async function crlStandings(
  db: Kysely<Schema>,
  { issuer, serialNumbers }: { readonly issuer: Identifier; readonly serialNumbers: readonly SerialNumber[] },
): Promise<CrlStanding[]> {
  const found: CrlStanding[] = [];
  for (let from = 0; from < serialNumbers.length; from += identifiersPerQuery) {
    const rows = await db
      .selectFrom('certificates')
      .select(['serial', 'state', 'not_after', 'revoked_at'])
      .where('issuer', '=', issuer)
      .where('serial', 'in', serialNumbers.slice(from, from + identifiersPerQuery))
      .execute();
    for (const { serial, state, not_after, revoked_at } of rows) {
      const isRevoked = state === 'revoked' || state === 'deleted';
      found.push({
        serialNumber: serial,
        notAfter: not_after as UnixSeconds,
        ...(isRevoked && { revokedAt: (revoked_at ?? 0) as UnixSeconds }),
      });
    }
  }
  return found;
}

function releases(db: Kysely<Schema>, { issuer, sequence }: Since) {
  return db
    .selectFrom('journal')
    .select('identifier')
    .$narrowType<{ identifier: Identifier }>()
    .where(isRelease)
    .where('issuer', '=', issuer)
    .where('sequence', '>', sequence);
}
