// Carries a certificate's event out on the tables, where the state allows it. Runs inside the transaction of the append,
// under the one writer lock; whatever is refused here has written nothing that the caller keeps.

import type { Kysely, Selectable } from 'kysely';
import { assertNever } from '../../base/assert-never.ts';
import { sha256Hex } from '../../base/bytes.ts';
import type { Entry } from '../../base/journal-entry.ts';
import { type Refusal, Refused } from '../../base/refusal.ts';
import type { UnixMillis } from '../../base/time.ts';
import type {
  CertificateAbandoned,
  CertificateDeleted,
  CertificateEvent,
  CertificateIssued,
  CertificateQuotaAssigned,
  CertificateReleased,
  CertificateReserved,
  CertificateRevoked,
  CertificateUploaded,
} from '../../registry/events.ts';
import { type Identifier, isAuthorityKind } from '../../registry/model.ts';
import type { Material } from '../../registry/store.ts';
import { requireFreeName, requireMandate, requireSigner, takeToken } from './certificate-guards.ts';
import type { Transaction } from './issued-tally.ts';
import { projectLabels } from './label-projection.ts';
import { count, recount } from './listing-counts.ts';
import { prepared, valuesOf } from './prepared.ts';
import { type CertificatesTable, privateKeyIdentity, type Schema } from './schema.ts';

/** What of a certificate decides whether a change is allowed, and where it is counted. */
export type Row = Pick<Selectable<CertificatesTable>, (typeof rowColumns)[number]>;

type Reserved = Omit<
  Selectable<CertificatesTable>,
  'id' | 'revoked_at' | 'reason' | 'uploaded_at' | 'quota' | 'invalidity_date'
>;

/**
 * @param known  the certificate's row, where the caller has read it in this transaction.
 * @throws {Refused} as `CertificateStore.append` says.
 * @throws {TypeError} when the material is not what the event calls for.
 */
export async function projectCertificate(
  transaction: Transaction,
  entry: Entry<CertificateEvent>,
  material: Material,
  known?: Row,
): Promise<void> {
  const { event } = entry;
  switch (event.kind) {
    case 'certificate-reserved':
      return reserve(transaction, entry, event, material);
    case 'certificate-issued':
      return issue(transaction, entry, event, material);
    case 'certificate-abandoned':
      return abandon(transaction.db, entry, event);
    case 'certificate-revoked':
      return revoke(transaction.db, entry, event, known);
    case 'certificate-released':
      return release(transaction.db, entry, event, known);
    case 'certificate-deleted':
      return remove(transaction.db, entry, event);
    case 'certificate-labelled': {
      const row = await described(transaction.db, entry, event);
      await takeToken(transaction.db, entry, event.clientToken, event.identifier);
      return projectLabels(transaction.db, row, entry, event);
    }
    case 'certificate-uploaded':
      return upload(transaction.db, entry, event);
    case 'certificate-quota-assigned':
      return assignQuota(transaction, entry, event);
    case 'certificate-crl-requested':
      return requireSigner(transaction.db, entry.account, event.identifier);
    default:
      return assertNever(event);
  }
}

/**
 * A certificate and its reservation in one.
 * @throws as {@link projectCertificate} does for one and the other.
 */
export async function projectIssuedAtOnce(
  transaction: Transaction,
  reserved: Entry<CertificateReserved>,
  issued: Entry<CertificateIssued>,
  material: Material,
): Promise<void> {
  await reserve(transaction, reserved, reserved.event, material, {
    der: requireDer(issued.event, material),
    sequence: issued.sequence,
    at: issued.at,
  });
  countIssued(transaction, issued.event);
}

/** What a reservation settles for good; verification compares the row with this. */
export function reservedColumns(account: string, event: CertificateReserved) {
  return {
    identifier: event.identifier,
    account,
    kind: event.certificateKind,
    issuer: event.issuer,
    serial: event.serialNumber,
    key_algorithm: event.keyAlgorithm,
    custom_identifier: event.labels.customIdentifier ?? null,
    terms: event.terms ? JSON.stringify(event.terms) : null,
    subject: event.subject,
    not_before: event.notBefore,
    not_after: event.notAfter,
  } satisfies Partial<CertificatesTable>;
}

