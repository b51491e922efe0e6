// Creates the authorities: self-signed roots, and subordinates signed by a root.

import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { toSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { ExtendedKeyUsage } from '../pki/extensions.ts';
import type { Name } from '../pki/name.ts';
import { authorityExtensions } from '../pki/profiles.ts';
import { certify, type IssuanceServices, type IssuedCertificate, keyIdentifierOf, openIssuer } from './issuance.ts';
import type { AuthorityTerms, Labels } from './model.ts';
import { decideValidity } from './validity.ts';

interface CreateAuthority {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly algorithm: KeyAlgorithm;
  readonly subject: Name;
  readonly years: number;
  readonly labels: Labels;
}

export interface CreatedAuthority extends IssuedCertificate {
  /** The new certificate and those above it, root last, DER. */
  readonly chain: readonly Uint8Array[];
}

/** @throws {Refused} `algorithm-not-allowed`, `validity-refused` */
export async function createRoot(command: CreateAuthority, services: IssuanceServices): Promise<CreatedAuthority> {
  const now = toSeconds(services.clock.now());
  const created = await certify(
    {
      ...command,
      kind: 'root',
      issuer: undefined,
      validity: decideValidity({ kind: 'months', months: command.years * 12 }, now, undefined),
      terms: {},
      extensions: (spki) => authorityExtensions({ spki }),
    },
    services,
  );
  return { ...created, chain: [created.der] };
}

/**
 * @throws {Refused} `authority-not-found`, `not-a-root`, `authority-revoked`, `algorithm-not-allowed`,
 *   `algorithm-family-differs`, `validity-refused`, `beyond-issuer`, `path-length-exceeded`
 */
export async function createSubordinate(
  command: CreateAuthority & {
    readonly parent: string;
    readonly terms: AuthorityTerms;
    /** What the authority and all it issues are restricted to; empty for no restriction. */
    readonly extendedKeyUsages: readonly ExtendedKeyUsage[];
  },
  services: IssuanceServices,
): Promise<CreatedAuthority> {
  const issuer = await openIssuer({ account: command.account, identifier: command.parent, kind: 'root' }, services);
  const allowed = issuer.record.terms.pathLength;
  // RFC 5280 §4.2.1.9: each step down needs one more of the path length, and a subordinate cannot allow more than is left.
  if (allowed !== undefined && (allowed < 1 || (command.terms.pathLength ?? 0) > allowed - 1)) {
    throw new Refused({ kind: 'path-length-exceeded', identifier: issuer.record.identifier });
  }
  const now = toSeconds(services.clock.now());
  const created = await certify(
    {
      ...command,
      kind: 'subordinate',
      issuer,
      validity: decideValidity({ kind: 'months', months: command.years * 12 }, now, issuer.certificate),
      extensions: (spki) =>
        authorityExtensions({
          spki,
          issuerKeyIdentifier: keyIdentifierOf(issuer),
          ...(command.terms.pathLength !== undefined && { pathLength: command.terms.pathLength }),
          extendedKeyUsages: command.extendedKeyUsages,
        }),
    },
    services,
  );
  return { ...created, chain: [created.der, ...issuer.chain] };
}
