// What callers attach to certificates: alias, resource group, tags; and the inventory they put copies into.

import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import type { Clock } from '../base/time.ts';
import { once } from './client-token.ts';
import { draft, subjectOf } from './drafting.ts';
import type { CertificateLabelled } from './events.ts';
import type { CertificateRecord, ClientToken } from './model.ts';
import type { CertificateStore } from './store.ts';

interface Services {
  readonly store: CertificateStore;
  readonly clock: Clock;
}

interface Command {
  readonly account: AccountId;
  readonly actor: Actor;
}

export type LabelChange = Pick<CertificateLabelled, 'aliasName' | 'resourceGroupId' | 'tags'>;

/**
 * Changes labels of one certificate or several, authorities included: of all of them or of none.
 * @throws {Refused} `certificate-not-found`, `too-many-tags`, `client-token-mismatch`
 */
export async function label(
  command: Command & {
    readonly identifiers: readonly string[];
    readonly change: LabelChange;
    readonly clientToken?: ClientToken | undefined;
  },
  { store, clock }: Services,
): Promise<void> {
  const { identifiers, change, clientToken } = command;
  await once(
    command,
    store,
    async () => {
      const certificates = await Promise.all(identifiers.map((each) => requireCertificate(command, each, store)));
      // Nothing happened, unless a token is to be remembered.
      if (Object.keys(change).length === 0 && !clientToken) return;
      await store.appendAll(
        certificates.map((certificate, index) =>
          draft(command, clock, {
            kind: 'certificate-labelled',
            ...subjectOf(certificate),
            ...change,
            // The token is one call's, and so one entry's.
            ...(clientToken && index === 0 && { clientToken }),
          }),
        ),
      );
    },
    async () => {},
  );
}

/**
 * Puts certificates into the inventory: all of them or none. One that is there stays there.
 * @throws {Refused} `certificate-not-found`, `not-issued-yet`
 */
export async function upload(
  command: Command & { readonly certificates: readonly CertificateRecord[] },
  { store, clock }: Services,
): Promise<void> {
  const missing = command.certificates.filter(({ uploadedAt }) => uploadedAt === undefined);
  await store.appendAll(
    missing.map((certificate) => draft(command, clock, { kind: 'certificate-uploaded', ...subjectOf(certificate) })),
  );
}

async function requireCertificate(
  { account }: Command,
  identifier: string,
  store: CertificateStore,
): Promise<CertificateRecord> {
  const certificate = await store.certificate(account, identifier);
  if (!certificate) throw new Refused({ kind: 'certificate-not-found', identifier });
  return certificate;
}
