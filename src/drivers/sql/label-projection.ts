// Carries a change of a certificate's labels out on the tables: alias, resource group and tags.

import type { Kysely } from 'kysely';
import type { Entry } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import type { CertificateEvent, CertificateLabelled } from '../../registry/events.ts';
import { type Identifier, maxTags, type Tag, type TagChange } from '../../registry/model.ts';
import { type Counted, recount } from './listing-counts.ts';
import type { Schema } from './schema.ts';

/** @throws {Refused} `too-many-tags` */
export async function projectLabels(
  db: Kysely<Schema>,
  row: Counted,
  { sequence, at }: Entry<CertificateEvent>,
  event: CertificateLabelled,
): Promise<void> {
  const { aliasName, resourceGroupId } = event;
  const tags = event.tags && (await tagsAfter(db, event.identifier, event.tags));
  await db
    .updateTable('certificates')
    .set({
      ...(aliasName !== undefined && { alias_name: aliasName }),
      ...(resourceGroupId !== undefined && { resource_group_id: resourceGroupId }),
      labels_sequence: sequence,
      changed_at: at,
    })
    .where('id', '=', row.id)
    .execute();
  await recount(db, row, {
    changed_at: at,
    ...(resourceGroupId !== undefined && { resource_group_id: resourceGroupId }),
  });
  if (tags) await replaceTags(db, event.identifier, tags);
}

/** @throws {Refused} `too-many-tags` */
async function tagsAfter(db: Kysely<Schema>, identifier: Identifier, change: TagChange): Promise<readonly Tag[]> {
  const before = await db
    .selectFrom('tags')
    .select(['key', 'value'])
    .where('identifier', '=', identifier)
    .orderBy('position')
    .execute();
  const after = changedTags(before, change);
  if (after.length > maxTags) throw new Refused({ kind: 'too-many-tags', identifier, limit: maxTags });
  return after;
}

async function replaceTags(db: Kysely<Schema>, identifier: Identifier, tags: readonly Tag[]): Promise<void> {
  await db.deleteFrom('tags').where('identifier', '=', identifier).execute();
  if (tags.length === 0) return;
  const rows = tags.map(({ key, value }, position) => ({ identifier, position, key, value }));
  await db.insertInto('tags').values(rows).execute();
}

/** Tags after a change; without one, as they were. */
export function changedTags(tags: readonly Tag[], change: TagChange | undefined): readonly Tag[] {
  if (!change) return tags;
  if ('replace' in change) return [...change.replace];
  if ('put' in change) {
    const byKey = new Map(tags.map((tag) => [tag.key, tag]));
    for (const tag of change.put) byKey.set(tag.key, tag);
    return [...byKey.values()];
  }
  const { remove } = change;
  return remove === 'all' ? [] : tags.filter(({ key }) => !remove.includes(key));
}
