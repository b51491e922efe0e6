// Schema step 0002: what the whole API needs of a certificate beside its bytes, taken from the journal for those there are.

import { type Kysely, sql } from 'kysely';
import type { CertificateReserved } from '../../registry/events.ts';
import { isListedAuthority, isListedEndEntity, isPending } from './conditions.ts';
import { idsPerBlock } from './listing-counts.ts';
import { type ColumnTypes, privateKeyIdentity, type Schema } from './schema.ts';

export async function wholeApi(db: Kysely<Schema>, { binary }: ColumnTypes): Promise<void> {
  const { schema } = db;
  for (const [column, type, initial] of columns) {
    await schema
      .alterTable('certificates')
      .addColumn(column, type, (each) => (initial === undefined ? each : each.notNull().defaultTo(initial)))
      .execute();
  }
  await schema.alterTable('certificates').addColumn('tbs', binary).execute();
  await schema.createIndex('journal_of_certificate').on('journal').columns(['identifier', 'sequence']).execute();
  await fillFromJournal(db);
  await fillCounts(db);

  await schema.dropIndex('listed_end_entities').execute();
  // Has every column a listing filters by, so that skipping within a block reads no certificate on the way.
  await schema
    .createIndex('listed_end_entities')
    .on('certificates')
    .columns(['account', 'id', 'kind', 'state', 'issuer', 'resource_group_id', 'changed_at'])
    .where(isListedEndEntity)
    .execute();
  await schema
    .createIndex('listed_authorities')
    .on('certificates')
    .columns(['account', 'id'])
    .where(isListedAuthority)
    .execute();
  await schema.createIndex('pending').on('certificates').column('id').where(isPending).execute();
  await schema.createIndex('serial_of_account').on('certificates').columns(['serial', 'account']).execute();
  await schema.createIndex('tags_by_key').on('tags').columns(['key', 'value', 'identifier']).execute();
}

const columns = [
  ['subject', 'text', ''],
  ['not_before', 'bigint', 0],
  ['not_after', 'bigint', 0],
  ['changed_at', 'bigint', 0],
  ['labels_sequence', 'bigint', 0],
  ['has_key', 'integer', 0],
  ['uploaded_at', 'bigint', undefined],
  ['quota', 'bigint', undefined],
  ['issued_count', 'bigint', 0],
] as const;

const entriesAtOnce = 1000;

async function fillFromJournal(db: Kysely<Schema>): Promise<void> {
  for (let after = 0; ; ) {
    const reserved = await db
      .selectFrom('journal')
      .select(['sequence', 'identifier', 'facts'])
      .where('kind', '=', 'certificate-reserved')
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(entriesAtOnce)
      .execute();
    for (const { sequence, identifier, facts } of reserved) {
      const { subject, notBefore, notAfter } = JSON.parse(facts) as CertificateReserved;
      await db
        .updateTable('certificates')
        .set({ subject, not_before: notBefore, not_after: notAfter, labels_sequence: sequence })
        .where('identifier', '=', identifier as CertificateReserved['identifier'])
        .execute();
    }
    const last = reserved.at(-1);
    if (!last) break;
    after = last.sequence;
  }
  const changedAt = sql<number>`(select at from journal where journal.sequence = certificates.sequence)`;
  const hasKey = sql<number>`(select count(*) from sealed where identity = ${privateKeyIdentity('' as CertificateReserved['identifier'])} || certificates.identifier)`;
  await db.updateTable('certificates').set({ changed_at: changedAt, has_key: hasKey }).execute();
}

async function fillCounts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('listing_counts')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('block', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('resource_group', 'text', (column) => column.notNull())
    .addColumn('n', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('count_of_block', ['account', 'block', 'kind', 'state', 'issuer', 'resource_group'])
    .execute();
  await sql`
    insert into listing_counts (account, block, kind, state, issuer, resource_group, n)
    select account, id / ${sql.lit(idsPerBlock)}, kind, state, issuer, coalesce(resource_group_id, ''), count(*)
    from certificates where ${isListedEndEntity}
    group by 1, 2, 3, 4, 5, 6`.execute(db);
  await sql`
    update certificates set issued_count = (
      select count(*) from certificates as below
      where below.issuer = certificates.identifier and below.identifier <> below.issuer
        and below.state in ('issued', 'revoked', 'deleted'))
    where kind in ('root', 'subordinate')`.execute(db);
  await db.schema
    .createTable('client_tokens')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('token_of_operation', ['account', 'operation', 'token'])
    .execute();
}
