// Schema step 0013: how certificates stand, beside what lists filter by, so that the status index is made at the start from narrow
// pages and not from those that have the certificates' octets.

import type { Kysely } from 'kysely';
import { isListedEndEntity, standsUnlisted } from './conditions.ts';
import type { Schema } from './schema.ts';

export async function standings({ schema }: Kysely<Schema>): Promise<void> {
  await schema.dropIndex('listed_end_entities').execute();
  await schema
    .createIndex('listed_end_entities')
    .on('certificates')
    .columns([
      ...['account', 'id', 'kind', 'state', 'issuer', 'resource_group_id', 'changed_at'],
      ...['serial', 'sequence', 'revoked_at', 'reason'],
    ])
    .where(isListedEndEntity)
    .execute();
  await schema.createIndex('standing_unlisted').on('certificates').column('id').where(standsUnlisted).execute();
}
