// What has to be true of the tables before an event about a certificate is carried out: whoever signs may sign, within its quota;
// names and client tokens are free.

import type { Kysely, Selectable } from 'kysely';
import type { Entry } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import type { CertificateEvent, CertificateIssued, CertificateReserved } from '../../registry/events.ts';
import { type ClientToken, type Identifier, isAuthorityKind } from '../../registry/model.ts';
import { isPending } from './conditions.ts';
import type { Transaction } from './issued-tally.ts';
import { prepared } from './prepared.ts';
import type { CertificatesTable, Schema } from './schema.ts';

/** Whether this may be made: a root needs nobody, a responder only an authority that has signed what it answers for. */
export async function requireMandate(
  { db, issued }: Transaction,
  account: string,
  { certificateKind, issuer, identifier }: CertificateReserved | CertificateIssued,
  { wasPromised }: { readonly wasPromised: boolean },
): Promise<void> {
  if (issuer === identifier) return;
  if (certificateKind === 'responder') return await requireSigner(db, account, issuer);
  const { quota, issued_count } = await requireIssuer(db, account, issuer);
  await requireQuota(db, issuer, { quota, issued_count: issued_count + issued.below(issuer), wasPromised });
}

/** RFC 6960 §2.7: of a revoked authority's certificates it still has to be said that they are revoked. */
export async function requireSigner(db: Kysely<Schema>, account: string, issuer: Identifier): Promise<void> {
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

/**
 * Up to the root: whoever is revoked, nothing more is made below it from the commit of that revocation on.
 * @returns what is known of the issuer itself.
 */
async function requireIssuer(db: Kysely<Schema>, account: string, issuer: Identifier): Promise<IssuerRow> {
  const [row] = (await selectIssuer(db, { issuer })).rows;
  const isAuthority = row?.account === account && isAuthorityKind(row.kind);
  if (isAuthority && row.state === 'issued') {
    if (row.issuer !== issuer) await requireIssuer(db, account, row.issuer);
    return row;
  }
  const kind = isAuthority && row.state === 'revoked' ? 'authority-revoked' : 'authority-not-found';
  throw new Refused({ kind, identifier: issuer });
}

type IssuerRow = Pick<
  Selectable<CertificatesTable>,
  'account' | 'kind' | 'state' | 'issuer' | 'quota' | 'issued_count'
>;

const selectIssuer = prepared((db, { issuer }: { readonly issuer: Identifier }) =>
  db
    .selectFrom('certificates')
    .select(['account', 'kind', 'state', 'issuer', 'quota', 'issued_count'])
    .where('identifier', '=', issuer),
);

/** A pending certificate has been promised to its caller: nothing that comes later takes its place. */
async function requireQuota(
  db: Kysely<Schema>,
  issuer: Identifier,
  { quota, issued_count, wasPromised }: Pick<IssuerRow, 'quota' | 'issued_count'> & { readonly wasPromised: boolean },
): Promise<void> {
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
export async function requireFreeName(
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

export async function takeToken(
  db: Kysely<Schema>,
  { account, at }: Entry<CertificateEvent>,
  clientToken: ClientToken | undefined,
  identifier: Identifier,
): Promise<void> {
  if (!clientToken) return;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('client_tokens')
    .values({ account, ...clientToken, identifier, taken_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw new Refused({ kind: 'client-token-used', token: clientToken.token });
}
