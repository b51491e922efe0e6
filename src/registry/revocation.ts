// The one way to change a certificate's status, and its aftermath: taking a revoked certificate out of the lists.

import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { type Clock, toSeconds } from '../base/time.ts';
import type { CertificateRecord, RevocationReason } from './model.ts';
import type { CertificateStore } from './store.ts';

interface Command {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly identifier: string;
}

interface Services {
  readonly store: CertificateStore;
  readonly clock: Clock;
}

/**
 * Revokes a client or server certificate. On return the revocation is durable and visible to the next question.
 * @throws {Refused} `certificate-not-found`, `already-revoked`
 */
export async function revokeEndEntity(
  command: Command & { readonly reason?: RevocationReason },
  services: Services,
): Promise<void> {
  const certificate = await services.store.certificate(command.account, command.identifier);
  if (!certificate || isAuthority(certificate)) {
    throw new Refused({ kind: 'certificate-not-found', identifier: command.identifier });
  }
  await revoke(certificate, command, services);
}

/**
 * Revokes an authority: it issues nothing more, and everything below it answers *revoked* from this moment.
 * @throws {Refused} `authority-not-found`, `already-revoked`
 */
export async function revokeAuthority(
  command: Command & { readonly reason?: RevocationReason },
  services: Services,
): Promise<void> {
  const authority = await services.store.authority(command.account, command.identifier);
  if (!authority) throw new Refused({ kind: 'authority-not-found', identifier: command.identifier });
  await revoke(authority, command, services);
}

/**
 * Takes a revoked client or server certificate out of lists and descriptions and erases its private key. Its status
 * stays *revoked*: relying parties may hold the certificate for as long as they like.
 * @throws {Refused} `certificate-not-found`, `not-revoked`
 */
export async function deleteEndEntity(command: Command, services: Services): Promise<void> {
  const certificate = await services.store.certificate(command.account, command.identifier);
  if (!certificate || isAuthority(certificate)) {
    throw new Refused({ kind: 'certificate-not-found', identifier: command.identifier });
  }
  await services.store.append({
    at: services.clock.now(),
    account: command.account,
    actor: command.actor,
    event: { kind: 'certificate-deleted', ...subjectOf(certificate) },
  });
}

// The state is not looked at here: only the store can decide which of two simultaneous callers was first.
async function revoke(
  certificate: CertificateRecord,
  command: Command & { readonly reason?: RevocationReason },
  { store, clock }: Services,
): Promise<void> {
  const at = clock.now();
  await store.append({
    at,
    account: command.account,
    actor: command.actor,
    event: {
      kind: 'certificate-revoked',
      ...subjectOf(certificate),
      revokedAt: toSeconds(at),
      ...(command.reason && { reason: command.reason }),
    },
  });
}

function subjectOf({ identifier, issuer, serialNumber }: CertificateRecord) {
  return { identifier, issuer, serialNumber };
}

function isAuthority({ kind }: CertificateRecord): boolean {
  return kind === 'root' || kind === 'subordinate';
}
