// Schema step 0008: what has changed below a CA since its lists were published, found without walking over all of them.

import type { Kysely } from 'kysely';
import { isOnCrl } from './conditions.ts';
import type { Schema } from './schema.ts';

export async function crlChanges(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createIndex('crl_changes')
    .on('certificates')
    .columns(['issuer', 'sequence'])
    .where(isOnCrl)
    .execute();
}
