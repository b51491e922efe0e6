// Brings lists to the thread that holds the database and back, a part at a time: the event loop copies a few megabytes at once,
// and neither side ever has a second copy of a whole list.

import { randomUUID } from 'node:crypto';
import type { Identifier } from '../../registry/model.ts';
import type { Publication } from '../../registry/publication-store.ts';
import { type CrlPart, octetsTogether, release } from '../sql/published-crls.ts';
import type { Query, Reads, Reply } from './reads.ts';

export type Ask = <Name extends keyof Reads>(
  read: Name,
  query: Query<Name>,
  transfer?: readonly ArrayBuffer[],
) => Promise<Reply<Name>>;

export async function sendPublication(
  { lists, authority, number, thisUpdate, nextUpdate, sequence, base, nextBase }: Publication,
  expected: number,
  ask: Ask,
): Promise<boolean> {
  // One by one: whatever else the caller's object has would be copied too.
  const publication = { authority, number, thisUpdate, nextUpdate, sequence, base, nextBase };
  const attempt = randomUUID();
  const octets = new Map(Array.from(lists, ([scope, { length }]) => [scope, length]));
  let parts: CrlPart[] = [];
  let waiting = 0;
  for (const part of partsOf(lists)) {
    if (waiting + part.bytes.length > octetsTogether) {
      await ask('putCrlParts', { authority, attempt, number, parts }, buffersOf(parts));
      parts = [];
      waiting = 0;
    }
    parts.push(part);
    waiting += part.bytes.length;
  }
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

/** Copies, since what is sent is gone from here. */
function* partsOf(lists: Publication['lists']): Generator<CrlPart, void, void> {
  for (const [scope, bytes] of lists) {
    for (let at = 0, part = 0; at < bytes.length; at += octetsTogether, part++) {
      yield { scope, part, bytes: bytes.slice(at, at + octetsTogether) };
    }
  }
}

function buffersOf(parts: readonly CrlPart[]): ArrayBuffer[] {
  return parts.map(({ bytes }) => bytes.buffer as ArrayBuffer);
}
