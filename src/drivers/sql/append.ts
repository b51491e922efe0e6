// One append: its events are carried out on the tables and become the next entries of the journal.

import type { Kysely } from 'kysely';
import type { Draft } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import { type ChainedRow, type ChainHead, chainHash } from '../../registry/journal.ts';
import type { Identifier } from '../../registry/model.ts';
import type { AboutEndEntity, Material } from '../../registry/store.ts';
import { projectAccess } from './access-projection.ts';
import type { Transaction } from './issued-tally.ts';
import type { HashedRow } from './journal-queries.ts';
import { isCertificateEntry, type StoredEntry, type StoredEvent, toRow } from './journal-rows.ts';
import { isCounted } from './listing-counts.ts';
import { prepared, valuesOf } from './prepared.ts';
import { projectCertificate, projectIssuedAtOnce, type Row, rowByIdentifier } from './projection.ts';
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
 * @returns the entries, and the last one's place in the chain.
 * @throws {Refused} when the state does not allow one of the events. What was written until then is to be rolled back.
 */
export async function appendEntries(
  transaction: Transaction,
  head: ChainHead,
  drafts: readonly Draft<StoredEvent | AboutEndEntity>[],
  attachments: Attachments,
): Promise<Appended> {
  const entries: StoredEntry[] = [];
  let last = head;
  for (;;) {
    const [first, second] = drafts.slice(entries.length, entries.length + 2);
    if (!first) return { entries, head: last };
    const appended =
      (await appendIssuedAtOnce(transaction, last, first, second, attachments)) ??
      (await appendEntry(transaction, last, first, attachments));
    entries.push(...appended.entries);
    last = appended.head;
  }
}

interface Appended {
  readonly entries: readonly StoredEntry[];
  readonly head: ChainHead;
}

async function appendEntry(
  transaction: Transaction,
  head: ChainHead,
  asked: Draft<StoredEvent | AboutEndEntity>,
  attachments: Attachments,
): Promise<Appended> {
  const { db } = transaction;
  const { draft, known } = await named(db, asked);
  const { at, account, actor } = draft;
  const sequence = head.sequence + 1;
  // Before anything is written: it refuses text that would not come back as it is.
  let row = toRow(sequence, draft);
  let entry = { ...draft, sequence } as StoredEntry;
  if (isCertificateEntry(entry)) {
    await projectCertificate(transaction, entry, attachments, known);
  } else {
    const { sealedSecret } = attachments;
    const event = await projectAccess(db, { account, event: entry.event, sealedSecret });
    entry = { sequence, at, account, actor, event, ...(sealedSecret && { sealedSecret }) };
    row = toRow(sequence, { at, account, actor, event });
  }
  return { entries: [entry], head: await chain(db, head, row) };
}

/** A certificate and its reservation: two entries, and one row that is written once. @returns `undefined` for anything else. */
async function appendIssuedAtOnce(
  transaction: Transaction,
  head: ChainHead,
  { event: reserved, ...first }: Draft<StoredEvent | AboutEndEntity>,
  second: Draft<StoredEvent | AboutEndEntity> | undefined,
  attachments: Attachments,
): Promise<Appended | undefined> {
  const issued = second?.event;
  if (reserved.kind !== 'certificate-reserved' || reserved.pending || issued?.kind !== 'certificate-issued') return;
  const isSame =
    first.account === second?.account &&
    reserved.identifier === issued.identifier &&
    reserved.issuer === issued.issuer &&
    reserved.serialNumber === issued.serialNumber &&
    reserved.certificateKind === issued.certificateKind;
  if (!second || !isSame) return;
  const entries = [
    { ...first, event: reserved, sequence: head.sequence + 1 },
    { ...second, event: issued, sequence: head.sequence + 2 },
  ] as const;
  const rows = entries.map((entry) => toRow(entry.sequence, entry));
  await projectIssuedAtOnce(transaction, ...entries, attachments);
  let last = head;
  for (const row of rows) last = await chain(transaction.db, last, row);
  return { entries, head: last };
}

async function chain(db: Kysely<Schema>, head: ChainHead, row: ChainedRow): Promise<ChainHead> {
  const { sequence, at } = row;
  const hash = chainHash(head.hash, row);
  await insertEntry(db, { ...row, hash });
  if (sequence % entriesPerCheckpoint === 0)
    await db.insertInto('checkpoints').values({ sequence, hash, at }).execute();
  return { sequence, hash };
}

/** With all that names the certificate, where the caller knew its identifier alone; of an end entity that callers can see. */
async function named(
  db: Kysely<Schema>,
  { event, ...draft }: Draft<StoredEvent | AboutEndEntity>,
): Promise<{ readonly draft: Draft<StoredEvent>; readonly known?: Row }> {
  if (!isByIdentifier(event)) return { draft: { ...draft, event } };
  const known = await rowByIdentifier(db, draft.account, event.identifier as Identifier);
  if (!known || !isCounted(known)) throw new Refused({ kind: 'certificate-not-found', identifier: event.identifier });
  const { identifier, issuer, serial } = known;
  return { draft: { ...draft, event: { ...event, identifier, issuer, serialNumber: serial } }, known };
}

function isByIdentifier(event: StoredEvent | AboutEndEntity): event is AboutEndEntity {
  return (event.kind === 'certificate-revoked' || event.kind === 'certificate-released') && !('serialNumber' in event);
}

const insertEntry = prepared((db, row: HashedRow) =>
  db.insertInto('journal').values({
    ...valuesOf(row, [
      'sequence',
      'at',
      'account',
      'principal',
      'kind',
      'identifier',
      'issuer',
      'serial',
      'facts',
      'hash',
    ]),
    request_id: row.requestId,
    source_address: row.sourceAddress,
  }),
);

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
