// Events about policies, their versions and what they are attached to, carried out on the tables.

import { type Kysely, sql } from 'kysely';
import type { PolicyEvent, PolicyVersionId, Target } from '../../access/events.ts';
import {
  maxAttachedCustomPolicies,
  maxAttachedSystemPolicies,
  maxCustomPolicies,
  maxVersionsOfPolicy,
} from '../../access/limits.ts';
import { isReservedPolicyName, systemPolicies } from '../../access/system-policies.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import {
  alreadyExists,
  type Change,
  doesNotExist,
  exists,
  requireFound,
  requireGroup,
  requireRole,
  requireRoom,
  requireUser,
} from './access-guards.ts';
import { deleteTags, putTags } from './access-tag-projection.ts';
import type { Schema } from './schema.ts';

/** @returns the event with the number of a version that is made. */
export async function projectPolicy(db: Kysely<Schema>, change: Change<PolicyEvent>): Promise<PolicyEvent> {
  const { account, event } = change;
  const { policy } = event;
  switch (event.kind) {
    case 'policy-written':
      if (!(await exists(db, 'policies', { account, name: policy }))) await createPolicy(db, account, policy);
      return event;
    case 'policy-created':
      if (await exists(db, 'policies', { account, name: policy })) {
        throw alreadyExists({ what: 'policy', name: policy });
      }
      await createPolicy(db, account, policy);
      await putTags(db, { account, holder_kind: 'policy', holder: policy }, event.tags);
      return event;
    case 'policy-described':
      await policyRow(db, account, policy);
      return event;
    case 'policy-version-created':
      return await createVersion(db, { ...change, event });
    case 'policy-version-deleted':
      await deleteVersion(db, account, event);
      return event;
    case 'policy-default-version-set':
      await setDefaultVersion(db, account, event);
      return event;
    case 'policy-deleted':
      await deletePolicy(db, account, event);
      return event;
    case 'policy-attached':
      await attach(db, account, event);
      return event;
    case 'policy-detached':
      await detach(db, account, event);
      return event;
    default:
      return assertNever(event);
  }
}

async function createPolicy(db: Kysely<Schema>, account: AccountId, policy: string): Promise<void> {
  await requireRoom(db, 'policies', { account }, { what: 'policy', name: account, limit: maxCustomPolicies });
  await db.insertInto('policies').values({ account, name: policy, default_version: 1, last_version: 1 }).execute();
  await db.insertInto('policy_versions').values({ account, policy, version: 1 }).execute();
}

async function createVersion(
  db: Kysely<Schema>,
  { account, event }: Change<Extract<PolicyEvent, { kind: 'policy-version-created' }>>,
): Promise<PolicyEvent> {
  const { policy, setAsDefault, rotate } = event;
  const { default_version, last_version } = await policyRow(db, account, policy);
  const rows = await db
    .selectFrom('policy_versions')
    .select('version')
    .where('account', '=', account)
    .where('policy', '=', policy)
    .orderBy('version')
    .execute();
  let removed: number | undefined;
  if (rows.length >= maxVersionsOfPolicy) {
    if (rotate) removed = rows.find(({ version }) => version !== default_version)?.version;
    if (removed === undefined) {
      throw new Refused({ kind: 'limit-reached', what: 'policy version', name: policy, limit: maxVersionsOfPolicy });
    }
    await deleteVersionRow(db, account, [policy, removed]);
  }
  const version = last_version + 1;
  await db.insertInto('policy_versions').values({ account, policy, version }).execute();
  await updatePolicy(db, account, policy, {
    last_version: version,
    ...(setAsDefault && { default_version: version }),
  });
  const { version: _version, removed: _removed, ...draft } = event;
  return { ...draft, version: `v${version}`, ...(removed !== undefined && { removed: `v${removed}` as const }) };
}

type VersionEvent = Extract<PolicyEvent, { kind: 'policy-version-deleted' | 'policy-default-version-set' }>;

async function deleteVersion(db: Kysely<Schema>, account: AccountId, event: VersionEvent): Promise<void> {
  const { policy, version } = event;
  const { default_version } = await policyRow(db, account, policy);
  if (numberOf(version) === default_version) {
    throw new Refused({ kind: 'still-in-use', what: 'policy version', name: version, by: 'policy' });
  }
  requireFound(await deleteVersionRow(db, account, [policy, numberOf(version)]), {
    what: 'policy version',
    name: version,
  });
}

async function setDefaultVersion(db: Kysely<Schema>, account: AccountId, event: VersionEvent): Promise<void> {
  const { policy, version } = event;
  await policyRow(db, account, policy);
  const number = numberOf(version);
  if (!(await exists(db, 'policy_versions', { account, policy, version: number }))) {
    throw doesNotExist({ what: 'policy version', name: version });
  }
  await updatePolicy(db, account, policy, { default_version: number });
}

