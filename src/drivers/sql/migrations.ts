// The steps by which the database gets its present shape. Forward only; a step that was released is never edited. Conditions of
// indexes are those of today in every step: when one changes, a new step makes its indexes again (0009), so that all end alike.

import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { isReserved } from './conditions.ts';
import { accessTags } from './migration-access-tags.ts';
import { changes } from './migration-changes.ts';
import { compared } from './migration-compared.ts';
import { crlChanges } from './migration-crl-changes.ts';
import { crlCounts } from './migration-crl-counts.ts';
import { moments } from './migration-moments.ts';
import { principals } from './migration-principals.ts';
import { publication } from './migration-publication.ts';
import { recounts } from './migration-recounts.ts';
import { serialNumbers } from './migration-serial-numbers.ts';
import { signersOfAccount } from './migration-signers-of-account.ts';
import { standings } from './migration-standings.ts';
import { tokenMoments } from './migration-token-moments.ts';
import { wholeApi } from './migration-whole-api.ts';
import { type ColumnTypes, type Schema, tableNames } from './schema.ts';

/**
 * Brings the database to the present schema. Does nothing when it is there already.
 * The caller wraps it in a transaction, so that a crash leaves the old schema or the new one.
 */
export async function migrate(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(types) } });
  const { error } = await migrator.migrateToLatest({ disableTransactions: true });
  if (error !== undefined) throw error;
}

/**
 * How the database's schema compares with the one this release knows: `none` when it has no schema of ours,
 * `newer` when it has steps this release does not know.
 */
export async function schemaAge(db: Kysely<Schema>): Promise<'none' | 'older' | 'present' | 'newer'> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return 'none';
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const known = Object.keys(steps);
  if (rows.some(({ name }) => !known.includes(name))) return 'newer';
  return rows.length === 0 ? 'none' : rows.length < known.length ? 'older' : 'present';
}

/** A table of the present schema that is not there, though the steps that made it have run. */
export async function missingTable(db: Kysely<Schema>): Promise<string | undefined> {
  const tables = await db.introspection.getTables();
  return tableNames.find((wanted) => !tables.some(({ name }) => name === wanted));
}

type Step = (db: Kysely<Schema>, types: ColumnTypes) => Promise<void>;

const steps: Readonly<Record<string, Step>> = {
  '0001-first': first,
  '0002-whole-api': wholeApi,
  '0003-publication': publication,
  '0004-changes': changes,
  '0005-principals': principals,
  '0006-access-tags': accessTags,
  '0007-moments': moments,
  '0008-crl-changes': crlChanges,
  '0009-compared': compared,
  '0010-recounts': recounts,
  '0011-serial-numbers': serialNumbers,
  '0012-crl-counts': crlCounts,
  '0013-standings': standings,
  '0014-signers-of-account': signersOfAccount,
  '0015-token-moments': tokenMoments,
};

function migrations(types: ColumnTypes): Record<string, Migration> {
  const entries = Object.entries(steps).map(([name, step]) => [
    name,
    { up: (db: Kysely<Schema>) => step(db, types) } satisfies Migration,
  ]);
  return Object.fromEntries(entries);
}

async function first(db: Kysely<Schema>, { binary, counter }: ColumnTypes): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('journal')
    .addColumn('sequence', counter, (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('principal', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('source_address', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('identifier', 'text')
    .addColumn('issuer', 'text')
    .addColumn('serial', 'text')
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('hash', binary, (column) => column.notNull())
    .execute();
  await schema.createIndex('journal_of_account').on('journal').columns(['account', 'sequence']).execute();
  await schema
    .createTable('checkpoints')
    .addColumn('sequence', counter, (column) => column.primaryKey())
    .addColumn('hash', binary, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();

  await schema
    .createTable('certificates')
    .addColumn('id', counter, (column) =>
      counter === 'integer' ? column.primaryKey().autoIncrement() : column.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn('identifier', 'text', (column) => column.notNull().unique())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('serial', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('key_algorithm', 'text', (column) => column.notNull())
    .addColumn('alias_name', 'text')
    .addColumn('custom_identifier', 'text')
    .addColumn('resource_group_id', 'text')
    .addColumn('terms', 'text')
    .addColumn('revoked_at', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    // Last, so that reading the other columns does not walk over it.
    .addColumn('der', binary)
    .addUniqueConstraint('serial_of_issuer', ['issuer', 'serial'])
    .execute();
  // Neither a deleted certificate nor a mere reservation holds its caller's name for it.
  await schema
    .createIndex('custom_identifier_of_account')
    .unique()
    .on('certificates')
    .columns(['account', 'custom_identifier'])
    .where(sql<boolean>`custom_identifier is not null and state in ('issued', 'revoked')`)
    .execute();
  // Has every column a listing filters by, so that skipping to a deep page reads no certificate on the way.
  await schema
    .createIndex('listed_end_entities')
    .on('certificates')
    .columns(['account', 'id', 'kind', 'resource_group_id'])
    .where(sql<boolean>`kind in ('client', 'server') and state in ('issued', 'revoked')`)
    .execute();
  await schema.createIndex('reserved').on('certificates').column('id').where(isReserved).execute();
  await schema
    .createTable('tags')
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('tag_position', ['identifier', 'position'])
    .execute();
  await schema
    .createTable('sealed')
    .addColumn('identity', 'text', (column) => column.primaryKey())
    .addColumn('bytes', binary, (column) => column.notNull())
    .execute();

  await schema
    .createTable('accounts')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('users')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('user_of_account', ['account', 'name'])
    .execute();
  await schema
    .createTable('access_keys')
    .addColumn('access_key_id', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('user', 'text')
    .addColumn('active', 'integer', (column) => column.notNull())
    .execute();
  await schema.createIndex('access_keys_of_user').on('access_keys').columns(['account', 'user']).execute();
  await schema
    .createTable('policies')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('policy_of_account', ['account', 'name'])
    .execute();
  await schema
    .createTable('attachments')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('policy_of_user', ['account', 'user', 'policy'])
    .execute();
  await schema.createIndex('users_of_policy').on('attachments').columns(['account', 'policy']).execute();

  await schema
    .createTable('settings')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
