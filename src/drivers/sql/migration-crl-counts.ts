// Schema step 0012: what changed below a CA with its end, so that what its lists must have is counted from few narrow pages.

import type { Kysely } from 'kysely';
import { isOnCrl } from './conditions.ts';
import type { Schema } from './schema.ts';

export async function crlCounts({ schema }: Kysely<Schema>): Promise<void> {
  await schema.dropIndex('crl_changes').execute();
  await schema
    .createIndex('crl_changes')
    .on('certificates')
    .columns(['issuer', 'sequence', 'not_after'])
    .where(isOnCrl)
    .execute();
}
