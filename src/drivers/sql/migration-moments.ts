// Schema step 0007: which certificates end next, and what was revoked when, found without walking over all certificates.

import type { Kysely } from 'kysely';
import { isInForce, wasRevoked } from './conditions.ts';
import type { Schema } from './schema.ts';

export async function moments({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createIndex('ending_end_entities')
    .on('certificates')
    .columns(['account', 'not_after', 'id'])
    .where(isInForce)
    .execute();
  await schema
    .createIndex('revoked_end_entities')
    .on('certificates')
    .columns(['account', 'revoked_at'])
    .where(wasRevoked)
    .execute();
}
