// Tags of roles and policies: how a change leaves them.

import type { Tag } from './events.ts';

export interface TagChange {
  readonly put: readonly Tag[];
  readonly removed: readonly string[] | 'all';
}

/** @returns the tags, sorted by key. What is both taken away and put is there in the end. */
export function changedTags(before: readonly Tag[], { put, removed }: TagChange): readonly Tag[] {
  const tags = new Map(removed === 'all' ? [] : before.map((tag) => [tag.key, tag]));
  if (removed !== 'all') for (const key of removed) tags.delete(key);
  for (const tag of put) tags.set(tag.key, tag);
  return [...tags.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
