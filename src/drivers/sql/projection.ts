// Carries a certificate's event out on the tables, where the state allows it. Runs inside the transaction of the append,
// under the one writer lock; whatever is refused here has written nothing yet.

import type { Kysely } from 'kysely';
import { assertNever } from '../../base/assert-never.ts';
import { sha256Hex } from '../../base/bytes.ts';
import type { Entry } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import type {
  CertificateDeleted,
  CertificateEvent,
  CertificateIssued,
  CertificateReserved,
  CertificateRevoked,
} from '../../registry/events.ts';
import type { Material } from '../../registry/store.ts';
import { type CertificatesTable, privateKeyIdentity, type Schema } from './schema.ts';

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
    case 'certificate-revoked':
      return revoke(db, entry, event);
    case 'certificate-deleted':
      return remove(db, entry, event);
    default:
      return assertNever(event);
  }
}

/** What a reservation settles for good; verification compares the row with this. */
export function reservedColumns(account: string, event: CertificateReserved) {
  const { labels } = event;
  return {
    identifier: event.identifier,
    account,
    kind: event.certificateKind,
    issuer: event.issuer,
    serial: event.serialNumber,
    key_algorithm: event.keyAlgorithm,
    alias_name: labels.aliasName ?? null,
    custom_identifier: labels.customIdentifier ?? null,
    resource_group_id: labels.resourceGroupId ?? null,
    terms: event.terms ? JSON.stringify(event.terms) : null,
  } satisfies Partial<CertificatesTable>;
}

async function reserve(
  db: Kysely<Schema>,
  { account, sequence }: Entry<CertificateEvent>,
  event: CertificateReserved,
  { sealedKey }: Material,
): Promise<void> {
  if (event.issuer !== event.identifier) await requireIssuer(db, account, event.issuer);
  await requireFreeName(db, account, event.labels.customIdentifier);
  const columns = { ...reservedColumns(account, event), state: 'reserved' as const, sequence };
  const written = await db
    .insertInto('certificates')
    .values(columns)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (written.numInsertedOrUpdatedRows === 0n)
    throw new Refused({ kind: 'serial-number-taken', serialNumber: event.serialNumber });
  const { tags = [] } = event.labels;
  if (tags.length > 0) {
    const rows = tags.map(({ key, value }, position) => ({ identifier: event.identifier, position, key, value }));
    await db.insertInto('tags').values(rows).execute();
  }
  if (sealedKey) {
    const identity = privateKeyIdentity(event.identifier);
    await db.insertInto('sealed').values({ identity, bytes: sealedKey }).execute();
  }
}

/** Up to the root: whoever is revoked, nothing more is made below it from the commit of that revocation on. */
async function requireIssuer(db: Kysely<Schema>, account: string, issuer: string): Promise<void> {
  const row = await db
    .selectFrom('certificates')
    .select(['account', 'kind', 'state', 'issuer'])
    .where('identifier', '=', issuer as CertificatesTable['identifier'])
    .executeTakeFirst();
  const isAuthority = row?.account === account && (row.kind === 'root' || row.kind === 'subordinate');
  if (isAuthority && row.state === 'issued') {
    if (row.issuer !== issuer) await requireIssuer(db, account, row.issuer);
    return;
  }
  const kind = isAuthority && row.state === 'revoked' ? 'authority-revoked' : 'authority-not-found';
  throw new Refused({ kind, identifier: issuer });
}

/** A reservation alone does not hold a name: after a crash its caller must be able to ask for it again. */
async function requireFreeName(db: Kysely<Schema>, account: string, name: string | null | undefined): Promise<void> {
  if (name === null || name === undefined) return;
  const holder = await db
    .selectFrom('certificates')
    .select('id')
    .where('account', '=', account as CertificatesTable['account'])
    .where('custom_identifier', '=', name)
    .where('state', 'in', ['issued', 'revoked'])
    .executeTakeFirst();
  if (holder) throw new Refused({ kind: 'custom-identifier-taken', customIdentifier: name });
}

async function nameReserved(db: Kysely<Schema>, identifier: CertificateIssued['identifier']): Promise<string | null> {
  const row = await db
    .selectFrom('certificates')
    .select('custom_identifier')
    .where('identifier', '=', identifier)
    .executeTakeFirst();
  return row?.custom_identifier ?? null;
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
  if (event.issuer !== event.identifier) await requireIssuer(db, entry.account, event.issuer);
  await requireFreeName(db, entry.account, await nameReserved(db, event.identifier));
  const written = await update(db, entry, event)
    .set({ state: 'issued', der, sequence: entry.sequence })
    .where('kind', '=', event.certificateKind)
    .where('state', '=', 'reserved')
    .executeTakeFirst();
  if (written.numUpdatedRows === 0n) throw new Refused({ kind: 'certificate-not-found', identifier: event.identifier });
}

async function revoke(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateRevoked): Promise<void> {
  const written = await update(db, entry, event)
    .set({
      state: 'revoked',
      revoked_at: event.revokedAt,
      reason: event.reason ?? null,
      sequence: entry.sequence,
    })
    .where('state', '=', 'issued')
    .executeTakeFirst();
  if (written.numUpdatedRows === 0n) await refuseUnless(db, entry, event, 'revoked', 'already-revoked');
}

async function remove(db: Kysely<Schema>, entry: Entry<CertificateEvent>, event: CertificateDeleted): Promise<void> {
  // The row stays: its serial number keeps answering *revoked*, and CRLs need it.
  const written = await update(db, entry, event)
    .set({ state: 'deleted', sequence: entry.sequence })
    .where('state', '=', 'revoked')
    .executeTakeFirst();
  if (written.numUpdatedRows === 0n) await refuseUnless(db, entry, event, 'issued', 'not-revoked');
  await db.deleteFrom('sealed').where('identity', '=', privateKeyIdentity(event.identifier)).execute();
}

/** The row the event is about, by everything that names it: one wrong member and no row is touched. */
function update(db: Kysely<Schema>, { account }: Entry<CertificateEvent>, event: CertificateEvent) {
  return db
    .updateTable('certificates')
    .where('identifier', '=', event.identifier)
    .where('account', '=', account)
    .where('issuer', '=', event.issuer)
    .where('serial', '=', event.serialNumber);
}

/** Says why nothing was touched: with the certificate in `state`, `refusal`; else there is none to speak of. */
async function refuseUnless(
  db: Kysely<Schema>,
  { account }: Entry<CertificateEvent>,
  { identifier, issuer, serialNumber }: CertificateEvent,
  state: 'issued' | 'revoked',
  refusal: 'already-revoked' | 'not-revoked',
): Promise<never> {
  const row = await db
    .selectFrom('certificates')
    .select('state')
    .where('identifier', '=', identifier)
    .where('account', '=', account)
    .where('issuer', '=', issuer)
    .where('serial', '=', serialNumber)
    .executeTakeFirst();
  throw new Refused({ kind: row?.state === state ? refusal : 'certificate-not-found', identifier });
}
