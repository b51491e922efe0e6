// Carries a certificate's event out on the tables, where the state allows it. Runs inside the transaction of the append,
// under the one writer lock; whatever is refused here has written nothing that the caller keeps.

import type { Kysely, Selectable } from 'kysely';
import { assertNever } from '../../base/assert-never.ts';
import { sha256Hex } from '../../base/bytes.ts';
import type { Entry } from '../../base/journal-entry.ts';
import { type Refusal, Refused } from '../../base/refusal.ts';
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
import { type ClientToken, type Identifier, isAuthorityKind } from '../../registry/model.ts';
import type { Material } from '../../registry/store.ts';
import { isPending } from './conditions.ts';
import { projectLabels } from './label-projection.ts';
import { type Counted, recount } from './listing-counts.ts';
import { type CertificatesTable, privateKeyIdentity, type Schema } from './schema.ts';

type Row = Counted &
  Pick<Selectable<CertificatesTable>, 'reason' | 'revoked_at' | 'custom_identifier' | 'issued_count'>;

/**
 * @throws {Refused} as `CertificateStore.append` says.
 * @throws {TypeError} when the material is not what the event calls for.
 */
export async function projectCertificate(
  db: Kysely<Schema>,
  entry: Entry<CertificateEvent>,
  material: Material,
): Promise<void> {
  const { event } = entry;
  switch (event.kind) {
    case 'certificate-reserved':
      return reserve(db, entry, event, material);
    case 'certificate-issued':
      return issue(db, entry, event, material);
    case 'certificate-abandoned':
      return abandon(db, entry, event);
    case 'certificate-revoked':
      return revoke(db, entry, event);
    case 'certificate-released':
      return release(db, entry, event);
    case 'certificate-deleted':
      return remove(db, entry, event);
    case 'certificate-labelled': {
      const row = await described(db, entry, event);
      await takeToken(db, entry, event.clientToken, event.identifier);
      return projectLabels(db, row, entry, event);
    }
    case 'certificate-uploaded':
      return upload(db, entry, event);
    case 'certificate-quota-assigned':
      return assignQuota(db, entry, event);
    case 'certificate-crl-requested':
      return requireSigner(db, entry.account, event.identifier);
    default:
      return assertNever(event);
  }
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

async function reserve(
  db: Kysely<Schema>,
  entry: Entry<CertificateEvent>,
  event: CertificateReserved,
  { sealedKey, tbs }: Material,
): Promise<void> {
  const { account, sequence, at } = entry;
  const { identifier, labels } = event;
  if (event.pending && !tbs) throw new TypeError('a pending certificate comes with what is to be signed');
  if (tbs && sha256Hex(tbs) !== event.tbsSha256)
    throw new TypeError('what is to be signed is not what its event names');
  await requireMandate(db, account, event, { wasPromised: false });
  await requireFreeName(db, account, labels.customIdentifier);
  await takeToken(db, entry, event.clientToken, identifier);
  const state = event.pending ? ('pending' as const) : ('reserved' as const);
  const row = await db
    .insertInto('certificates')
    .values({
      ...reservedColumns(account, event),
      state,
      alias_name: labels.aliasName ?? null,
      resource_group_id: labels.resourceGroupId ?? null,
      sequence,
      labels_sequence: sequence,
      changed_at: at,
      has_key: sealedKey ? 1 : 0,
      issued_count: 0,
      tbs: tbs ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['account', 'id', 'kind', 'state', 'issuer', 'resource_group_id', 'changed_at'])
    .executeTakeFirst();
  if (!row) throw new Refused({ kind: 'serial-number-taken', serialNumber: event.serialNumber });
  await recount(db, undefined, row);
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

/** Whether this may be made: a root needs nobody, a responder only an authority that has signed what it answers for. */
async function requireMandate(
  db: Kysely<Schema>,
  account: string,
  { certificateKind, issuer, identifier }: CertificateReserved | CertificateIssued,
  { wasPromised }: { readonly wasPromised: boolean },
): Promise<void> {
  if (issuer === identifier) return;
  if (certificateKind === 'responder') return await requireSigner(db, account, issuer);
  await requireIssuer(db, account, issuer);
  await requireQuota(db, issuer, { wasPromised });
}

/** RFC 6960 §2.7: of a revoked authority's certificates it still has to be said that they are revoked. */
async function requireSigner(db: Kysely<Schema>, account: string, issuer: Identifier): Promise<void> {
  const signer = await db
    .selectFrom('certificates')
    .select('id')
    .where('identifier', '=', issuer)
    .where('account', '=', account)
    .where('kind', 'in', ['root', 'subordinate'])
    .where('state', 'in', ['issued', 'revoked', 'deleted'])
    .executeTakeFirst();
  if (!signer) throw new Refused({ kind: 'authority-not-found', identifier: issuer });
}

/** Up to the root: whoever is revoked, nothing more is made below it from the commit of that revocation on. */
async function requireIssuer(db: Kysely<Schema>, account: string, issuer: string): Promise<void> {
  const row = await db
    .selectFrom('certificates')
    .select(['account', 'kind', 'state', 'issuer'])
    .where('identifier', '=', issuer as Identifier)
    .executeTakeFirst();
  const isAuthority = row?.account === account && isAuthorityKind(row.kind);
  if (isAuthority && row.state === 'issued') {
    if (row.issuer !== issuer) await requireIssuer(db, account, row.issuer);
    return;
  }
  const kind = isAuthority && row.state === 'revoked' ? 'authority-revoked' : 'authority-not-found';
  throw new Refused({ kind, identifier: issuer });
}

/** A pending certificate has been promised to its caller: nothing that comes later takes its place. */
async function requireQuota(
  db: Kysely<Schema>,
  issuer: Identifier,
  { wasPromised }: { readonly wasPromised: boolean },
): Promise<void> {
  const { quota, issued_count } = await db
    .selectFrom('certificates')
    .select(['quota', 'issued_count'])
    .where('identifier', '=', issuer)
    .executeTakeFirstOrThrow();
  if (quota === null) return;
  const promised = wasPromised ? 0 : await pendingBelow(db, issuer);
  if (issued_count + promised >= quota) {
    throw new Refused({ kind: 'quota-exhausted', identifier: issuer, total: quota });
  }
}

/** By the few that are pending, and not by the many that the authority has issued: hence no condition on the issuer. */
async function pendingBelow(db: Kysely<Schema>, issuer: Identifier): Promise<number> {
  const { count } = await db
    .selectFrom('certificates')
    .select(({ fn }) => fn.countAll<number>().filterWhere('issuer', '=', issuer).as('count'))
    .where(isPending)
    .executeTakeFirstOrThrow();
  return count;
}

/** A reservation alone does not hold a name: after a crash its caller must be able to ask for it again. */
async function requireFreeName(
  db: Kysely<Schema>,
  account: string,
  name: string | null | undefined,
  except?: Identifier,
): Promise<void> {
  if (name === null || name === undefined) return;
  const holder = await db
    .selectFrom('certificates')
    .select('identifier')
    .where('account', '=', account)
    .where('custom_identifier', '=', name)
    .where('state', 'in', ['pending', 'issued', 'revoked'])
    .executeTakeFirst();
  if (holder && holder.identifier !== except) {
    throw new Refused({ kind: 'custom-identifier-taken', customIdentifier: name });
  }
}

async function takeToken(
  db: Kysely<Schema>,
  { account }: Entry<CertificateEvent>,
  clientToken: ClientToken | undefined,
  identifier: Identifier,
): Promise<void> {
  if (!clientToken) return;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('client_tokens')
    .values({ account, ...clientToken, identifier })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw new Refused({ kind: 'client-token-used', token: clientToken.token });
}

async function issue(
  db: Kysely<Schema>,
  entry: Entry<CertificateEvent>,
  event: CertificateIssued,
  { der }: Material,
): Promise<void> {
  if (der === undefined || sha256Hex(der) !== event.sha256) {
    throw new TypeError('an issued certificate comes with the DER its event names');
  }
  const row = await rowOf(db, entry, event);
  if (row?.kind !== event.certificateKind || (row.state !== 'reserved' && row.state !== 'pending')) {
    throw notFound(event);
  }
  await requireMandate(db, entry.account, event, { wasPromised: row.state === 'pending' });
  if (event.issuer !== event.identifier && event.certificateKind !== 'responder') {
    await db
      .updateTable('certificates')
      .set((column) => ({ issued_count: column('issued_count', '+', 1) }))
      .where('identifier', '=', event.issuer)
      .execute();
  }
  await requireFreeName(db, entry.account, row.custom_identifier, event.identifier);
  await move(db, entry, row, { state: 'issued', der, tbs: null });
}

async function abandon(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateAbandoned): Promise<void> {
  const row = await rowOf(db, entry, event);
  if (row?.state !== 'pending') throw notFound(event);
  await move(db, entry, row, { state: 'abandoned', tbs: null, has_key: 0 });
  await eraseKey(db, event.identifier);
}

async function revoke(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateRevoked): Promise<void> {
  const row = await described(db, entry, event);
  if (row.state === 'pending') throw refused('not-issued-yet', event);
  // RFC 5280 §5.3.1: what is on hold may be revoked for good. It stays revoked since it was put on hold.
  const forGood = row.reason === 'certificateHold' && event.reason !== 'certificateHold';
  if (row.state === 'revoked' && !forGood) throw refused('already-revoked', event);
  await takeToken(db, entry, event.clientToken, event.identifier);
  await move(db, entry, row, {
    state: 'revoked',
    revoked_at: row.revoked_at ?? event.revokedAt,
    reason: event.reason ?? null,
    invalidity_date: event.invalidityDate ?? null,
  });
}

async function release(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateReleased): Promise<void> {
  const row = await described(db, entry, event);
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
  await recount(db, row, { ...row, changed_at: entry.at });
}

async function assignQuota(
  db: Kysely<Schema>,
  entry: Entry<CertificateEvent>,
  event: CertificateQuotaAssigned,
): Promise<void> {
  const row = await rowOf(db, entry, event);
  if (!row || !isAuthorityKind(row.kind) || (row.state !== 'issued' && row.state !== 'revoked')) {
    throw new Refused({ kind: 'authority-not-found', identifier: event.identifier });
  }
  if (event.total !== null && event.total < row.issued_count) {
    throw new Refused({ kind: 'quota-below-issued', identifier: event.identifier, issued: row.issued_count });
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
  event: CertificateEvent,
): Promise<Row | undefined> {
  return await db
    .selectFrom('certificates')
    .select(['account', 'id', 'kind', 'state', 'issuer', 'resource_group_id', 'changed_at'])
    .select(['reason', 'revoked_at', 'custom_identifier', 'issued_count'])
    .where('identifier', '=', event.identifier)
    .where('account', '=', account)
    .where('issuer', '=', event.issuer)
    .where('serial', '=', event.serialNumber)
    .executeTakeFirst();
}

/** The row, of a certificate that callers can see. */
async function described(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateEvent): Promise<Row> {
  const row = await rowOf(db, entry, event);
  if (row?.state === 'pending' || row?.state === 'issued' || row?.state === 'revoked') return row;
  throw notFound(event);
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
  await recount(db, row, { ...row, state: columns.state, changed_at: at });
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