/** @param issued  present where it is issued in the same transaction. */
async function reserve(
  transaction: Transaction,
  entry: Entry<CertificateEvent>,
  event: CertificateReserved,
  { sealedKey, tbs }: Material,
  issued?: { readonly der: Uint8Array; readonly sequence: number; readonly at: UnixMillis },
): Promise<void> {
  const { db } = transaction;
  const { account, sequence, at } = entry;
  const { identifier, labels } = event;
  if (event.pending && !tbs) throw new TypeError('a pending certificate comes with what is to be signed');
  if (tbs && sha256Hex(tbs) !== event.tbsSha256)
    throw new TypeError('what is to be signed is not what its event names');
  await requireMandate(transaction, account, event, { wasPromised: false });
  await requireFreeName(db, account, labels.customIdentifier);
  await takeToken(db, entry, event.clientToken, identifier);
  const row: Reserved = {
    ...reservedColumns(account, event),
    state: issued ? 'issued' : event.pending ? 'pending' : 'reserved',
    alias_name: labels.aliasName ?? null,
    resource_group_id: labels.resourceGroupId ?? null,
    sequence: issued?.sequence ?? sequence,
    labels_sequence: sequence,
    changed_at: issued?.at ?? at,
    has_key: sealedKey ? 1 : 0,
    issued_count: 0,
    tbs: (issued ? undefined : tbs) ?? null,
    der: issued?.der ?? null,
  };
  const inserted = await insertReserved(db, row);
  const [made] = inserted.rows;
  if (!made) throw new Refused({ kind: 'serial-number-taken', serialNumber: event.serialNumber });
  await count(db, { ...row, ...made });
  const { tags = [] } = labels;
  if (tags.length > 0) {
    const rows = tags.map(({ key, value }, position) => ({ identifier, position, key, value }));
    await db.insertInto('tags').values(rows).execute();
  }
  if (sealedKey) {
    await db
      .insertInto('sealed')
      .values({ identity: privateKeyIdentity(identifier), bytes: sealedKey })
      .execute();
  }
}

async function issue(
  transaction: Transaction,
  entry: Entry<CertificateEvent>,
  event: CertificateIssued,
  material: Material,
): Promise<void> {
  const { db } = transaction;
  const der = requireDer(event, material);
  const row = await rowOf(db, entry, event);
  if (row?.kind !== event.certificateKind || (row.state !== 'reserved' && row.state !== 'pending')) {
    throw notFound(event);
  }
  const { sequence, at: changed_at } = entry;
  // Where its reservation is the entry before it, all that was required of that is still so.
  if (row.state === 'pending' || row.sequence !== sequence - 1) {
    await requireMandate(transaction, entry.account, event, { wasPromised: row.state === 'pending' });
    await requireFreeName(db, entry.account, row.custom_identifier, event.identifier);
  }
  countIssued(transaction, event);
  await setIssued(db, { id: row.id, der, sequence, changed_at });
  await recount(db, row, { state: 'issued', changed_at });
}

function requireDer({ sha256 }: CertificateIssued, { der }: Material): Uint8Array {
  if (der !== undefined && sha256Hex(der) === sha256) return der;
  throw new TypeError('an issued certificate comes with the DER its event names');
}

function countIssued({ issued }: Transaction, { issuer, identifier, certificateKind }: CertificateIssued): void {
  if (issuer !== identifier && certificateKind !== 'responder') issued.add(issuer);
}

async function abandon(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateAbandoned): Promise<void> {
  const row = await rowOf(db, entry, event);
  if (row?.state !== 'pending') throw notFound(event);
  await move(db, entry, row, { state: 'abandoned', tbs: null, has_key: 0 });
  await eraseKey(db, event.identifier);
}

async function revoke(
  db: Kysely<Schema>,
  entry: Entry<CertificateEvent>,
  event: CertificateRevoked,
  known: Row | undefined,
): Promise<void> {
  const row = await described(db, entry, event, known);
  if (row.state === 'pending') throw refused('not-issued-yet', event);
  // RFC 5280 §5.3.1: what is on hold may be revoked for good. It stays revoked since it was put on hold.
  const forGood = row.reason === 'certificateHold' && event.reason !== 'certificateHold';
  if (row.state === 'revoked' && !forGood) throw refused('already-revoked', event);
  await takeToken(db, entry, event.clientToken, event.identifier);
  const { sequence, at: changed_at } = entry;
  await setRevoked(db, {
    id: row.id,
    revoked_at: row.revoked_at ?? event.revokedAt,
    reason: event.reason ?? null,
    invalidity_date: event.invalidityDate ?? null,
    sequence,
    changed_at,
  });
  await recount(db, row, { state: 'revoked', changed_at });
}

async function release(
  db: Kysely<Schema>,
  entry: Entry<CertificateEvent>,
  event: CertificateReleased,
  known: Row | undefined,
): Promise<void> {
  const row = await described(db, entry, event, known);
  if (row.state !== 'revoked' || row.reason !== 'certificateHold') throw refused('not-on-hold', event);
  await move(db, entry, row, { state: 'issued', revoked_at: null, reason: null, invalidity_date: null });
}

async function remove(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateDeleted): Promise<void> {
  // The row stays: its serial number keeps answering *revoked*, and CRLs need it.
  const row = await described(db, entry, event);
  if (row.state !== 'revoked') throw refused('not-revoked', event);
  // An authority's key goes on signing that what it issued is revoked, in OCSP answers and CRLs.
  const isAuthority = isAuthorityKind(row.kind);
  await move(db, entry, row, { state: 'deleted', ...(!isAuthority && { has_key: 0 }) });
  if (!isAuthority) await eraseKey(db, event.identifier);
}

