// Schema step 0011: whoever bears a serial number is looked for below each issuer of the account, by the index that keeps it from
// being given twice. An index of serial numbers alone would be a second page in a random place for every certificate.

import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export async function serialNumbers({ schema }: Kysely<Schema>): Promise<void> {
  await schema.dropIndex('serial_of_account').execute();
}
