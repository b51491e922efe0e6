// Client tokens whose time is over: they are taken away in small steps, and up to when that was done is written down, for whoever
// holds the tokens against the journal, which keeps the entries that took them.

import type { Kysely } from 'kysely';
import type { UnixMillis } from '../../base/time.ts';
import { putSetting, setting } from './queries.ts';
import type { Schema } from './schema.ts';

/** A few milliseconds of the one writer. */
const tokensPerStep = 500;
const settingName = 'client-tokens-from';

/** Called in a transaction. @returns whether there may be more */
export async function dropClientTokens(db: Kysely<Schema>, before: UnixMillis): Promise<boolean> {
  if (before > (await tokensKeptFrom(db))) await putSetting(db, { name: settingName, value: String(before) });
  const { numDeletedRows } = await db
    .deleteFrom('client_tokens')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('account', 'operation', 'token'),
        'in',
        selectFrom('client_tokens')
          .select(['account', 'operation', 'token'])
          .where('taken_at', '<', before)
          .orderBy('taken_at')
          .limit(tokensPerStep)
          .$asTuple('account', 'operation', 'token'),
      ),
    )
    .executeTakeFirst();
  return numDeletedRows === BigInt(tokensPerStep);
}

/** Of tokens taken earlier, some or all are gone. */
export async function tokensKeptFrom(db: Kysely<Schema>): Promise<UnixMillis> {
  return Number((await setting(db, settingName)) ?? 0) as UnixMillis;
}
