// Makes certificates: reserve, record the intent, sign, record the certificate. Nothing signed is ever unknown.

import { bytesToHex, type RandomBytes, sha256Hex } from '../base/bytes.ts';
import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import type { Clock } from '../base/time.ts';
import { familyOf, type KeyAlgorithm, signatureAlgorithmOf } from '../pki/algorithm.ts';
import { assembleCertificate, buildTbsCertificate, type Certificate, parseCertificate } from '../pki/certificate.ts';
import type { Extension } from '../pki/extensions.ts';
import { encodeName, formatName, type Name } from '../pki/name.ts';
import { generateSerialNumber, type SerialNumber } from '../pki/serial-number.ts';
import { verifySignature } from '../pki/signature.ts';
import { chainOf } from './authority-chain.ts';
import type { AuthorityRecord, AuthorityTerms, CertificateKind, Identifier, Labels } from './model.ts';
import type { Signer, SigningKey } from './signer.ts';
import type { CertificateStore } from './store.ts';
import type { Validity } from './validity.ts';

export interface IssuanceRules {
  /** Base of the addresses written into certificates, without a trailing slash: `http://pki.example`. */
  readonly publicUrl: string;
  /** RSA_1024 is short enough to be factored; refused unless the operator turns it on for old devices. */
  readonly allowRsa1024: boolean;
}

export interface IssuanceServices {
  readonly store: CertificateStore;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly issuanceRules: IssuanceRules;
}

/** The authority that signs, opened for issuing. */
export interface Issuer {
  readonly record: AuthorityRecord;
  /** Its own certificate and those above it, up to the root, DER. */
  readonly chain: readonly Uint8Array[];
  readonly certificate: Certificate;
  readonly key: SigningKey;
}

export interface CertificatePlan {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly kind: CertificateKind;
  /** `undefined`: signed by its own key, a root. */
  readonly issuer: Issuer | undefined;
  readonly algorithm: KeyAlgorithm;
  readonly subject: Name;
  readonly validity: Validity;
  readonly labels: Labels;
  /** Present exactly for authorities. */
  readonly terms?: AuthorityTerms;
  /** The profile, once the public key is known. */
  readonly extensions: (spki: Uint8Array) => readonly Extension[];
}

export interface IssuedCertificate {
  readonly identifier: Identifier;
  readonly serialNumber: SerialNumber;
  readonly der: Uint8Array;
}

/**
 * Makes a key pair and the certificate for it.
 * @throws {Refused} `algorithm-not-allowed`, `algorithm-family-differs`, and what the store refuses.
 */
