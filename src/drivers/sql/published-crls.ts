// The lists published last, and how one publication takes the place of another. Their bytes are kept in parts, written before
// and removed after the one transaction that counts: a list of 50 MB never holds up the writers of other things for long.

import { type Kysely, sql } from 'kysely';
import type { UnixSeconds } from '../../base/time.ts';
import type { Identifier } from '../../registry/model.ts';
import type { Publication, PublishedList } from '../../registry/publication-store.ts';
import type { Schema } from './schema.ts';

/** Octets that one transaction writes or removes: some tens of milliseconds. */
export const octetsTogether = 4 * 1024 * 1024;

/** A publication without its bytes. */
export interface PublishedFacts extends Omit<Publication, 'lists'> {
  readonly attempt: string;
  /** Octets of each list, by scope. */
  readonly octets: ReadonlyMap<string, number>;
}

export interface CrlPart {
  readonly scope: string;
  readonly part: number;
  readonly bytes: Uint8Array;
}

export interface CrlParts {
  readonly authority: Identifier;
  readonly attempt: string;
  readonly number: number;
  readonly parts: readonly CrlPart[];
}

export async function publishedFacts(db: Kysely<Schema>, authority: Identifier): Promise<PublishedFacts | undefined> {
  const rows = await db.selectFrom('crls').selectAll().where('authority', '=', authority).execute();
  const [row] = rows;
  if (!row) return undefined;
  return {
    authority,
    number: row.number,
    thisUpdate: row.this_update as UnixSeconds,
    nextUpdate: row.next_update as UnixSeconds,
    sequence: row.sequence,
    base: { number: row.base_number, sequence: row.base_sequence },
    nextBase: { number: row.next_base_number, sequence: row.next_base_sequence },
    attempt: row.attempt,
    octets: new Map(rows.map(({ scope, octets }) => [scope, octets])),
  };
}

/** `undefined` where another publication has taken its place meanwhile. */
export async function crlPart(
  db: Kysely<Schema>,
  { authority, attempt, scope, part }: Pick<CrlParts, 'authority' | 'attempt'> & Pick<CrlPart, 'scope' | 'part'>,
): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('crl_parts')
    .select('bytes')
    .where('authority', '=', authority)
    .where('attempt', '=', attempt)
    .where('scope', '=', scope)
    .where('part', '=', part)
    .executeTakeFirst();
  return row?.bytes;
}

export async function publishedLists(db: Kysely<Schema>): Promise<PublishedList[]> {
  const rows = await db
    .selectFrom('crls')
    .select(['authority', 'scope', 'number', 'this_update', 'next_update', 'sequence', 'octets'])
    .orderBy('authority')
    .orderBy('scope')
    .execute();
  return rows.map(({ this_update, next_update, ...row }) => ({
    ...row,
    thisUpdate: this_update as UnixSeconds,
    nextUpdate: next_update as UnixSeconds,
  }));
}

/** Nothing refers to them yet. A crash leaves them lying; {@link dropCrlParts} of a later publication takes them away. */
export async function putCrlParts(db: Kysely<Schema>, { authority, attempt, number, parts }: CrlParts): Promise<void> {
  for (const part of parts) {
    await db
      .insertInto('crl_parts')
      .values({ authority, attempt, number, ...part })
      .execute();
    release(part.bytes);
  }
}

/** @returns whether there may be more, as {@link dropCrlParts}. */
export async function dropStagedCrlParts(
  db: Kysely<Schema>,
  { authority, attempt }: Pick<CrlParts, 'authority' | 'attempt'>,
): Promise<boolean> {
  // What is in force meanwhile is not: its commit may have been told as failed.
  const inForce = db.selectFrom('crls').select('attempt').where('authority', '=', authority);
  const rows = await db
    .selectFrom('crl_parts')
    .select(['scope', 'part'])
    .where('authority', '=', authority)
    .where('attempt', '=', attempt)
    .where('attempt', 'not in', inForce)
    .orderBy('scope')
    .orderBy('part')
    .limit(2)
    .execute();
  const [part] = rows;
  if (part) {
    await db
      .deleteFrom('crl_parts')
      .where('authority', '=', authority)
      .where('attempt', '=', attempt)
      .where('scope', '=', part.scope)
      .where('part', '=', part.part)
      .execute();
  }
  return rows.length > 1;
}

