// Reads how all certificates stand, for the status index at the start: few values of many certificates each.

import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely';
import { assertNever } from '../../base/assert-never.ts';
import type { StandingPage, StandingPlace } from '../../registry/standing-page.ts';
import { isListedEndEntity, isSigner, standsUnlisted } from './conditions.ts';
import type { Schema } from './schema.ts';

const rowsPerPage = 10_000;

/**
 * All that were ever issued, a page at a time, whatever is written meanwhile: first the authorities, each behind the one above it;
 * then end entities account by account, by the index of lists, whose pages are narrow; then what is in no list, or not any more. A
 * certificate leaves the lists only by being deleted: whichever does so while they are read is among those.
 */
export async function standingPage(db: Kysely<Schema>, place: StandingPlace): Promise<StandingPage> {
  const { part, account, id } = place;
  const rows = db
    .selectFrom('certificates')
    .select(['id', 'serial', 'issuer', 'sequence', 'revoked_at', 'reason'])
    .where('id', '>', id)
    .orderBy('id')
    .limit(rowsPerPage);
  switch (part) {
    case 'authorities': {
      const page = rows.select(['identifier', 'account', 'state']).where(isSigner);
      const following = { part: 'listed', account: '', id: 0 } as const;
      return await pageOf(db, await joined(db, page, standing(revokedBy), authority), place, following);
    }
    case 'listed': {
      const page = rows.where(isListedEndEntity).where('state', '<>', 'pending').where('account', '=', account);
      const found = await joined(db, page, standing(sql`sequence`));
      return await pageOf(db, found, place, isFull(found) ? place : await followingAccount(db, account));
    }
    case 'unlisted': {
      const page = rows.select(['identifier', 'state']).where(standsUnlisted);
      return await pageOf(db, await joined(db, page, standing(revokedBy)), place, undefined);
    }
    default:
      return assertNever(part);
  }
}

/**
 * The entry a revoked certificate stands so by. `sequence` is that of its last change of state, and the deletion of a revoked
 * one changes the state and not the status.
 */
const revokedBy = sql<number>`
  case state when 'deleted' then (
    select max(journal.sequence) from journal
    where journal.identifier = page.identifier and journal.kind = 'certificate-revoked')
  else sequence end`;

function standing(since: RawBuilder<number>): RawBuilder<string> {
  return sql`
    case when revoked_at is null then sequence
    else ${since} || ' ' || revoked_at || ' ' || coalesce(reason, '') end`;
}

const authority = sql`identifier || ' ' || account || ' ' || issuer || ' ' || serial || ' ' || sequence`;

interface Joined {
  readonly rows: number;
  readonly last: number | null;
  readonly serials: Uint8Array | null;
  readonly standings: Uint8Array | null;
  readonly issuers: Uint8Array | null;
  readonly authorities: Uint8Array | null;
}

/** Columns of rows, each as one value. @param authority  what is told of each beside that, where they are authorities. */
async function joined(
  db: Kysely<Schema>,
  rows: Expression<unknown>,
  standing: RawBuilder<string>,
  authority?: RawBuilder<unknown>,
): Promise<Joined> {
  // As octets: one by one, they are read sooner than a text's characters.
  const column = (values: RawBuilder<unknown>) => sql`cast(string_agg(${values}, ',') as blob)`;
  const { rows: found } = await sql<Joined>`
    select count(*) as rows, max(id) as last,
      ${column(sql`serial`)} as serials, ${column(standing)} as standings, ${column(sql`issuer`)} as issuers,
      ${authority ? column(authority) : sql`null`} as authorities
    from ${rows} as page`.execute(db);
  const [page] = found;
  if (!page) throw new TypeError('an aggregate gives one row');
  return page;
}

function isFull({ rows }: Joined): boolean {
  return Number(rows) === rowsPerPage;
}

async function followingAccount(db: Kysely<Schema>, account: string): Promise<StandingPlace> {
  const found = await db
    .selectFrom('certificates')
    .select(({ fn }) => fn.min<string | null>('account').as('account'))
    .where(isListedEndEntity)
    .where('account', '>', account)
    .executeTakeFirstOrThrow();
  if (found.account === null) return { part: 'unlisted', account: '', id: 0 };
  return { part: 'listed', account: found.account, id: 0 };
}

/** @param following  where to go on behind a page that is not full. */
async function pageOf(
  db: Kysely<Schema>,
  found: Joined,
  place: StandingPlace,
  following: StandingPlace | undefined,
): Promise<StandingPage> {
  const next = isFull(found) ? { ...place, id: Number(found.last) } : following;
  const most = await db
    .selectNoFrom(({ selectFrom }) => [
      selectFrom('certificates')
        .select(({ fn }) => fn.max<number | null>('id').as('most'))
        .as('ids'),
      selectFrom('journal')
        .select(({ fn }) => fn.max<number | null>('sequence').as('most'))
        .as('entries'),
    ])
    .executeTakeFirstOrThrow();
  return {
    serials: found.serials ?? new Uint8Array(),
    standings: found.standings ?? new Uint8Array(),
    issuers: found.issuers ?? new Uint8Array(),
    authorities: found.authorities ?? new Uint8Array(),
    ...(next && { next }),
    // Each was reserved and issued: two entries.
    atMost: Math.min(Number(most.ids ?? 0), Number(most.entries ?? 0) / 2),
  };
}
