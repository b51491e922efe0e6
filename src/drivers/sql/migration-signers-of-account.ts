// Schema step 0014: the CAs of one account, below each of which its serial numbers are looked for. Without it a question of one
// account would read the CAs of all.

import type { Kysely } from 'kysely';
import { isSigner } from './conditions.ts';
import type { Schema } from './schema.ts';

export async function signersOfAccount({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createIndex('signers_of_account')
    .on('certificates')
    .columns(['account', 'identifier'])
    .where(isSigner)
    .execute();
}
