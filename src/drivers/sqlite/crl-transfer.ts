// Brings lists to the thread that holds the database and back, a part at a time: the event loop copies a few megabytes at once,
// and neither side ever has a second copy of a whole list.

import { randomUUID } from 'node:crypto';
import { endianness } from 'node:os';
import type { Identifier } from '../../registry/model.ts';
import type { Publication, StagedCrls } from '../../registry/publication-store.ts';
import { type CrlPart, type CrlParts, octetsTogether, release } from '../sql/published-crls.ts';
import type { Ask } from './reads.ts';

/** Sends all parts but those that go along with the publication itself, which most have no others than. */
export async function stageParts(publication: Publication, ask: Ask): Promise<StagedCrls> {
  const { authority, number, lists } = publication;
  const attempt = randomUUID();
  try {
    // Two at a time, so that the store does not wait for this thread, which has the lists to check.
    let before: Promise<unknown> | undefined;
    for (const group of groupsOf(publication).slice(0, -1)) {
      const parts = group.map(copyOf);
      const sent = ask('putCrlParts', { authority, attempt, number, parts }, buffersOf(parts));
      sent.catch(() => {}); // told by the await that comes to it, if none before it throws
      await before;
      before = sent;
    }
    await before;
  } catch (error) {
    // Again and again, on a disk that is nearly full, they would fill the rest.
    await dropStagedParts(authority, { attempt }, ask).catch(() => {});
    throw error;
  }
  return { attempt, lists };
}

export async function dropStagedParts(
  authority: Identifier,
  { attempt }: Pick<StagedCrls, 'attempt'>,
  ask: Ask,
): Promise<void> {
  while (await ask('dropStagedCrlParts', { authority, attempt }));
}

export async function sendPublication(
  { lists, ends, authority, number, thisUpdate, nextUpdate, sequence, base, nextBase }: Publication,
  expected: number,
  { attempt, lists: stagedLists }: StagedCrls,
  ask: Ask,
): Promise<boolean> {
  if (stagedLists !== lists)
    throw new TypeError(`what is to be published of ${authority} was staged for another publication`);
  // One by one: whatever else the caller's object has would be copied too.
  const publication = { authority, number, thisUpdate, nextUpdate, sequence, base, nextBase };
  const octets = new Map(Array.from(lists, ([scope, { length }]) => [scope, length]));
  const parts = (groupsOf({ lists, ...(ends && { ends }) }).at(-1) ?? []).map(copyOf);
  const facts = { ...publication, attempt, octets };
  let isPublished = false;
  try {
    isPublished = await ask('publishCrls', { facts, expected, parts }, buffersOf(parts));
  } finally {
    // What was before, or is for nothing: off the caller's way. Whatever is left lying goes with the next publication.
    if (isPublished) dropOutdated(authority, { attempt, number }, ask).catch(() => {});
    else dropStagedParts(authority, { attempt }, ask).catch(() => {});
  }
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
      for await (const part of partsOf({ authority, attempt, scope }, ask)) {
        bytes.set(part, at);
        at += part.length;
        release(part);
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

/** As `PublicationStore.publishedEnds`. */
export async function fetchEnds(
  authority: Identifier,
  number: number,
  ask: Ask,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  const facts = await ask('publishedFacts', authority);
  if (facts?.number !== number) return undefined;
  const ends = new Map<string, Uint8Array>();
  for (const list of facts.octets.keys()) {
    const parts = await Array.fromAsync(partsOf({ authority, attempt: facts.attempt, scope: endsScope(list) }, ask));
    const [first, ...more] = parts;
    if (first) ends.set(list, more.length === 0 ? first : Buffer.concat(parts));
  }
  return ends;
}

/** Until there are no more: some or all are missing where another publication takes their place meanwhile. */
async function* partsOf(
  list: Pick<CrlParts, 'authority' | 'attempt'> & Pick<CrlPart, 'scope'>,
  ask: Ask,
): AsyncGenerator<Uint8Array, void> {
  for (let part = 0; ; part++) {
    const bytes = await ask('crlPart', { ...list, part });
    if (!bytes) return;
    yield bytes;
  }
}

/**
 * Where the ends of a list are kept, in parts like its own. To be numbered anew when lists are written otherwise than before, so
 * that the first publication of such a release is made from all rows; the octets of a number are as the machine has them.
 */
function endsScope(list: string): string {
  return `${list}:ends-1-${endianness()}`;
}

async function dropOutdated(
  authority: Identifier,
  published: { readonly attempt: string; readonly number: number },
  ask: Ask,
): Promise<void> {
  while (await ask('dropCrlParts', { authority, published }));
}

/** Views of the lists and what is kept beside them, in groups that are sent together. */
function groupsOf({ lists, ends = new Map() }: Pick<Publication, 'lists' | 'ends'>): CrlPart[][] {
  const groups: CrlPart[][] = [];
  let waiting = Number.POSITIVE_INFINITY;
  const beside = Array.from(ends, ([list, bytes]) => [endsScope(list), bytes] as const);
  for (const [scope, bytes] of [...lists, ...beside]) {
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
  return { ...part, bytes: new Uint8Array(bytes) };
}

function buffersOf(parts: readonly CrlPart[]): ArrayBuffer[] {
  return parts.map(({ bytes }) => bytes.buffer as ArrayBuffer);
}
