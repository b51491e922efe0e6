// Brings lists to the thread that holds the database and back, a part at a time: the event loop copies a few megabytes at once,
// and neither side ever has a second copy of a whole list.

import { randomUUID } from 'node:crypto';
import type { Identifier } from '../../registry/model.ts';
import type { Publication, StagedCrls } from '../../registry/publication-store.ts';
import { type CrlPart, octetsTogether, release } from '../sql/published-crls.ts';
import type { Query, Reads, Reply } from './reads.ts';

export type Ask = <Name extends keyof Reads>(
  read: Name,
  query: Query<Name>,
  transfer?: readonly ArrayBuffer[],
) => Promise<Reply<Name>>;

/** Sends all parts but those that go along with the publication itself, which most have no others than. */
export async function stageParts({ lists, authority, number }: Publication, ask: Ask): Promise<StagedCrls> {
  const attempt = randomUUID();
  for (const group of groupsOf(lists).slice(0, -1)) {
    const parts = group.map(copyOf);
    await ask('putCrlParts', { authority, attempt, number, parts }, buffersOf(parts));
  }
  return { attempt };
}

export async function dropStagedParts(authority: Identifier, { attempt }: StagedCrls, ask: Ask): Promise<void> {
  while (await ask('dropStagedCrlParts', { authority, attempt }));
}

export async function sendPublication(
  { lists, authority, number, thisUpdate, nextUpdate, sequence, base, nextBase }: Publication,
  expected: number,
  { attempt }: StagedCrls,
  ask: Ask,
): Promise<boolean> {
  // One by one: whatever else the caller's object has would be copied too.
  const publication = { authority, number, thisUpdate, nextUpdate, sequence, base, nextBase };
  const octets = new Map(Array.from(lists, ([scope, { length }]) => [scope, length]));
  const parts = (groupsOf(lists).at(-1) ?? []).map(copyOf);
  const isPublished = await ask(
    'publishCrls',
    { facts: { ...publication, attempt, octets }, expected, parts },
    buffersOf(parts),
  );
  // What was before: off the caller's way. Whatever is left lying goes with the next publication.
  if (isPublished) dropOutdated(authority, { attempt, number }, ask).catch(() => {});
  return isPublished;
}

export async function fetchPublication(authority: Identifier, ask: Ask): Promise<Publication | undefined> {
  for (;;) {
    const facts = await ask('publishedFacts', authority);
    if (!facts) return undefined;
    const { attempt, octets, ...publication } = facts;
    const lists = new Map<string, Uint8Array>();
    for (const [scope, size] of octets) {
      const bytes = new Uint8Array(size);
      let at = 0;
      for (let part = 0; at < size; part++) {
        const taken = await ask('crlPart', { authority, attempt, scope, part });
        if (!taken) break;
        bytes.set(taken, at);
        at += taken.length;
        release(taken);
      }
      if (at === size) lists.set(scope, bytes);
    }
    if (lists.size === octets.size) return { ...publication, lists };
    // Another publication has taken its place while it was read; the same one again would be a damaged store.
    if ((await ask('publishedFacts', authority))?.attempt === attempt) {
      throw new Error(`the lists of ${authority} are not whole in the store`);
    }
  }
}

async function dropOutdated(
  authority: Identifier,
  published: { readonly attempt: string; readonly number: number },
  ask: Ask,
): Promise<void> {
  while (await ask('dropCrlParts', { authority, published }));
}

/** Views of the lists, in groups that are sent together. */
function groupsOf(lists: Publication['lists']): CrlPart[][] {
  const groups: CrlPart[][] = [];
  let waiting = Number.POSITIVE_INFINITY;
  for (const [scope, bytes] of lists) {
    for (let at = 0, part = 0; at < bytes.length; at += octetsTogether, part++) {
      const view = bytes.subarray(at, at + octetsTogether);
      if (waiting + view.length > octetsTogether) {
        groups.push([]);
        waiting = 0;
      }
      groups.at(-1)?.push({ scope, part, bytes: view });
      waiting += view.length;
    }
  }
  return groups;
}

/** Since what is sent is gone from here. */
function copyOf({ bytes, ...part }: CrlPart): CrlPart {
  return { ...part, bytes: bytes.slice() };
}

function buffersOf(parts: readonly CrlPart[]): ArrayBuffer[] {
  return parts.map(({ bytes }) => bytes.buffer as ArrayBuffer);
}
