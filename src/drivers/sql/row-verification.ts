// Holds every row about a certificate against what the journal's entries about it lead to, one after the other. A row that
// is right in everything but one column has no right column to hide it behind.

import type { Kysely, Selectable } from 'kysely';
import { assertNever } from '../../base/assert-never.ts';
import { sha256Hex } from '../../base/bytes.ts';
import type { Entry } from '../../base/journal-entry.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import { type Identifier, isAuthorityKind, type Tag } from '../../registry/model.ts';
import { entriesAbout } from './journal-queries.ts';
import { changedTags } from './label-projection.ts';
import { reservedColumns } from './projection.ts';
import { tagsOf } from './records.ts';
import { type CertificatesTable, privateKeyIdentity, type Schema } from './schema.ts';
import { rowsPerStep, type TableDifference } from './verification.ts';

export interface TableStep {
  /** The last row's id; as given when there are no more. */
  readonly after: number;
  readonly certificates: number;
  readonly differences: readonly TableDifference[];
}

/** Checks the next rows after an id. */
export async function verifyRows(db: Kysely<Schema>, { after }: { readonly after: number }): Promise<TableStep> {
  const rows = await db
    .selectFrom('certificates')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(rowsPerStep)
    .execute();
  const identifiers = rows.map(({ identifier }) => identifier);
  const entries = Map.groupBy(await entriesAbout(db, identifiers), ({ event }) => event.identifier);
  const tags = await tagsOf(db, identifiers);
  const keys = await identifiersWithKey(db, identifiers);
  const differences = rows.flatMap((row) => {
    const { identifier } = row;
    const told = tell(entries.get(identifier) ?? []);
    if (!told) return [{ identifier, sequence: 0, column: 'row' }];
    return compare(told, row, { tags: tags.get(identifier) ?? [], hasKey: keys.has(identifier) });
  });
  return { after: rows.at(-1)?.id ?? after, certificates: rows.length, differences };
}

type Row = Selectable<CertificatesTable>;

/** What the journal says of a row, and the entry that says it. */
interface Told {
  readonly columns: Partial<Row>;
  readonly tags: readonly Tag[];
  readonly sha256: string | undefined;
  readonly saidBy: ReadonlyMap<string, number>;
}

/** Retells the projection. `undefined` where the journal has nothing to begin with. */
function tell([first, ...others]: readonly Entry<CertificateEvent>[]): Told | undefined {
  if (first?.event.kind !== 'certificate-reserved') return undefined;
  const { sequence, at, account, event } = first;
  const saidBy = new Map<string, number>();
  const columns: Partial<Row> = {};
  let tags = event.labels.tags ?? [];
  let sha256: string | undefined;
  const say = (by: number, more: Partial<Row>) => {
    Object.assign(columns, more);
    for (const column of Object.keys(more)) saidBy.set(column, by);
  };
  say(sequence, {
    ...reservedColumns(account, event),
    ...neverRevoked,
    state: event.pending ? 'pending' : 'reserved',
    alias_name: event.labels.aliasName ?? null,
    resource_group_id: event.labels.resourceGroupId ?? null,
    sequence,
    labels_sequence: sequence,
    changed_at: at,
    uploaded_at: null,
    quota: null,
  });
  saidBy.set('tags', sequence);
  for (const entry of others) {
    const { sequence: by, at: changed_at, event: next } = entry;
    const toState = (state: Row['state'], more: Partial<Row> = {}) =>
      say(by, { state, sequence: by, changed_at, ...more });
    switch (next.kind) {
      case 'certificate-reserved':
        return undefined;
      case 'certificate-issued':
        toState('issued');
        sha256 = next.sha256;
        saidBy.set('der', by);
        break;
      case 'certificate-abandoned':
        toState('abandoned');
        break;
      case 'certificate-revoked': {
        const { revokedAt, reason = null, invalidityDate = null } = next;
        toState('revoked', { revoked_at: revokedAt, reason, invalidity_date: invalidityDate });
        break;
      }
      case 'certificate-released':
        toState('issued', neverRevoked);
        break;
      case 'certificate-deleted':
        toState('deleted');
        break;
      case 'certificate-labelled': {
        const { aliasName, resourceGroupId } = next;
        say(by, {
          labels_sequence: by,
          changed_at,
          ...(aliasName !== undefined && { alias_name: aliasName }),
          ...(resourceGroupId !== undefined && { resource_group_id: resourceGroupId }),
        });
        if (next.tags) saidBy.set('tags', by);
        tags = changedTags(tags, next.tags);
        break;
      }
      case 'certificate-uploaded':
        say(by, { uploaded_at: changed_at, changed_at });
        break;
      case 'certificate-quota-assigned':
        say(by, { quota: next.total, changed_at });
        break;
      case 'certificate-crl-requested':
        break;
      default:
        assertNever(next);
    }
  }
  return { columns, tags, sha256, saidBy };
}

const neverRevoked = { revoked_at: null, reason: null, invalidity_date: null };

function compare(
  { columns, tags, sha256, saidBy }: Told,
  row: Row,
  there: { readonly tags: readonly Tag[]; readonly hasKey: boolean },
): TableDifference[] {
  const { identifier } = row;
  const differing = new Set<string>();
  for (const [column, value] of Object.entries(columns)) {
    if (row[column as keyof Row] !== value) differing.add(column);
  }
  if ((row.der ? sha256Hex(row.der) : undefined) !== sha256) differing.add('der');
  if (!sameTags(there.tags, tags)) differing.add('tags');
  // What the journal does not tell of, and its state settles all the same.
  const { state, kind } = row;
  const mayBeSigned = state === 'pending' || state === 'reserved';
  if (state === 'pending' ? !row.tbs : row.tbs && !mayBeSigned) differing.add('tbs');
  if ((row.has_key === 1) !== there.hasKey) differing.add('private_key');
  if (there.hasKey && (state === 'abandoned' || (state === 'deleted' && !isAuthorityKind(kind)))) {
    differing.add('private_key');
  }
  if (!isAuthorityKind(kind) && row.issued_count !== 0) differing.add('issued_count');
  return [...differing].map((column) => ({ identifier, sequence: saidBy.get(column) ?? row.sequence, column }));
}

async function identifiersWithKey(
  db: Kysely<Schema>,
  identifiers: readonly Identifier[],
): Promise<ReadonlySet<Identifier>> {
  if (identifiers.length === 0) return new Set();
  const identities = new Map(identifiers.map((identifier) => [privateKeyIdentity(identifier), identifier]));
  const rows = await db
    .selectFrom('sealed')
    .select('identity')
    .where('identity', 'in', [...identities.keys()])
    .execute();
  return new Set(rows.flatMap(({ identity }) => identities.get(identity) ?? []));
}

function sameTags(stored: readonly Tag[], journalled: readonly Tag[]): boolean {
  return (
    stored.length === journalled.length &&
    stored.every(({ key, value }, at) => key === journalled[at]?.key && value === journalled[at]?.value)
  );
}