async function upload(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateUploaded): Promise<void> {
  const row = await described(db, entry, event);
  if (row.state === 'pending') throw refused('not-issued-yet', event);
  await db
    .updateTable('certificates')
    .set({ uploaded_at: entry.at, changed_at: entry.at })
    .where('id', '=', row.id)
    .execute();
  await recount(db, row, { changed_at: entry.at });
}

async function assignQuota(
  { db, issued }: Transaction,
  entry: Entry<CertificateEvent>,
  event: CertificateQuotaAssigned,
): Promise<void> {
  const row = await rowOf(db, entry, event);
  if (!row || !isAuthorityKind(row.kind) || (row.state !== 'issued' && row.state !== 'revoked')) {
    throw new Refused({ kind: 'authority-not-found', identifier: event.identifier });
  }
  const soFar = row.issued_count + issued.below(row.identifier);
  if (event.total !== null && event.total < soFar) {
    throw new Refused({ kind: 'quota-below-issued', identifier: event.identifier, issued: soFar });
  }
  await db
    .updateTable('certificates')
    .set({ quota: event.total, changed_at: entry.at })
    .where('id', '=', row.id)
    .execute();
}

/** The row the event is about, by everything that names it: one wrong member and there is none. */
async function rowOf(
  db: Kysely<Schema>,
  { account }: Entry<CertificateEvent>,
  { identifier, issuer, serialNumber }: CertificateEvent,
): Promise<Row | undefined> {
  const row = await rowByIdentifier(db, account, identifier);
  return row?.issuer === issuer && row.serial === serialNumber ? row : undefined;
}

/** The row, of a certificate that callers can see. */
async function described(
  db: Kysely<Schema>,
  entry: Entry<CertificateEvent>,
  event: CertificateEvent,
  known?: Row,
): Promise<Row> {
  const row = known ?? (await rowOf(db, entry, event));
  if (row?.state === 'pending' || row?.state === 'issued' || row?.state === 'revoked') return row;
  throw notFound(event);
}

export async function rowByIdentifier(
  db: Kysely<Schema>,
  account: string,
  identifier: Identifier,
): Promise<Row | undefined> {
  const [row] = (await selectRow(db, { identifier })).rows;
  return row?.account === account ? row : undefined;
}

/** To another state, and to where lists count it then. */
async function move(
  db: Kysely<Schema>,
  { sequence, at }: Entry<CertificateEvent>,
  row: Row,
  columns: Partial<Selectable<CertificatesTable>> & Pick<Row, 'state'>,
): Promise<void> {
  await db
    .updateTable('certificates')
    .set({ ...columns, sequence, changed_at: at })
    .where('id', '=', row.id)
    .execute();
  await recount(db, row, { state: columns.state, changed_at: at });
}

async function eraseKey(db: Kysely<Schema>, identifier: Identifier): Promise<void> {
  await db.deleteFrom('sealed').where('identity', '=', privateKeyIdentity(identifier)).execute();
}

type AboutOne = Extract<
  Refusal,
  { readonly kind: 'already-revoked' | 'not-revoked' | 'not-on-hold' | 'not-issued-yet' }
>;

function refused(kind: AboutOne['kind'], { identifier }: CertificateEvent): Refused {
  return new Refused({ kind, identifier });
}

function notFound({ identifier }: CertificateEvent): Refused {
  return new Refused({ kind: 'certificate-not-found', identifier });
}

const rowColumns = [
  ...(['account', 'id', 'kind', 'state', 'issuer', 'resource_group_id', 'changed_at'] as const),
  ...(['identifier', 'serial', 'reason', 'revoked_at', 'custom_identifier', 'issued_count', 'sequence'] as const),
] as const;

const selectRow = prepared((db, { identifier }: { readonly identifier: Identifier }) =>
  db
    .selectFrom('certificates')
    .select([...rowColumns])
    .where('identifier', '=', identifier),
);

const insertReserved = prepared((db, row: Reserved) =>
  db
    .insertInto('certificates')
    .values(
      valuesOf(row, [
        ...([
          'identifier',
          'account',
          'kind',
          'issuer',
          'serial',
          'state',
          'key_algorithm',
          'custom_identifier',
        ] as const),
        ...(['terms', 'subject', 'not_before', 'not_after', 'alias_name', 'resource_group_id', 'sequence'] as const),
        ...(['labels_sequence', 'changed_at', 'has_key', 'issued_count', 'tbs', 'der'] as const),
      ]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
);

type Changed = Pick<Selectable<CertificatesTable>, 'id' | 'sequence' | 'changed_at'>;

const setIssued = prepared((db, { id, der, sequence, changed_at }: Changed & { readonly der: Uint8Array }) =>
  db.updateTable('certificates').set({ state: 'issued', der, tbs: null, sequence, changed_at }).where('id', '=', id),
);

const setRevoked = prepared(
  (db, to: Changed & Pick<Selectable<CertificatesTable>, 'revoked_at' | 'reason' | 'invalidity_date'>) =>
    db
      .updateTable('certificates')
      .set({
        state: 'revoked',
        ...valuesOf(to, ['revoked_at', 'reason', 'invalidity_date', 'sequence', 'changed_at']),
      })
      .where('id', '=', to.id),
);
