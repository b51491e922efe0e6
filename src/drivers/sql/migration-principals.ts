// Schema step 0005: groups, roles, versions of policies, and what lets users sign in.

import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

export async function principals(db: Kysely<Schema>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('accounts').addColumn('alias', 'text').execute();
  await schema
    .createIndex('account_of_alias')
    .unique()
    .on('accounts')
    .column('alias')
    .where(sql<boolean>`alias is not null`)
    .execute();
  await policyVersions(db);
  await attachedPolicies(db);
  await schema
    .createTable('groups')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('group_of_account', ['account', 'name'])
    .execute();
  await schema
    .createTable('group_members')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('group', 'text', (column) => column.notNull())
    .addColumn('user', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('member_of_group', ['account', 'group', 'user'])
    .execute();
  await schema.createIndex('groups_of_user').on('group_members').columns(['account', 'user']).execute();
  await schema
    .createTable('roles')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('role_of_account', ['account', 'name'])
    .execute();
  await schema
    .createTable('login_profiles')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('secret_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('login_of_user', ['account', 'user'])
    .execute();
  await schema
    .createTable('mfa_devices')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('secret_id', 'text', (column) => column.notNull())
    .addColumn('user', 'text')
    .addPrimaryKeyConstraint('device_of_account', ['account', 'name'])
    .execute();
  await schema.createIndex('device_of_user').unique().on('mfa_devices').columns(['account', 'user']).execute();
  await schema
    .createTable('last_uses')
    .addColumn('subject', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('service', 'text', (column) => column.notNull())
    .execute();
}

/** Every policy there is becomes its own first version. Documents are read from the journal alone. */
async function policyVersions(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable('policies')
    .addColumn('default_version', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema
    .alterTable('policies')
    .addColumn('last_version', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema.alterTable('policies').dropColumn('document').execute();
  await db.schema
    .createTable('policy_versions')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('version_of_policy', ['account', 'policy', 'version'])
    .execute();
  await sql`insert into policy_versions (account, policy, version) select account, name, 1 from policies`.execute(db);
}

/** What was attached to users only is attached to users, groups and roles. */
async function attachedPolicies(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('attached_policies')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('holder_kind', 'text', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('policy_of_holder', ['account', 'holder_kind', 'holder', 'policy'])
    .execute();
  await sql`
    insert into attached_policies (account, holder_kind, holder, policy)
    select account, 'user', "user", policy from attachments`.execute(db);
  await db.schema.dropTable('attachments').execute();
  await db.schema.createIndex('holders_of_policy').on('attached_policies').columns(['account', 'policy']).execute();
}
