// Creates the authorities: self-signed roots, subordinates signed by a root, and external ones for keys held elsewhere.

import { equalBytes } from '../base/bytes.ts';
import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { toSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { ExtendedKeyUsage, Extension } from '../pki/extensions.ts';
import { encodeName, type Name } from '../pki/name.ts';
import { type Addresses, authorityExtensions } from '../pki/profiles.ts';
import { addressesOfRoot } from './addresses.ts';
import { chainOf } from './authority-chain.ts';
import { once } from './client-token.ts';
import { certify, type GivenKey, type IssuanceServices } from './issuance.ts';
import { type Issuer, keyIdentifierOf } from './issuers.ts';
import type { AuthorityTerms, ClientToken, Identifier, Labels } from './model.ts';
import { finishReserved } from './pending.ts';
import type { IssuedCertificate } from './signing.ts';
import { decideValidity, type ValidityRequest } from './validity.ts';

interface Common {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly subject: Name;
  readonly labels: Labels;
  readonly clientToken?: ClientToken | undefined;
}

interface CreateAuthority extends Common {
  readonly algorithm: KeyAlgorithm;
  readonly years: number;
}

interface CreateSubordinate extends CreateAuthority {
  readonly parent: string;
  readonly terms: AuthorityTerms;
  /** What the authority and all it issues are restricted to; empty for no restriction. */
  readonly extendedKeyUsages: readonly ExtendedKeyUsage[];
}

interface CreateExternal extends Common {
  readonly parent: string;
  readonly key: GivenKey;
  /** The subject as its owner encoded it; absent: encoded here. */
  readonly subjectDer?: Uint8Array | undefined;
  readonly validity: ValidityRequest;
  readonly terms: AuthorityTerms;
  /** The profile, once the issuer is known. */
  readonly extensions: (facts: ExternalProfileFacts) => readonly Extension[];
}

export interface ExternalProfileFacts {
  readonly spki: Uint8Array;
  readonly issuerKeyIdentifier: Uint8Array;
  readonly addresses: Addresses;
}

export interface CreatedAuthority {
  readonly identifier: Identifier;
  readonly der: Uint8Array;
  /** The new certificate and those above it, root last, DER. */
  readonly chain: readonly Uint8Array[];
}

/** @throws {Refused} `algorithm-not-allowed`, `validity-refused`, `client-token-mismatch` */
export async function createRoot(command: CreateAuthority, services: IssuanceServices): Promise<CreatedAuthority> {
  return await create(command, services, () =>
    certify(
      {
        ...command,
        kind: 'root',
        key: { made: command.algorithm },
        issuer: undefined,
        validity: decideValidity(yearsOf(command), toSeconds(services.clock.now()), undefined),
        terms: {},
        extensions: (spki) => authorityExtensions({ spki }),
      },
      services,
    ),
  );
}

/**
 * @throws {Refused} `authority-not-found`, `not-a-root`, `authority-revoked`, `algorithm-not-allowed`,
 *   `algorithm-family-differs`, `validity-refused`, `beyond-issuer`, `path-length-exceeded`, `quota-exhausted`,
 *   `client-token-mismatch`
 */
export async function createSubordinate(
  command: CreateSubordinate,
  services: IssuanceServices,
): Promise<CreatedAuthority> {
  return await create(command, services, async () => {
    const issuer = await openRoot(command, services);
    const { pathLength } = command.terms;
    return await certify(
      {
        ...command,
        kind: 'subordinate',
        key: { made: command.algorithm },
        issuer,
        validity: decideValidity(yearsOf(command), toSeconds(services.clock.now()), issuer.certificate),
        extensions: (spki) =>
          authorityExtensions({
            spki,
            issuerKeyIdentifier: keyIdentifierOf(issuer),
            ...(pathLength !== undefined && { pathLength }),
            extendedKeyUsages: command.extendedKeyUsages,
            addresses: addressesOfRoot(issuer.record.identifier, services.issuanceRules.publicUrl),
          }),
      },
      services,
    );
  });
}

/**
 * Signs an authority whose key is held elsewhere; it issues nothing here.
 * @throws {Refused} `csr-refused` for one named like the root; as {@link createSubordinate} does, but for the family.
 */
export async function createExternal(command: CreateExternal, services: IssuanceServices): Promise<CreatedAuthority> {
  return await create(command, services, async () => {
    const issuer = await openRoot(command, services);
    // RFC 5280 §6.1: who is named like the issuer passes for the issuer itself, and counts in no path length.
    if (equalBytes(command.subjectDer ?? encodeName(command.subject), issuer.certificate.subjectDer)) {
      throw new Refused({ kind: 'csr-refused', reason: 'its subject is that of the root' });
    }
    return await certify(
      {
        ...command,
        kind: 'external',
        issuer,
        validity: decideValidity(command.validity, toSeconds(services.clock.now()), issuer.certificate),
        extensions: (spki) =>
          command.extensions({
            spki,
            issuerKeyIdentifier: keyIdentifierOf(issuer),
            addresses: addressesOfRoot(issuer.record.identifier, services.issuanceRules.publicUrl),
          }),
      },
      services,
    );
  });
}

async function create(
  command: Common,
  services: IssuanceServices,
  make: () => Promise<IssuedCertificate>,
): Promise<CreatedAuthority> {
  const { account } = command;
  const { identifier, der } = await once(command, services.store, make, (earlier) =>
    finishReserved(account, earlier, services),
  );
  if (!der) throw new TypeError('an authority is never pending');
  const record = await services.store.signerOf(account, identifier);
  const chain = record ? await chainOf(record, services.store) : [];
  return { identifier, der, chain: chain.map((each) => each.der) };
}

/** RFC 5280 §4.2.1.9: each step down needs one more of the path length, and a subordinate cannot allow more than is left. */
async function openRoot(
  { account, parent, terms }: CreateSubordinate | CreateExternal,
  services: IssuanceServices,
): Promise<Issuer> {
  const issuer = await services.issuers.open({ account, identifier: parent, kind: 'root' });
  const allowed = issuer.record.terms.pathLength;
  if (allowed !== undefined && (allowed < 1 || (terms.pathLength ?? 0) > allowed - 1)) {
    throw new Refused({ kind: 'path-length-exceeded', identifier: issuer.record.identifier });
  }
  return issuer;
}

function yearsOf({ years }: CreateAuthority): ValidityRequest {
  return { kind: 'months', months: years * 12 };
}
