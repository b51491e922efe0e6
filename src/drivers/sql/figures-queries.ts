// What an overview of an account is drawn from. Each figure is added up from counts, or read from an index and no further
// than anybody looks.

import { type Kysely, sql } from 'kysely';
import type { AccountId } from '../../base/journal-entry.ts';
import type { UnixSeconds } from '../../base/time.ts';
import type { EndingCertificate, Figures } from '../../registry/store.ts';
import { isInForce, wasRevoked } from './conditions.ts';
import { blockCounts } from './listing-counts.ts';
import type { Schema } from './schema.ts';

interface FiguresQuery {
  readonly account: AccountId;
  readonly now: UnixSeconds;
  readonly revokedFrom: UnixSeconds;
}

const daySeconds = 86_400;
/** Of certificates that have ended or soon will: whoever has more looks at them in a list. */
const mostCounted = 10_000;

export async function figures(db: Kysely<Schema>, { account, now, revokedFrom }: FiguresQuery): Promise<Figures> {
  const states = await db
    .selectFrom(blockCounts(db))
    .select((select) => ['state', select.fn.sum<number>('n').as('n')])
    .where('account', '=', account)
    .groupBy('state')
    .execute();
  const inState = (state: string): number => Number(states.find((each) => each.state === state)?.n ?? 0);
  const ending = (from: number, before: number): Promise<number> => countEnding(db, { account, from, before });
  const day = sql<number>`revoked_at / ${sql.lit(daySeconds)}`;
  const revocations = await db
    .selectFrom('certificates')
    .select((select) => [day.as('day'), select.fn.countAll<number>().as('n')])
    .where(wasRevoked)
    .where('account', '=', account)
    .where('revoked_at', '>=', revokedFrom)
    .groupBy(day)
    .execute();
  return {
    issued: inState('issued'),
    revoked: inState('revoked'),
    pending: inState('pending'),
    ended: await ending(0, now),
    endingWithinWeek: await ending(now, now + 7 * daySeconds),
    endingWithinMonth: await ending(now, now + 30 * daySeconds),
    mostCounted,
    revocations: revocations.map(({ day: each, n }) => ({ day: Number(each), count: Number(n) })),
  };
}

async function countEnding(
  db: Kysely<Schema>,
  { account, from, before }: { readonly account: AccountId; readonly from: number; readonly before: number },
): Promise<number> {
  const some = db
    .selectFrom('certificates')
    .select('id')
    .where(isInForce)
    .where('account', '=', account)
    .where('not_after', '>=', from)
    .where('not_after', '<', before)
    .limit(mostCounted);
  const { n } = await db
    .selectFrom(some.as('some'))
    .select((select) => select.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
}

export async function endingNext(
  db: Kysely<Schema>,
  { account, from, limit }: { readonly account: AccountId; readonly from: UnixSeconds; readonly limit: number },
): Promise<EndingCertificate[]> {
  const rows = await db
    .selectFrom('certificates')
    .select(['identifier', 'kind', 'subject', 'serial as serialNumber', 'not_after as notAfter'])
    .where(isInForce)
    .where('account', '=', account)
    .where('not_after', '>=', from)
    .orderBy('not_after')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, notAfter: row.notAfter as UnixSeconds }));
}
