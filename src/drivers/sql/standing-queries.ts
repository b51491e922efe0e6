// Reads how all certificates stand, for the status index at the start: few texts of many certificates each.

import { type Kysely, sql } from 'kysely';
import type { StandingPage } from '../../registry/standing-page.ts';
import type { Schema } from './schema.ts';

const certificatesPerPage = 10_000;
const authorityKinds = ['root', 'subordinate', 'external'] as const;
const issuedStates = ['issued', 'revoked', 'deleted'] as const;

/**
 * The entry a certificate stands so by. `sequence` is that of its last change of state, and the deletion of a revoked one
 * changes the state and not the status.
 */
const standsBy = sql<number>`
  case state when 'deleted' then (
    select max(journal.sequence) from journal
    where journal.identifier = certificates.identifier and journal.kind = 'certificate-revoked')
  else sequence end`;

/** All that were ever issued, a page at a time, in the order of reservation: so authorities are before what they issued. */
export async function standingPage(db: Kysely<Schema>, { after }: { readonly after: number }): Promise<StandingPage> {
  const page = db
    .selectFrom('certificates')
    .select(['id', 'identifier', 'account', 'kind', 'state', 'issuer', 'serial', 'revoked_at', 'reason'])
    .select(standsBy.as('stands_by'))
    .where('id', '>', after)
    .orderBy('id')
    .limit(certificatesPerPage);
  const isMeant = sql<boolean>`state in ${literals(issuedStates)}`;
  const isAuthority = sql<boolean>`kind in ${literals(authorityKinds)}`;
  const column = (value: ReturnType<typeof sql>) =>
    sql<string | null>`string_agg(${value}, ',') filter (where ${isMeant})`;
  const { last, ...found } = await db
    .selectFrom(page.as('page'))
    .select(({ fn }) => [
      fn.max<number | null>('id').as('last'),
      column(sql`serial`).as('serials'),
      column(sql`cast(stands_by as text)`).as('sequences'),
      column(sql`coalesce(cast(revoked_at as text), '')`).as('revokedAts'),
      column(sql`coalesce(reason, '')`).as('reasons'),
      column(sql`issuer`).as('issuers'),
      sql<string | null>`string_agg(serial || ' ' || issuer || ' ' || identifier || ' ' || account, ',')
        filter (where ${isMeant} and ${isAuthority})`.as('authorities'),
    ])
    .executeTakeFirstOrThrow();
  return {
    ...(last !== null && { last }),
    serials: found.serials ?? '',
    sequences: found.sequences ?? '',
    revokedAts: found.revokedAts ?? '',
    reasons: found.reasons ?? '',
    issuers: found.issuers ?? '',
    authorities: found.authorities ?? '',
  };
}

function literals(texts: readonly string[]) {
  return sql`(${sql.join(texts.map((text) => sql.lit(text)))})`;
}
