// Makes certificates: what is signed is recorded, with its serial number taken, before anybody is given it.

import { type RandomBytes, sha256Hex } from '../base/bytes.ts';
import type { AccountId, Actor, Draft } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { familyOf, type KeyAlgorithm, signatureAlgorithmOf } from '../pki/algorithm.ts';
import { buildTbsCertificate } from '../pki/certificate.ts';
import type { Extension } from '../pki/extensions.ts';
import { encodeName, formatName, type Name } from '../pki/name.ts';
import { generateSerialNumber, type SerialNumber } from '../pki/serial-number.ts';
import type { Background } from './background.ts';
import type { CertificateReserved } from './events.ts';
import { newIdentifier } from './identifier.ts';
import type { Issuer, Issuers } from './issuers.ts';
import type { AuthorityTerms, CertificateKind, ClientToken, Identifier, Labels } from './model.ts';
import { issueInBackground } from './pending.ts';
import { type IssuedCertificate, type SigningServices, signIntended, signReserved } from './signing.ts';
import type { Validity } from './validity.ts';

export interface IssuanceRules {
  /** Base of the addresses written into certificates, without a trailing slash: `http://pki.example`. */
  readonly publicUrl: string;
  /** RSA_1024 is short enough to be factored; refused unless the operator turns it on for old devices. */
  readonly allowRsa1024: boolean;
}

export interface IssuanceServices extends SigningServices {
  readonly issuers: Issuers;
  /** For identifiers and serial numbers, which everybody may know: no secret is made from it. */
  readonly randomForNames: RandomBytes;
  readonly background: Background;
  readonly issuanceRules: IssuanceRules;
}

/** Whose key is certified: a pair made here, or a public key whose holder has proven to have the private one. */
export type SubjectKey = { readonly made: KeyAlgorithm } | GivenKey;

/** SubjectPublicKeyInfo, DER. */
export interface GivenKey {
  readonly given: Uint8Array;
  readonly algorithm: KeyAlgorithm;
}

export interface CertificatePlan {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly kind: CertificateKind;
  /** `undefined`: signed by its own key, a root. */
  readonly issuer: Issuer | undefined;
  readonly key: SubjectKey;
  readonly subject: Name;
  /** The subject as its owner encoded it; absent: encoded here. */
  readonly subjectDer?: Uint8Array | undefined;
  readonly validity: Validity;
  readonly labels: Labels;
  /** Absent: drawn at random. */
  readonly serialNumber?: SerialNumber;
  /** Present exactly for authorities. */
  readonly terms?: AuthorityTerms;
  /** The profile, once the public key is known. */
  readonly extensions: (spki: Uint8Array) => readonly Extension[];
  readonly clientToken?: ClientToken | undefined;
  /** Whether it is signed after the caller was answered. */
  readonly inBackground?: boolean;
}

/**
 * Makes the certificate, and a key pair for it where none is given.
 * @throws {Refused} `algorithm-not-allowed`, `algorithm-family-differs`, and what the store refuses.
 */
export async function certify(plan: CertificatePlan, services: IssuanceServices): Promise<IssuedCertificate> {
  const { store, clock, randomForNames, background } = services;
  const algorithm = assertAlgorithm(plan, services.issuanceRules);
  const identifier = newIdentifier(clock.now(), randomForNames);
  const subject = {
    identifier,
    issuer: plan.issuer?.record.identifier ?? identifier,
    serialNumber: plan.serialNumber ?? generateSerialNumber(randomForNames),
  };
  const { publicKey, sealed } = await subjectKey(plan, identifier, services);
  const signingKey = plan.issuer?.key ?? { identifier, algorithm, sealed: requireSealed(sealed) };
  // Encoded before anything is written: a name or address that cannot be encoded is refused with nothing reserved.
  const subjectDer = plan.subjectDer ?? encodeName(plan.subject);
  const tbs = buildTbsCertificate({
    serialNumber: subject.serialNumber,
    signatureAlgorithm: signatureAlgorithmOf(signingKey.algorithm),
    // RFC 5280 §4.1.2.4: the issuer's name is copied byte for byte from its certificate, never encoded anew.
    issuerDer: plan.issuer?.certificate.subjectDer ?? subjectDer,
    subjectDer,
    notBefore: plan.validity.notBefore,
    notAfter: plan.validity.notAfter,
    spki: publicKey,
    extensions: plan.extensions(publicKey),
  });
  const { account, actor, kind, clientToken, inBackground } = plan;
  // Kept where somebody may have to finish this: the background, or whoever comes again with the token.
  const isKept = inBackground || clientToken !== undefined;

  const reservation: Draft<CertificateReserved> = {
    at: clock.now(),
    account,
    actor,
    event: {
      kind: 'certificate-reserved',
      ...subject,
      certificateKind: kind,
      keyAlgorithm: algorithm,
      subject: formatName(plan.subject),
      notBefore: plan.validity.notBefore,
      notAfter: plan.validity.notAfter,
      labels: plan.labels,
      ...(plan.terms && { terms: plan.terms }),
      ...(inBackground && { pending: true }),
      ...(isKept && { tbsSha256: sha256Hex(tbs) }),
      ...(clientToken && { clientToken }),
    },
  };
  const material = { ...(sealed && { sealedKey: sealed }), ...(isKept && { tbs }) };
  const signerPublicKey = plan.issuer?.certificate.spki ?? publicKey;
  const intended = { account, actor, subject, kind, tbs, signingKey, signerPublicKey };
  if (!isKept) {
    // One transaction, for nobody could finish what a crash leaves of two: what is signed here leaves the process only once
    // it is recorded. The issuer's state is checked inside it.
    const { issued, ...certificate } = await signIntended(intended, services);
    await store.appendAll([reservation, issued], { ...material, der: certificate.der });
    return certificate;
  }
  // A crash before this commit leaves nothing; one after it leaves what the background, or the same token, finishes.
  await store.append(reservation, material);
  if (inBackground) {
    background.start(`issue ${identifier}`, () => issueInBackground(account, identifier, services));
    return { identifier, serialNumber: subject.serialNumber };
  }
  return await signReserved(intended, services);
}

async function subjectKey(
  { key, account }: CertificatePlan,
  identifier: Identifier,
  { signer }: IssuanceServices,
): Promise<{ readonly publicKey: Uint8Array; readonly sealed?: Uint8Array }> {
  return 'given' in key ? { publicKey: key.given } : await signer.generate(identifier, key.made, account);
}

function requireSealed(sealed: Uint8Array | undefined): Uint8Array {
  if (!sealed) throw new TypeError('a root signs itself with a key made here');
  return sealed;
}

/** A key that a caller brings may be of another family than the issuer's: it signs nothing here. */
function assertAlgorithm({ key, issuer }: CertificatePlan, rules: IssuanceRules): KeyAlgorithm {
  const algorithm = 'given' in key ? key.algorithm : key.made;
  if (algorithm === 'RSA_1024' && !rules.allowRsa1024) {
    throw new Refused({
      kind: 'algorithm-not-allowed',
      algorithm,
      reason: 'RSA keys of 1024 bits can be broken; the setting CERTITUDE_ALLOW_RSA_1024=1 allows them',
    });
  }
  if (issuer && 'made' in key && familyOf(issuer.record.keyAlgorithm) !== familyOf(algorithm)) {
    throw new Refused({
      kind: 'algorithm-family-differs',
      algorithm,
      issuerAlgorithm: issuer.record.keyAlgorithm,
    });
  }
  return algorithm;
}
