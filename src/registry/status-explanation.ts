// Why the status of a serial number is what it is: the certificates that bear it, the authorities above them, and the
// journal entry that decided. Read from the store; what it is, the status index says.

import type { AccountId, Entry } from '../base/journal-entry.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { formatName } from '../pki/name.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { CertificateEvent } from './events.ts';
import type { AuthorityRecord, CertificateState } from './model.ts';
import type { Bearer, CertificateStore } from './store.ts';

export type ExplainingStore = Pick<CertificateStore, 'bearersOf' | 'signerOf' | 'historyOf'>;

export interface StatusExplanation {
  /** Oldest first. */
  readonly bearers: readonly ExplainedBearer[];
  /** Absent where nothing was ever issued under the serial number. */
  readonly deciding?: {
    /** Itself, or the authority above it whose revocation counts for it. */
    readonly certificate: Bearer;
    /** Absent where it is not among the last entries about the certificate. */
    readonly entry?: Entry<CertificateEvent>;
    /** The last of what happened to that certificate, oldest first. */
    readonly history: readonly Entry<CertificateEvent>[];
  };
}

export interface ExplainedBearer {
  readonly certificate: Bearer;
  /** Nearest first, the root last; empty for a root, and where nothing was issued. */
  readonly authorities: readonly Bearer[];
}

/** A serial number has one bearer, unless external requests were made up. */
const mostBearers = 10;
const mostEntries = 50;

export async function explainStatus(
  account: AccountId,
  serialNumber: SerialNumber,
  store: ExplainingStore,
): Promise<StatusExplanation> {
  const found = await store.bearersOf(account, serialNumber, mostBearers);
  const bearers: ExplainedBearer[] = [];
  for (const certificate of found) {
    bearers.push({ certificate, authorities: await authoritiesAbove(certificate, account, store) });
  }
  const issued = bearers.filter(({ certificate }) => isIssued(certificate.state));
  const [first] = issued;
  if (!first) return { bearers };
  const candidates: Deciding[] = [];
  for (const { certificate, authorities } of issued) {
    const revoked = earliestRevoked([certificate, ...authorities]);
    if (revoked) candidates.push(await entryThatDecided(account, revoked, store));
  }
  // Revoked by one is revoked; of the same moment, what the journal has first.
  const [deciding] = candidates.sort(byMoment);
  return { bearers, deciding: deciding ?? (await entryThatDecided(account, first.certificate, store)) };
}

type Deciding = NonNullable<StatusExplanation['deciding']>;

function isIssued(state: CertificateState): boolean {
  return state === 'issued' || state === 'revoked' || state === 'deleted';
}

/** Of a certificate and those above it, as the status index has it: the earliest, and of the same moment the nearest. */
function earliestRevoked(chain: readonly Bearer[]): Bearer | undefined {
  let earliest: Bearer | undefined;
  for (const each of chain) {
    if (each.revokedAt === undefined || each.state === 'issued') continue;
    if (earliest?.revokedAt === undefined || each.revokedAt < earliest.revokedAt) earliest = each;
  }
  return earliest;
}

function byMoment(a: Deciding, b: Deciding): number {
  const moments = (a.certificate.revokedAt ?? 0) - (b.certificate.revokedAt ?? 0);
  return moments || (a.entry?.sequence ?? 0) - (b.entry?.sequence ?? 0);
}

async function entryThatDecided(account: AccountId, certificate: Bearer, store: ExplainingStore): Promise<Deciding> {
  const history = await store.historyOf(account, certificate.identifier, { last: mostEntries });
  const entry = history.findLast(({ event }) => changesStatus.has(event.kind));
  return { certificate, history, ...(entry && { entry }) };
}

const changesStatus = new Set<CertificateEvent['kind']>([
  'certificate-issued',
  'certificate-revoked',
  'certificate-released',
]);

async function authoritiesAbove(
  { identifier, issuer, state }: Bearer,
  account: AccountId,
  store: ExplainingStore,
): Promise<readonly Bearer[]> {
  const above: Bearer[] = [];
  if (!isIssued(state)) return above;
  for (let [below, next] = [identifier, issuer]; below !== next; ) {
    const authority = await store.signerOf(account, next);
    if (!authority) throw new Error(`certificate ${below}: its issuer ${next} is not in the store`);
    above.push(asBearer(authority));
    [below, next] = [authority.identifier, authority.issuer];
  }
  return above;
}

function asBearer(record: AuthorityRecord): Bearer {
  const { subject, notAfter } = parseCertificate(record.der);
  const { identifier, issuer, serialNumber, kind, state, revokedAt, reason } = record;
  return {
    identifier,
    issuer,
    serialNumber,
    kind,
    state,
    subject: formatName(subject),
    notAfter,
    ...(revokedAt !== undefined && { revokedAt }),
    ...(reason && { reason }),
  };
}