/** Gives the memory back at once: some megabytes in a few objects are no reason for the engine to look for garbage. */
export function release(bytes: Uint8Array): void {
  if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}

/** Called in a transaction, under the one writer lock. @param publication.parts  the last of them; most have no others. */
export async function publishCrls(
  db: Kysely<Schema>,
  { facts, expected, parts }: { facts: PublishedFacts; expected: number; parts: readonly CrlPart[] },
): Promise<boolean> {
  const { authority, number, thisUpdate, nextUpdate, sequence, base, nextBase, attempt, octets } = facts;
  const before = await db.selectFrom('crls').select('number').where('authority', '=', authority).executeTakeFirst();
  if ((before?.number ?? 0) !== expected) return false;
  if (number <= expected)
    throw new TypeError(`of ${authority} number ${expected} is in force; ${number} is not above it`);
  await putCrlParts(db, { authority, attempt, number, parts });
  await requireWhole(db, facts);
  await db.deleteFrom('crls').where('authority', '=', authority).execute();
  for (const [scope, size] of octets) {
    await db
      .insertInto('crls')
      .values({
        authority,
        scope,
        number,
        this_update: thisUpdate,
        next_update: nextUpdate,
        sequence,
        base_number: base.number,
        base_sequence: base.sequence,
        next_base_number: nextBase.number,
        next_base_sequence: nextBase.sequence,
        attempt,
        octets: size,
      })
      .execute();
  }
  await dropCrlParts(db, { authority, published: { attempt, number } });
  return true;
}

/** What is in force is read part by part until there is none: each list has its parts, one after the other, and its octets. */
async function requireWhole(db: Kysely<Schema>, { authority, attempt, number, octets }: PublishedFacts): Promise<void> {
  const { rows } = await sql<{ scope: string; parts: number; last: number; octets: number }>`
    select scope, count(*) as parts, max(part) as last, sum(length(bytes)) as octets
    from crl_parts where authority = ${authority} and attempt = ${attempt} and number = ${number}
    group by scope`.execute(db);
  const found = new Map(rows.map((row) => [row.scope, row]));
  for (const [scope, size] of octets) {
    const list = found.get(scope);
    if (list?.octets !== size || list.parts !== list.last + 1)
      throw new Error(`list "${scope}" of ${authority} is not whole in the store: it is not published`);
  }
}

/**
 * Removes parts of publications before the one that is in force, and of attempts that came to nothing, up to
 * {@link octetsTogether}. Those of an attempt under way have a higher number and stay.
 *
 * @returns whether there may be more.
 */
export async function dropCrlParts(
  db: Kysely<Schema>,
  { authority, published }: { authority: Identifier; published: Pick<PublishedFacts, 'attempt' | 'number'> },
): Promise<boolean> {
  const { rows } = await sql<{ attempt: string; scope: string; part: number; before: number }>`
    select attempt, scope, part, before from (
      select attempt, scope, part,
        coalesce(sum(length(bytes)) over (order by attempt, scope, part rows between unbounded preceding and 1 preceding), 0) as before
      from crl_parts
      where authority = ${authority} and attempt <> ${published.attempt} and number <= ${published.number}
    ) as outdated
    order by attempt, scope, part`.execute(db);
  const now = rows.filter(({ before }) => before < octetsTogether);
  for (const { attempt, scope, part } of now) {
    await db
      .deleteFrom('crl_parts')
      .where('authority', '=', authority)
      .where('attempt', '=', attempt)
      .where('scope', '=', scope)
      .where('part', '=', part)
      .execute();
  }
  return now.length < rows.length;
}
