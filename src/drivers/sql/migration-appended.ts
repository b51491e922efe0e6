// Schema step 0017: what a revocation adds to the indexes of what is revoked, it adds at their ends. In the order of serial numbers,
// or of certificates, each would have a page of its own to be written; whoever needs another order puts it into that.

import type { Kysely } from 'kysely';
import { isOnCrl, wasRevoked } from './conditions.ts';
import type { Schema } from './schema.ts';

export async function appended({ schema }: Kysely<Schema>): Promise<void> {
  for (const name of ['crl_entries', 'crl_changes', 'revoked_end_entities']) await schema.dropIndex(name).execute();
  // With all that lists are made from: a million entries read no certificate. Without the state SQLite does not see that nothing
  // more is needed.
  await schema
    .createIndex('crl_changes')
    .on('certificates')
    .columns(['issuer', 'sequence', 'not_after', 'serial', 'revoked_at', 'reason', 'invalidity_date', 'state'])
    .where(isOnCrl)
    .execute();
  // Behind the second, which has many, the next would be the certificate's own number.
  await schema
    .createIndex('revoked_end_entities')
    .on('certificates')
    .columns(['account', 'revoked_at', 'sequence'])
    .where(wasRevoked)
    .execute();
}
