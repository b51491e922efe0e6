// Schema step 0003: what OCSP and CRLs need: who signs, what is revoked below whom, and the lists published last.

import type { Kysely } from 'kysely';
import { isCrlRequest, isOnCrl, isRelease, isResponder, isSigner } from './conditions.ts';
import type { ColumnTypes, Schema } from './schema.ts';

export async function publication(db: Kysely<Schema>, { binary }: ColumnTypes): Promise<void> {
  const { schema } = db;
  await schema.alterTable('certificates').addColumn('invalidity_date', 'bigint').execute();
  // In the order CRLs are written in, with all they are written from: a million entries read no certificate. Without the
  // state SQLite does not see that nothing more is needed, and takes another index and every row.
  await schema
    .createIndex('crl_entries')
    .on('certificates')
    .columns([
      'issuer',
      'serial',
      'sequence',
      'identifier',
      'revoked_at',
      'reason',
      'invalidity_date',
      'not_after',
      'state',
    ])
    .where(isOnCrl)
    .execute();
  await schema.createIndex('signers').on('certificates').column('id').where(isSigner).execute();
  await schema.createIndex('responders').on('certificates').columns(['issuer', 'id']).where(isResponder).execute();
  await schema
    .createIndex('crl_requests')
    .on('journal')
    .columns(['identifier', 'sequence'])
    .where(isCrlRequest)
    .execute();
  await schema.createIndex('releases').on('journal').columns(['issuer', 'sequence']).where(isRelease).execute();
  await schema
    .createTable('crls')
    .addColumn('authority', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('this_update', 'bigint', (column) => column.notNull())
    .addColumn('next_update', 'bigint', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('base_number', 'bigint', (column) => column.notNull())
    .addColumn('base_sequence', 'bigint', (column) => column.notNull())
    .addColumn('next_base_number', 'bigint', (column) => column.notNull())
    .addColumn('next_base_sequence', 'bigint', (column) => column.notNull())
    .addColumn('attempt', 'text', (column) => column.notNull())
    .addColumn('octets', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('scope_of_authority', ['authority', 'scope'])
    .execute();
  await schema
    .createTable('crl_parts')
    .addColumn('authority', 'text', (column) => column.notNull())
    .addColumn('attempt', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('bytes', binary, (column) => column.notNull())
    .addPrimaryKeyConstraint('part_of_attempt', ['authority', 'attempt', 'scope', 'part'])
    .execute();
}
