// How an event is laid out in the journal's columns, and read back.

import type { AccessEvent } from '../../access/events.ts';
import type { AccessEntry } from '../../access/principals.ts';
import type { AccountId, Draft, Entry } from '../../base/journal-entry.ts';
import type { UnixMillis } from '../../base/time.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import type { ChainedRow } from '../../registry/journal.ts';
import { brokenChain } from '../store-problem.ts';

export type StoredEvent = CertificateEvent | AccessEvent;

/** An entry of either domain, as followers of the store are given it. Tell them apart with {@link isCertificateEntry}. */
export type StoredEntry = Entry<CertificateEvent> | AccessEntry;

export function isCertificateEntry(entry: StoredEntry): entry is Entry<CertificateEvent> {
  return isCertificateEvent(entry.event);
}

function isCertificateEvent(event: StoredEvent): event is CertificateEvent {
  return event.kind.startsWith('certificate-');
}

/**
 * The columns of an entry. What names a certificate has columns of its own; everything else is in `facts`.
 * @throws {TypeError} for text that would not come back from the database as it went in, and so break the chain.
 */
export function toRow(sequence: number, draft: Draft<StoredEvent>): ChainedRow {
  const { actor, event } = draft;
  for (const text of [draft.account, actor.principal, actor.requestId, actor.sourceAddress]) {
    if (!text.isWellFormed() || text.includes('\0')) throw new TypeError('ill-formed text in a journal entry');
  }
  const envelope = {
    sequence,
    at: draft.at,
    account: draft.account,
    principal: actor.principal,
    requestId: actor.requestId,
    sourceAddress: actor.sourceAddress,
  };
  if (isCertificateEvent(event)) {
    const { kind, identifier, issuer, serialNumber, ...facts } = event;
    return { ...envelope, kind, identifier, issuer, serial: serialNumber, facts: JSON.stringify(facts) };
  }
  const { kind, ...facts } = event;
  return { ...envelope, kind, identifier: null, issuer: null, serial: null, facts: JSON.stringify(facts) };
}

/**
 * Reads a row back, trusting it to be what {@link toRow} wrote.
 * @throws {StoreProblem} `broken-chain` for one that cannot be.
 */
export function toEntry(row: ChainedRow): StoredEntry {
  const subject =
    row.identifier === null ? {} : { identifier: row.identifier, issuer: row.issuer, serialNumber: row.serial };
  return {
    sequence: row.sequence,
    at: row.at as UnixMillis,
    account: row.account as AccountId,
    actor: { principal: row.principal, requestId: row.requestId, sourceAddress: row.sourceAddress },
    event: { kind: row.kind, ...subject, ...parseFacts(row) },
  } as StoredEntry;
}

function parseFacts({ sequence, facts }: ChainedRow): object {
  try {
    return JSON.parse(facts) as object;
  } catch (cause) {
    throw brokenChain({ sequence, problem: 'altered' }, { cause });
  }
}
