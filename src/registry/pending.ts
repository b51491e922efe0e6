// Finishes what a reservation began: certificates issued in the background, and those of a call that was cut short and
// comes again under the same client token.

import { sha256Hex } from '../base/bytes.ts';
import type { AccountId } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { parseCertificate, parseTbsCertificate } from '../pki/certificate.ts';
import type { Identifier } from './model.ts';
import { type IssuedCertificate, type SigningServices, signingKeyOf, signReserved } from './signing.ts';
import { type Reservation, StoreUnavailable, UnknownOutcome } from './store.ts';

/** Issues a pending certificate; what can no longer be issued is abandoned, so that nobody waits for it. */
export async function issueInBackground(
  account: AccountId,
  identifier: Identifier,
  services: SigningServices,
): Promise<void> {
  const { store, clock } = services;
  try {
    await finish(account, identifier, services);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // Somebody else took it up as well, and was faster.
    if ((await store.reservation(account, identifier))?.state !== 'pending') return;
    const [reserved] = await store.historyOf(account, identifier, { first: 1 });
    if (!reserved) throw error;
    const { issuer, serialNumber } = reserved.event;
    await store.append({
      at: clock.now(),
      account,
      actor: reserved.actor,
      event: { kind: 'certificate-abandoned', identifier, issuer, serialNumber, why: error.refusal.kind },
    });
  }
}

/**
 * Takes up, one after the other, what was pending when the process ended. One that fails (its authority's key does not open,
 * say) stays pending and does not keep the others waiting.
 * @throws {AggregateError} at the end, of those that failed.
 */
export async function resumePending(services: SigningServices): Promise<void> {
  const failures: unknown[] = [];
  for (const { account, identifier } of await services.store.pending()) {
    try {
      await issueInBackground(account, identifier, services);
    } catch (error) {
      // Without a store there is no going on; whoever started this tries again.
      if (error instanceof StoreUnavailable || error instanceof UnknownOutcome) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} certificates stay pending`);
}

/**
 * The certificate a reservation led to; signed now if that was left undone and is not the background's to do.
 * Two that finish the same one at once sign the same bytes, and only one signature is recorded and given out.
 * @throws {Refused} as the store does for `certificate-issued`.
 */
export async function finishReserved(
  account: AccountId,
  identifier: Identifier,
  services: SigningServices,
): Promise<IssuedCertificate> {
  const reservation = await requireReservation(account, identifier, services);
  if (reservation.state !== 'reserved') return outcomeOf(reservation);
  try {
    return await finish(account, identifier, services);
  } catch (error) {
    const now = await requireReservation(account, identifier, services);
    if (now.der) return outcomeOf(now);
    throw error;
  }
}

async function finish(
  account: AccountId,
  identifier: Identifier,
  services: SigningServices,
): Promise<IssuedCertificate> {
  const { store } = services;
  const reservation = await requireReservation(account, identifier, services);
  const { issuer, kind, serialNumber, keyAlgorithm, tbs } = reservation;
  if (!tbs) throw new Refused({ kind: 'certificate-not-found', identifier });
  const [reserved] = await store.historyOf(account, identifier, { first: 1 });
  if (reserved?.event.kind !== 'certificate-reserved')
    throw new Error(`certificate ${identifier} is not in the journal`);
  // It has lain in the store: an authority signs what was asked for then, and nothing that was put in its place.
  if (sha256Hex(tbs) !== reserved.event.tbsSha256) {
    throw new Error(`what is to be signed for certificate ${identifier} is not what the journal says`);
  }
  const isRoot = issuer === identifier;
  const authority = isRoot ? undefined : await store.authority(account, issuer);
  if (!isRoot && !authority) throw new Refused({ kind: 'authority-not-found', identifier: issuer });
  return await signReserved(
    {
      account,
      actor: reserved.actor,
      subject: { identifier, issuer, serialNumber },
      kind,
      tbs,
      signingKey: await signingKeyOf(authority ?? { identifier, keyAlgorithm }, store),
      signerPublicKey: authority ? parseCertificate(authority.der).spki : parseTbsCertificate(tbs).spki,
    },
    services,
  );
}

async function requireReservation(
  account: AccountId,
  identifier: Identifier,
  { store }: SigningServices,
): Promise<Reservation> {
  const reservation = await store.reservation(account, identifier);
  if (!reservation) throw new Refused({ kind: 'certificate-not-found', identifier });
  return reservation;
}

function outcomeOf({ identifier, serialNumber, der }: Reservation): IssuedCertificate {
  return { identifier, serialNumber, ...(der && { der }) };
}
