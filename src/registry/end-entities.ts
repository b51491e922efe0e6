// Issues client and server certificates under a subordinate authority; the key pair is made here.

import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { toSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import type { GeneralName } from '../pki/general-name.ts';
import { type NameParts, nameOf } from '../pki/name.ts';
import { partsOf } from '../pki/name-parts.ts';
import { endEntityExtensions } from '../pki/profiles.ts';
import {
  certify,
  type IssuanceServices,
  type IssuedCertificate,
  type Issuer,
  keyIdentifierOf,
  openIssuer,
} from './issuance.ts';
import type { EndEntityKind, Labels } from './model.ts';
import { decideValidity, type ValidityRequest } from './validity.ts';

export interface IssueEndEntity {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly kind: EndEntityKind;
  readonly parent: string;
  /** Absent: like the issuing authority's own. */
  readonly algorithm?: KeyAlgorithm;
  /** Everything left out but the common name is that of the issuing authority. */
  readonly subject: NameParts;
  readonly subjectAlternativeNames: readonly GeneralName[];
  readonly validity: ValidityRequest;
  readonly labels: Labels;
  /** Write the addresses of the issuer's CRL and certificate into it. */
  readonly withCrlAddress: boolean;
}

export interface IssuedEndEntity extends IssuedCertificate {
  /** The new certificate and those above it, root last, DER. */
  readonly chain: readonly Uint8Array[];
}

/**
 * @throws {Refused} `authority-not-found`, `not-a-subordinate`, `authority-revoked`, `algorithm-not-allowed`,
 *   `algorithm-family-differs`, `validity-refused`, `beyond-issuer`, `usage-not-allowed`, `custom-identifier-taken`
 */
export async function issueEndEntity(command: IssueEndEntity, services: IssuanceServices): Promise<IssuedEndEntity> {
  const issuer = await openIssuer(
    { account: command.account, identifier: command.parent, kind: 'subordinate' },
    services,
  );
  assertUsage(command.kind, issuer);
  const { notAfter, subject: issuerName } = issuer.certificate;
  const { terms, identifier: authority } = issuer.record;
  const { publicUrl } = services.issuanceRules;
  const algorithm = command.algorithm ?? issuer.record.keyAlgorithm;
  const { commonName: _, ...inherited } = partsOf(issuerName);
  const subject = nameOf({ ...inherited, ...command.subject });
  const limits = { notAfter, ...(terms.maxDays !== undefined && { maxDays: terms.maxDays }) };
  const issued = await certify(
    {
      account: command.account,
      actor: command.actor,
      kind: command.kind,
      issuer,
      algorithm,
      subject,
      validity: decideValidity(command.validity, toSeconds(services.clock.now()), limits),
      labels: command.labels,
      extensions: (spki) =>
        endEntityExtensions({
          kind: command.kind,
          keyAlgorithm: algorithm,
          spki,
          issuerKeyIdentifier: keyIdentifierOf(issuer),
          subject,
          subjectAlternativeNames: command.subjectAlternativeNames,
          ...(command.withCrlAddress && {
            addresses: { crl: `${publicUrl}/crl/${authority}.crl`, issuer: `${publicUrl}/issuer/${authority}.cer` },
          }),
        }),
    },
    services,
  );
  return { ...issued, chain: [issued.der, ...issuer.chain] };
}

/** An authority's own extendedKeyUsage limits what relying parties accept below it (OpenSSL, NSS and others agree). */
function assertUsage(kind: EndEntityKind, { certificate, record }: Issuer): void {
  const allowed = certificate.extensions.extendedKeyUsages;
  const usage = kind === 'client' ? 'clientAuth' : 'serverAuth';
  if (allowed === undefined || allowed.includes(usage) || allowed.includes('anyExtendedKeyUsage')) return;
  throw new Refused({ kind: 'usage-not-allowed', identifier: record.identifier, usage });
}