async function deletePolicy(
  db: Kysely<Schema>,
  account: AccountId,
  { policy, withVersions }: Extract<PolicyEvent, { kind: 'policy-deleted' }>,
): Promise<void> {
  const { default_version } = await policyRow(db, account, policy);
  const named = { what: 'policy', name: policy } as const;
  const holder = await db
    .selectFrom('attached_policies')
    .select('holder_kind')
    .where('account', '=', account)
    .where('policy', '=', policy)
    .limit(1)
    .executeTakeFirst();
  if (holder !== undefined) throw new Refused({ kind: 'still-in-use', ...named, by: holder.holder_kind });
  const other = await db
    .selectFrom('policy_versions')
    .select('version')
    .where('account', '=', account)
    .where('policy', '=', policy)
    .where('version', '<>', default_version)
    .limit(1)
    .executeTakeFirst();
  if (other !== undefined && withVersions !== true)
    throw new Refused({ kind: 'still-in-use', ...named, by: 'policy version' });
  await db.deleteFrom('policy_versions').where('account', '=', account).where('policy', '=', policy).execute();
  await deleteTags(db, { account, holder_kind: 'policy', holder: policy });
  await db.deleteFrom('policies').where('account', '=', account).where('name', '=', policy).execute();
}

async function attach(
  db: Kysely<Schema>,
  account: AccountId,
  event: Extract<PolicyEvent, { kind: 'policy-attached' }>,
): Promise<void> {
  const { policy } = event;
  const holder = await requireHolder(db, account, event);
  const isCustom = await exists(db, 'policies', { account, name: policy });
  // System policies are part of the program, not of the store; those of another release keep their reserved names.
  if (!isCustom && !isReservedPolicyName(policy) && !systemPolicies.has(policy)) {
    throw doesNotExist({ what: 'policy', name: policy });
  }
  if (await exists(db, 'attached_policies', { account, ...holder, policy })) {
    throw alreadyExists({ what: 'attachment', name: policy });
  }
  const { n } = await db
    .selectFrom('attached_policies')
    .select((select) => select.fn.countAll<number>().as('n'))
    .where((where) => where.and({ account, ...holder }))
    .where(
      sql<boolean>`exists (select 1 from policies
        where policies.account = attached_policies.account and policies.name = attached_policies.policy)`,
      '=',
      sql<boolean>`${isCustom ? 1 : 0}`,
    )
    .executeTakeFirstOrThrow();
  const limit = isCustom ? maxAttachedCustomPolicies : maxAttachedSystemPolicies;
  if (Number(n) >= limit) {
    throw new Refused({ kind: 'limit-reached', what: 'attachment', name: holder.holder, limit });
  }
  await db
    .insertInto('attached_policies')
    .values({ account, ...holder, policy })
    .execute();
}

async function detach(
  db: Kysely<Schema>,
  account: AccountId,
  event: Extract<PolicyEvent, { kind: 'policy-detached' }>,
): Promise<void> {
  const holder = await requireHolder(db, account, event);
  const { numDeletedRows } = await db
    .deleteFrom('attached_policies')
    .where((where) => where.and({ account, ...holder, policy: event.policy }))
    .executeTakeFirst();
  requireFound(numDeletedRows, { what: 'attachment', name: event.policy });
}

async function requireHolder(db: Kysely<Schema>, account: AccountId, target: Target) {
  if ('user' in target) {
    await requireUser(db, account, target.user);
    return { holder_kind: 'user', holder: target.user } as const;
  }
  if ('group' in target) {
    await requireGroup(db, account, target.group);
    return { holder_kind: 'group', holder: target.group } as const;
  }
  await requireRole(db, account, target.role);
  return { holder_kind: 'role', holder: target.role } as const;
}

async function policyRow(db: Kysely<Schema>, account: AccountId, policy: string) {
  const row = await db
    .selectFrom('policies')
    .select(['default_version', 'last_version'])
    .where('account', '=', account)
    .where('name', '=', policy)
    .executeTakeFirst();
  if (row === undefined) throw doesNotExist({ what: 'policy', name: policy });
  return row;
}

async function updatePolicy(
  db: Kysely<Schema>,
  account: AccountId,
  policy: string,
  columns: { readonly default_version?: number; readonly last_version?: number },
): Promise<void> {
  await db.updateTable('policies').set(columns).where('account', '=', account).where('name', '=', policy).execute();
}

async function deleteVersionRow(
  db: Kysely<Schema>,
  account: AccountId,
  [policy, version]: readonly [policy: string, version: number],
): Promise<bigint> {
  const { numDeletedRows } = await db
    .deleteFrom('policy_versions')
    .where('account', '=', account)
    .where('policy', '=', policy)
    .where('version', '=', version)
    .executeTakeFirst();
  return numDeletedRows;
}

function numberOf(version: PolicyVersionId): number {
  return Number(version.slice(1));
}
