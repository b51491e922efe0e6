// The one way to change a certificate's status: revoking it, lifting a hold, and taking what is revoked out of the lists.

import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { type Clock, toSeconds, type UnixSeconds } from '../base/time.ts';
import { once } from './client-token.ts';
import { draft, subjectOf } from './drafting.ts';
import { type ClientToken, isAuthorityKind, type RevocationReason } from './model.ts';
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
 * Revokes a client, server or custom certificate. On return the revocation is durable and visible to the next question.
 * One that is on hold can be revoked for good, and stays revoked since it was put on hold.
 * @throws {Refused} `certificate-not-found`, `not-issued-yet`, `already-revoked`
 */
export async function revokeEndEntity(
  command: Command & {
    readonly reason?: RevocationReason | undefined;
    readonly invalidityDate?: UnixSeconds | undefined;
  },
  { store, clock }: Services,
): Promise<void> {
  const { account, actor, identifier } = command;
  await store.appendAbout({ at: clock.now(), account, actor, event: { identifier, ...revocation(command, clock) } });
}

/**
 * Lifts a hold: the certificate counts again (RFC 5280 §5.3.1, removeFromCRL).
 * @throws {Refused} `certificate-not-found`, `not-on-hold`
 */
export async function releaseEndEntity(
  { account, actor, identifier }: Command,
  { store, clock }: Services,
): Promise<void> {
  await store.appendAbout({ at: clock.now(), account, actor, event: { kind: 'certificate-released', identifier } });
}

/**
 * Revokes an authority: it issues nothing more, and everything below it answers *revoked* from this moment.
 * @throws {Refused} `authority-not-found`, `already-revoked`, `client-token-mismatch`
 */
export async function revokeAuthority(
  command: Command & {
    readonly reason?: RevocationReason | undefined;
    readonly clientToken?: ClientToken | undefined;
  },
  { store, clock }: Services,
): Promise<void> {
  await once(
    command,
    store,
    async () => {
      const authority = await store.authority(command.account, command.identifier);
      if (!authority) throw new Refused({ kind: 'authority-not-found', identifier: command.identifier });
      await store.append(draft(command, clock, { ...subjectOf(authority), ...revocation(command, clock) }));
    },
    async () => {},
  );
}

/**
 * Takes a certificate out of lists and descriptions and erases its private key; an authority's stays, to sign that what it
 * issued is revoked. Its status stays *revoked*: relying parties may hold it for as long as they like. A client, server or custom certificate must have been revoked before;
 * an authority that was not is revoked along with it, since whatever is below it can be vouched for no longer.
 * @throws {Refused} `certificate-not-found`, `not-revoked`
 */
export async function deleteCertificate(command: Command, { store, clock }: Services): Promise<void> {
  const { account, identifier } = command;
  const certificate = await store.certificate(account, identifier);
  if (!certificate) throw new Refused({ kind: 'certificate-not-found', identifier });
  const deletion = draft(command, clock, { kind: 'certificate-deleted', ...subjectOf(certificate) });
  const revokedWithIt = isAuthorityKind(certificate.kind) && certificate.state === 'issued';
  const reason = 'cessationOfOperation';
  await store.appendAll(
    revokedWithIt
      ? [draft(command, clock, { ...subjectOf(certificate), ...revocation({ reason }, clock) }), deletion]
      : [deletion],
  );
}

// Whether it is revoked already is not looked at here: only the store can decide which of two simultaneous callers was first.
function revocation(
  {
    reason,
    invalidityDate,
    clientToken,
  }: {
    readonly reason?: RevocationReason | undefined;
    readonly invalidityDate?: UnixSeconds | undefined;
    readonly clientToken?: ClientToken | undefined;
  },
  clock: Clock,
) {
  return {
    kind: 'certificate-revoked',
    revokedAt: toSeconds(clock.now()),
    ...(reason && { reason }),
    ...(invalidityDate !== undefined && { invalidityDate }),
    ...(clientToken && { clientToken }),
  } as const;
}
