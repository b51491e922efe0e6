// Reads how all certificates stand, for the status index at the start: few values of many certificates each.

import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { StandingPage } from '../../registry/standing-page.ts';
import { isSigner } from './conditions.ts';
import type { Schema } from './schema.ts';

const idsPerPage = 10_000;

/** Comparisons, since of a list of three SQLite makes a table and looks into it for every row. */
const wasIssued = sql<boolean>`(state = 'issued' or state = 'revoked' or state = 'deleted')`;

/**
 * The entry a revoked certificate stands so by. `sequence` is that of its last change of state, and the deletion of a revoked
 * one changes the state and not the status.
 */
const revokedBy = sql<number>`
  case state when 'deleted' then (
    select max(journal.sequence) from journal
    where journal.identifier = certificates.identifier and journal.kind = 'certificate-revoked')
  else sequence end`;

const standing = sql<string>`
  case when revoked_at is null then sequence
  else ${revokedBy} || ' ' || revoked_at || ' ' || coalesce(reason, '') end`;

/**
 * All that were ever issued, a page at a time, in the order of reservation: so authorities are not behind the page of what they
 * issued. One walk along the table puts the columns together, whatever its order.
 */
export async function standingPage(db: Kysely<Schema>, { after }: { readonly after: number }): Promise<StandingPage> {
  const upTo = after + idsPerPage;
  const inPage = sql<boolean>`id > ${after} and id <= ${upTo}`;
  // By an index of few rows: asking each of the many for its kind takes longer.
  const authorities = db
    .selectFrom('certificates')
    .select(['serial', 'issuer', 'identifier', 'account', standing.as('standing')])
    .where(inPage)
    .where(isSigner)
    .orderBy('id');
  const found = await db
    .selectFrom('certificates')
    .where(inPage)
    .where(wasIssued)
    .select(({ selectFrom }) => [
      joined(sql`serial`).as('serials'),
      joined(standing).as('standings'),
      joined(sql`issuer`).as('issuers'),
      selectFrom(authorities.as('authority'))
        .select(
          joined(sql`identifier || ' ' || account || ' ' || issuer || ' ' || serial || ' ' || standing`).as('each'),
        )
        .as('authorities'),
      selectFrom('certificates as behind')
        .select(({ fn }) => fn.min<number | null>('behind.id').as('next'))
        .where('behind.id', '>', upTo)
        .as('next'),
      selectFrom('certificates as any')
        .select(({ fn }) => fn.max<number | null>('any.id').as('most'))
        .as('mostIds'),
      selectFrom('journal')
        .select(({ fn }) => fn.max<number | null>('sequence').as('most'))
        .as('mostEntries'),
    ])
    .executeTakeFirstOrThrow();
  return {
    serials: found.serials ?? nothing,
    standings: found.standings ?? nothing,
    issuers: found.issuers ?? nothing,
    authorities: found.authorities ?? nothing,
    ...(found.next !== null && { last: Number(found.next) - 1 }),
    // Each was reserved and issued: two entries.
    atMost: Math.min(Number(found.mostIds ?? 0), Number(found.mostEntries ?? 0) / 2),
  };
}

/** As octets: one by one, they are read in half the time of a text's characters. */
function joined(expression: RawBuilder<unknown>) {
  return sql<Uint8Array | null>`cast(string_agg(${expression}, ',') as blob)`;
}

const nothing = new Uint8Array();
