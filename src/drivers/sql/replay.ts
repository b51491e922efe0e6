// What the journal leads to for one certificate: every column that follows from its entries, and the entry each is from.

import type { Insertable } from 'kysely';
import { assertNever } from '../../base/assert-never.ts';
import type { Entry } from '../../base/journal-entry.ts';
import type { UnixMillis } from '../../base/time.ts';
import type { CertificateEvent, CertificateLabelled, CertificateReserved } from '../../registry/events.ts';
import type { ClientToken, Tag } from '../../registry/model.ts';
import { changedTags } from './label-projection.ts';
import { reservedColumns } from './projection.ts';
import type { CertificatesTable } from './schema.ts';

/** Columns that entries say the value of; `issued_count` follows from other certificates' entries, `has_key` from what is kept. */
export type ReplayedColumn = Exclude<keyof CertificatesTable, 'id' | 'der' | 'tbs' | 'has_key' | 'issued_count'>;

export type ReplayedColumns = { [Column in ReplayedColumn]: Exclude<Insertable<CertificatesTable>[Column], undefined> };

export interface Replayed {
  readonly columns: ReplayedColumns;
  readonly tags: readonly Tag[];
  /** SHA-256 of the certificate; absent until it is issued. */
  readonly certificate?: string;
  /** The same of what is to be signed, of a reservation that is finished later. */
  readonly tbs?: string;
  readonly tokens: readonly TakenToken[];
  /** The sequence number of the entry that a column, `tags`, `der` or `tbs` is from. */
  readonly from: ReadonlyMap<string, number>;
}

export interface TakenToken {
  readonly token: ClientToken;
  readonly sequence: number;
  readonly at: UnixMillis;
}

/** @param entries  all there are about the certificate, oldest first; the first of a sound journal is its reservation. */
export function replay(entries: readonly Entry<CertificateEvent>[]): Replayed | undefined {
  const [first] = entries;
  if (first?.event.kind !== 'certificate-reserved') return undefined;
  const from = new Map<string, number>();
  const tokens: TakenToken[] = [];
  let columns = atReservation(first, first.event);
  let tags = first.event.labels.tags ?? [];
  let certificate: string | undefined;
  for (const column of [...Object.keys(columns), 'tags', 'der', 'tbs']) from.set(column, first.sequence);
  for (const { sequence, at, event } of entries) {
    const changed = changedColumns(columns, { sequence, at, event });
    columns = { ...columns, ...changed };
    for (const column of Object.keys(changed)) from.set(column, sequence);
    if (event.kind === 'certificate-labelled' && event.tags) {
      tags = changedTags(tags, event.tags);
      from.set('tags', sequence);
    }
    if (event.kind === 'certificate-issued') {
      certificate = event.sha256;
      from.set('der', sequence).set('tbs', sequence);
    }
    if ('clientToken' in event && event.clientToken) tokens.push({ token: event.clientToken, sequence, at });
  }
  const { tbsSha256: tbs } = first.event;
  return {
    columns,
    tags,
    tokens,
    from,
    ...(certificate !== undefined && { certificate }),
    ...(tbs !== undefined && { tbs }),
  };
}

function atReservation(
  { sequence, at, account }: Entry<CertificateEvent>,
  event: CertificateReserved,
): ReplayedColumns {
  const { aliasName, resourceGroupId } = event.labels;
  return {
    ...reservedColumns(account, event),
    state: event.pending ? 'pending' : 'reserved',
    alias_name: aliasName ?? null,
    resource_group_id: resourceGroupId ?? null,
    revoked_at: null,
    reason: null,
    invalidity_date: null,
    uploaded_at: null,
    quota: null,
    sequence,
    labels_sequence: sequence,
    changed_at: at,
  };
}

function changedColumns(
  before: ReplayedColumns,
  { sequence, at, event }: Pick<Entry<CertificateEvent>, 'sequence' | 'at' | 'event'>,
): Partial<ReplayedColumns> {
  switch (event.kind) {
    case 'certificate-reserved':
    case 'certificate-crl-requested':
      return {};
    case 'certificate-issued':
      return { state: 'issued', sequence, changed_at: at };
    case 'certificate-abandoned':
      return { state: 'abandoned', sequence, changed_at: at };
    case 'certificate-deleted':
      return { state: 'deleted', sequence, changed_at: at };
    case 'certificate-revoked': {
      const { revokedAt, reason = null, invalidityDate = null } = event;
      return {
        state: 'revoked',
        revoked_at: before.revoked_at ?? revokedAt,
        reason,
        invalidity_date: invalidityDate,
        sequence,
        changed_at: at,
      };
    }
    case 'certificate-released':
      return { state: 'issued', revoked_at: null, reason: null, invalidity_date: null, sequence, changed_at: at };
    case 'certificate-labelled':
      return { ...labelColumns(event), labels_sequence: sequence, changed_at: at };
    case 'certificate-uploaded':
      return { uploaded_at: at, changed_at: at };
    case 'certificate-quota-assigned':
      return { quota: event.total, changed_at: at };
    default:
      return assertNever(event);
  }
}

function labelColumns({ aliasName, resourceGroupId }: CertificateLabelled): Partial<ReplayedColumns> {
  return {
    ...(aliasName !== undefined && { alias_name: aliasName }),
    ...(resourceGroupId !== undefined && { resource_group_id: resourceGroupId }),
  };
}