export async function certify(plan: CertificatePlan, services: IssuanceServices): Promise<IssuedCertificate> {
  const { store, signer, clock, random, issuanceRules } = services;
  assertAlgorithm(plan, issuanceRules);
  const identifier = bytesToHex(random(16)) as Identifier;
  const subject = {
    identifier,
    issuer: plan.issuer?.record.identifier ?? identifier,
    serialNumber: generateSerialNumber(random),
  };
  const { publicKey, sealed } = await signer.generate(identifier, plan.algorithm);
  const signingKey = plan.issuer?.key ?? { identifier, algorithm: plan.algorithm, sealed };
  const signatureAlgorithm = signatureAlgorithmOf(signingKey.algorithm);
  // Encoded before anything is written: a name or address that cannot be encoded is refused with nothing reserved.
  const subjectDer = encodeName(plan.subject);
  const tbsCertificate = buildTbsCertificate({
    serialNumber: subject.serialNumber,
    signatureAlgorithm,
    // RFC 5280 §4.1.2.4: the issuer's name is copied byte for byte from its certificate, never encoded anew.
    issuerDer: plan.issuer?.certificate.subjectDer ?? subjectDer,
    subjectDer,
    notBefore: plan.validity.notBefore,
    notAfter: plan.validity.notAfter,
    spki: publicKey,
    extensions: plan.extensions(publicKey),
  });
  const { account, actor } = plan;

  // A crash before this commit leaves nothing. The issuer's state is checked inside it.
  await store.append(
    {
      at: clock.now(),
      account,
      actor,
      event: {
        kind: 'certificate-reserved',
        ...subject,
        certificateKind: plan.kind,
        keyAlgorithm: plan.algorithm,
        subject: formatName(plan.subject),
        notBefore: plan.validity.notBefore,
        notAfter: plan.validity.notAfter,
        labels: plan.labels,
        ...(plan.terms && { terms: plan.terms }),
      },
    },
    { sealedKey: sealed },
  );
  // A crash from here on leaves a reservation: nobody holds a certificate for it, and its serial stays taken.
  const signature = await signer.sign(signingKey, tbsCertificate);
  // A signer that errs (a fault, an altered store) must not be believed: nothing is handed out that does not verify.
  const signerPublicKey = plan.issuer?.certificate.spki ?? publicKey;
  if (!verifySignature(tbsCertificate, signature, signerPublicKey, signatureAlgorithm)) {
    throw new Error(`the signature on certificate ${identifier} does not verify under its issuer's key`);
  }
  const der = assembleCertificate(tbsCertificate, signatureAlgorithm, signature);
  await store.append(
    {
      at: clock.now(),
      account,
      actor,
      event: { kind: 'certificate-issued', ...subject, certificateKind: plan.kind, sha256: sha256Hex(der) },
    },
    { der },
  );
  return { identifier, serialNumber: subject.serialNumber, der };
}

/**
 * Opens an authority for issuing.
 * @throws {Refused} `authority-not-found`, `authority-revoked`, `not-a-root`, `not-a-subordinate`
 */
export async function openIssuer(
  wanted: { readonly account: AccountId; readonly identifier: string; readonly kind: AuthorityRecord['kind'] },
  { store }: Pick<IssuanceServices, 'store'>,
): Promise<Issuer> {
  const record = await store.authority(wanted.account, wanted.identifier);
  if (!record) throw new Refused({ kind: 'authority-not-found', identifier: wanted.identifier });
  if (record.kind !== wanted.kind) {
    const kind = wanted.kind === 'root' ? 'not-a-root' : 'not-a-subordinate';
    throw new Refused({ kind, identifier: wanted.identifier });
  }
  const chain = await chainOf(record, store);
  // What a revoked authority stands behind is revoked from birth; so nothing below one is issued either.
  const revoked = chain.find(({ state }) => state === 'revoked');
  if (revoked) throw new Refused({ kind: 'authority-revoked', identifier: revoked.identifier });
  const sealed = await store.sealedKey(record.identifier);
  if (!sealed) throw new Error(`authority ${record.identifier} has no private key in the store`);
  return {
    record,
    chain: chain.map(({ der }) => der),
    certificate: parseCertificate(record.der),
    key: { identifier: record.identifier, algorithm: record.keyAlgorithm, sealed },
  };
}

/** What an authority's certificates name as their authorityKeyIdentifier (RFC 5280 §4.2.1.1). */
export function keyIdentifierOf({ certificate, record }: Issuer): Uint8Array {
  const { subjectKeyIdentifier } = certificate.extensions;
  if (!subjectKeyIdentifier) throw new Error(`authority ${record.identifier} has no subject key identifier`);
  return subjectKeyIdentifier;
}

function assertAlgorithm({ algorithm, issuer }: CertificatePlan, rules: IssuanceRules): void {
  if (algorithm === 'RSA_1024' && !rules.allowRsa1024) {
    throw new Refused({
      kind: 'algorithm-not-allowed',
      algorithm,
      reason: 'RSA keys of 1024 bits can be broken; the setting CERTITUDE_ALLOW_RSA_1024=1 allows them',
    });
  }
  if (issuer && familyOf(issuer.record.keyAlgorithm) !== familyOf(algorithm)) {
    throw new Refused({
      kind: 'algorithm-family-differs',
      algorithm,
      issuerAlgorithm: issuer.record.keyAlgorithm,
    });
  }
}
