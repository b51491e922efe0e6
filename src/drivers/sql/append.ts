// One append: the event is carried out on the tables and becomes the next entry of the journal.

import type { Kysely } from 'kysely';
import type { Draft } from '../../base/journal-entry.ts';
import { type ChainHead, chainHash } from '../../registry/journal.ts';
import type { Material } from '../../registry/store.ts';
import { projectAccess } from './access-projection.ts';
import { isCertificateEntry, type StoredEntry, type StoredEvent, toRow } from './journal-rows.ts';
import { projectCertificate } from './projection.ts';
import type { Schema } from './schema.ts';

/** What travels beside an event and is not part of its entry. */
export interface Attachments extends Material {
  /** With events that have a secret (access/events.ts). */
  readonly sealedSecret?: Uint8Array;
}

/** A checkpoint every so many entries bounds what start-up has to verify: some 10,000 hashes, well under 100 ms. */
const entriesPerCheckpoint = 10_000;

/**
 * Appends behind `head`, which the caller has read in this same transaction, under the one writer lock.
 * @returns the entry, and its place in the chain.
 * @throws {Refused} when the state does not allow the event; nothing was written.
 */
export async function appendEntry(
  db: Kysely<Schema>,
  head: ChainHead,
  draft: Draft<StoredEvent>,
  attachments: Attachments,
): Promise<{ readonly entry: StoredEntry; readonly head: ChainHead }> {
  const { at, account, actor } = draft;
  const sequence = head.sequence + 1;
  // Before anything is written: it refuses text that would not come back as it is.
  let row = toRow(sequence, draft);
  let entry = { ...draft, sequence } as StoredEntry;
  if (isCertificateEntry(entry)) {
    await projectCertificate(db, entry, attachments);
  } else {
    const { sealedSecret } = attachments;
    const event = await projectAccess(db, { account, event: entry.event, sealedSecret });
    entry = { sequence, at, account, actor, event, ...(sealedSecret && { sealedSecret }) };
    row = toRow(sequence, { at, account, actor, event });
  }
  const hash = chainHash(head.hash, row);
  const { requestId: request_id, sourceAddress: source_address, ...columns } = row;
  await db
    .insertInto('journal')
    .values({ ...columns, request_id, source_address, hash })
    .execute();
  if (sequence % entriesPerCheckpoint === 0)
    await db.insertInto('checkpoints').values({ sequence, hash, at }).execute();
  return { entry, head: { sequence, hash } };
}

/** Leaves a checkpoint at `head`, up to which the caller has verified the journal, unless there is one or there are no entries. */
export async function leaveCheckpoint(db: Kysely<Schema>, head: ChainHead): Promise<void> {
  await db
    .insertInto('checkpoints')
    .columns(['sequence', 'hash', 'at'])
    .expression((from) =>
      from
        .selectFrom('journal')
        .select(['sequence', 'hash', 'at'])
        .where('sequence', '=', head.sequence)
        .where('hash', '=', head.hash),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
