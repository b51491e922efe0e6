// Schema step 0009: the indexes of what lists, figures and publishing look for, made again with conditions that are quick to tell.

import type { Kysely } from 'kysely';
import { isInForce, isListedAuthority, isListedEndEntity, isSigner, wasRevoked } from './conditions.ts';
import type { Schema } from './schema.ts';

export async function compared({ schema }: Kysely<Schema>): Promise<void> {
  for (const [name, columns, condition] of indexes) {
    await schema.dropIndex(name).execute();
    await schema
      .createIndex(name)
      .on('certificates')
      .columns([...columns])
      .where(condition)
      .execute();
  }
}

const indexes = [
  [
    'listed_end_entities',
    ['account', 'id', 'kind', 'state', 'issuer', 'resource_group_id', 'changed_at'],
    isListedEndEntity,
  ],
  [
    'changed_end_entities',
    ['account', 'changed_at', 'id', 'kind', 'state', 'issuer', 'resource_group_id'],
    isListedEndEntity,
  ],
  ['ending_end_entities', ['account', 'not_after', 'id'], isInForce],
  ['revoked_end_entities', ['account', 'revoked_at'], wasRevoked],
  ['listed_authorities', ['account', 'id'], isListedAuthority],
  ['signers', ['id'], isSigner],
] as const;
