// Issues client, server and custom certificates under a subordinate authority.

import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { toSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { Extension } from '../pki/extensions.ts';
import { type Name, type NameParts, nameOf } from '../pki/name.ts';
import { partsOf } from '../pki/name-parts.ts';
import type { Addresses } from '../pki/profiles.ts';
import { generateSerialNumber, type SerialNumber } from '../pki/serial-number.ts';
import { addressesOf } from './addresses.ts';
import { chainOf } from './authority-chain.ts';
import { once } from './client-token.ts';
import { distributionPointOf } from './crl-scopes.ts';
import { certify, type IssuanceServices, type SubjectKey } from './issuance.ts';
import { type Issuer, keyIdentifierOf } from './issuers.ts';
import type { ClientToken, EndEntityKind, Labels } from './model.ts';
import { finishReserved } from './pending.ts';
import type { IssuedCertificate } from './signing.ts';
import { decideValidity, type ValidityRequest } from './validity.ts';

/** What a profile is made from, once issuer and key are known. */
export interface ProfileFacts {
  readonly keyAlgorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo of the subject, DER. */
  readonly spki: Uint8Array;
  readonly issuerKeyIdentifier: Uint8Array;
  readonly subject: Name;
  readonly addresses: Addresses;
}

interface WholeSubject {
  readonly name: Name;
  /** As its owner encoded it; absent: encoded here. */
  readonly der?: Uint8Array;
}

export interface IssueEndEntity {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly kind: EndEntityKind;
  readonly parent: string;
  /** `undefined`: made here, like the issuing authority's own. */
  readonly key: SubjectKey | undefined;
  /** As it is; or parts, of which everything left out but the common name is that of the issuing authority. */
  readonly subject: WholeSubject | { readonly parts: NameParts };
  readonly extensions: (facts: ProfileFacts) => readonly Extension[];
  /** The extended key usages among them, by name or dotted: the issuing authority may be restricted to others. */
  readonly extendedKeyUsages: readonly string[];
  readonly validity: ValidityRequest;
  readonly labels: Labels;
  /** Write the address of the issuer's CRL into it; those of its certificate and of OCSP are always there. */
  readonly withCrlAddress: boolean;
  readonly serialNumber?: SerialNumber | undefined;
  readonly clientToken?: ClientToken | undefined;
  readonly inBackground?: boolean;
}

export interface IssuedEndEntity extends IssuedCertificate {
  /** The new certificate, unless it is pending, and those above it, root last, DER. */
  readonly chain: readonly Uint8Array[];
}

/**
 * @throws {Refused} `authority-not-found`, `not-a-subordinate`, `authority-revoked`, `algorithm-not-allowed`,
 *   `algorithm-family-differs`, `validity-refused`, `beyond-issuer`, `usage-not-allowed`, `custom-identifier-taken`,
 *   `serial-number-taken`, `quota-exhausted`, `client-token-mismatch`
 */
export async function issueEndEntity(command: IssueEndEntity, services: IssuanceServices): Promise<IssuedEndEntity> {
  return await once(
    command,
    services.store,
    () => issue(command, services),
    async (identifier) => {
      const issued = await finishReserved(command.account, identifier, services);
      return withChain(issued, await chainAbove(command, services));
    },
  );
}

async function issue(command: IssueEndEntity, services: IssuanceServices): Promise<IssuedEndEntity> {
  const { account, actor, kind, labels, clientToken, inBackground = false } = command;
  const serialNumber = command.serialNumber ?? generateSerialNumber(services.randomForNames);
  const issuer = await services.issuers.open({ account, identifier: command.parent, kind: 'subordinate' });
  assertUsages(command.extendedKeyUsages, issuer);
  const { notAfter } = issuer.certificate;
  const { terms, identifier: authority } = issuer.record;
  const { publicUrl } = services.issuanceRules;
  const key = command.key ?? { made: issuer.record.keyAlgorithm };
  const subject = subjectOf(command.subject, issuer.certificate.subject);
  const limits = { notAfter, ...(terms.maxDays !== undefined && { maxDays: terms.maxDays }) };
  const issued = await certify(
    {
      account,
      actor,
      kind,
      issuer,
      key,
      subject: subject.name,
      subjectDer: subject.der,
      validity: decideValidity(command.validity, toSeconds(services.clock.now()), limits),
      labels,
      serialNumber,
      clientToken,
      inBackground,
      extensions: (spki) =>
        command.extensions({
          keyAlgorithm: 'given' in key ? key.algorithm : key.made,
          spki,
          issuerKeyIdentifier: keyIdentifierOf(issuer),
          subject: subject.name,
          addresses: {
            ...addressesOf(authority, publicUrl),
            ...(command.withCrlAddress && { crl: distributionPointOf(authority, terms, serialNumber, publicUrl) }),
          },
        }),
    },
    services,
  );
  return withChain(issued, issuer.chain);
}

function subjectOf(wanted: IssueEndEntity['subject'], issuerName: Name): WholeSubject {
  if ('name' in wanted) return wanted;
  const { commonName: _, ...inherited } = partsOf(issuerName);
  return { name: nameOf({ ...inherited, ...wanted.parts }) };
}

function withChain(issued: IssuedCertificate, above: readonly Uint8Array[]): IssuedEndEntity {
  return { ...issued, chain: issued.der ? [issued.der, ...above] : above };
}

/** Of a certificate issued earlier: its authority may be revoked or deleted since. */
async function chainAbove(
  { account, parent }: IssueEndEntity,
  { store }: IssuanceServices,
): Promise<readonly Uint8Array[]> {
  const authority = await store.signerOf(account, parent);
  const above = authority ? await chainOf(authority, store) : [];
  return above.map(({ der }) => der);
}

/** An authority's own extendedKeyUsage limits what relying parties accept below it (OpenSSL, NSS and others agree). */
function assertUsages(usages: readonly string[], { certificate, record }: Issuer): void {
  const allowed: readonly string[] | undefined = certificate.extensions.extendedKeyUsages;
  if (allowed === undefined || allowed.includes('anyExtendedKeyUsage')) return;
  const usage = usages.find((each) => !allowed.includes(each));
  if (usage !== undefined) throw new Refused({ kind: 'usage-not-allowed', identifier: record.identifier, usage });
}
