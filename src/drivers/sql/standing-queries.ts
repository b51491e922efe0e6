// Reads how all certificates stand, for the status index at the start: few texts of many certificates each.

import { type Kysely, sql } from 'kysely';
import type { StandingPage } from '../../registry/standing-page.ts';
import { isSigner } from './conditions.ts';
import type { Schema } from './schema.ts';

const idsPerPage = 10_000;

const wasIssued = sql<boolean>`state in ('issued', 'revoked', 'deleted')`;

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
  case when revoked_at is null then cast(sequence as text)
  else ${revokedBy} || ' ' || revoked_at || ' ' || coalesce(reason, '') end`;

/** All that were ever issued, a page at a time, in the order of reservation: so authorities are before what they issued. */
export async function standingPage(db: Kysely<Schema>, { after }: { readonly after: number }): Promise<StandingPage> {
  const upTo = after + idsPerPage;
  const inPage = sql<boolean>`id > ${after} and id <= ${upTo}`;
  const page = db
    .selectFrom('certificates')
    .select(['serial', 'issuer', standing.as('standing')])
    .where(inPage)
    .where(wasIssued)
    .orderBy('id');
  // By an index of few rows: asking each of the many for its kind takes longer.
  const authorities = db
    .selectFrom('certificates')
    .select(['serial', 'issuer', 'identifier', 'account'])
    .where(inPage)
    .where(isSigner)
    .orderBy('id');
  const found = await db
    .selectFrom(page.as('page'))
    .select(({ selectFrom }) => [
      joined('serial').as('serials'),
      joined('standing').as('standings'),
      joined('issuer').as('issuers'),
      selectFrom(authorities.as('authority'))
        .select(joined(`serial || ' ' || issuer || ' ' || identifier || ' ' || account`).as('each'))
        .as('authorities'),
      selectFrom('certificates')
        .select(({ fn }) => fn.min<number | null>('id').as('next'))
        .where('id', '>', upTo)
        .as('next'),
      selectFrom('certificates')
        .select(({ fn }) => fn.max<number | null>('id').as('most'))
        .as('mostIds'),
      selectFrom('journal')
        .select(({ fn }) => fn.max<number | null>('sequence').as('most'))
        .as('mostEntries'),
    ])
    .executeTakeFirstOrThrow();
  return {
    serials: found.serials ?? '',
    standings: found.standings ?? '',
    issuers: found.issuers ?? '',
    authorities: found.authorities ?? '',
    ...(found.next !== null && { last: Number(found.next) - 1 }),
    // Each was reserved and issued: two entries.
    atMost: Math.min(Number(found.mostIds ?? 0), Number(found.mostEntries ?? 0) / 2),
  };
}

function joined(expression: string) {
  return sql<string | null>`string_agg(${sql.raw(expression)}, ',')`;
}
