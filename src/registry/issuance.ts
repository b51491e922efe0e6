// Makes certificates: reserve, record the intent, sign, record the certificate. Nothing signed is ever unknown.

import { bytesToHex, type RandomBytes, sha256Hex } from '../base/bytes.ts';
import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { familyOf, type KeyAlgorithm, signatureAlgorithmOf } from '../pki/algorithm.ts';
import { buildTbsCertificate, type Certificate, parseCertificate } from '../pki/certificate.ts';
import type { Extension } from '../pki/extensions.ts';
import { encodeName, formatName, type Name } from '../pki/name.ts';
import { generateSerialNumber, type SerialNumber } from '../pki/serial-number.ts';
import { chainOf } from './authority-chain.ts';
import type { Background } from './background.ts';
import type { AuthorityRecord, AuthorityTerms, CertificateKind, ClientToken, Identifier, Labels } from './model.ts';
import { issueInBackground } from './pending.ts';
import type { SigningKey } from './signer.ts';
import { type IssuedCertificate, type SigningServices, signingKeyOf, signReserved } from './signing.ts';
import type { Validity } from './validity.ts';

export interface IssuanceRules {
  /** Base of the addresses written into certificates, without a trailing slash: `http://pki.example`. */
  readonly publicUrl: string;
  /** RSA_1024 is short enough to be factored; refused unless the operator turns it on for old devices. */
  readonly allowRsa1024: boolean;
}

export interface IssuanceServices extends SigningServices {
  readonly random: RandomBytes;
  readonly background: Background;
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
  const { store, clock, random, background } = services;
  const algorithm = assertAlgorithm(plan, services.issuanceRules);
  const identifier = bytesToHex(random(16)) as Identifier;
  const subject = {
    identifier,
    issuer: plan.issuer?.record.identifier ?? identifier,
    serialNumber: plan.serialNumber ?? generateSerialNumber(random),
  };
  const { publicKey, sealed } = await subjectKey(plan.key, identifier, services);
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

  // A crash before this commit leaves nothing. The issuer's state is checked inside it.
  await store.append(
    {
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
    },
    { ...(sealed && { sealedKey: sealed }), ...(isKept && { tbs }) },
  );
  if (inBackground) {
    background.start(`issue ${identifier}`, () => issueInBackground(account, identifier, services));
    return { identifier, serialNumber: subject.serialNumber };
  }
  // A crash from here on leaves a reservation: nobody holds a certificate for it, and its serial stays taken.
  const signerPublicKey = plan.issuer?.certificate.spki ?? publicKey;
  return await signReserved({ account, actor, subject, kind, tbs, signingKey, signerPublicKey }, services);
}

/**
 * Opens an authority for issuing.
 * @throws {Refused} `authority-not-found`, `authority-revoked`, `not-a-root`, `not-a-subordinate`
 */
export async function openIssuer(
  wanted: { readonly account: AccountId; readonly identifier: string; readonly kind: 'root' | 'subordinate' },
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
  return {
    record,
    chain: chain.map(({ der }) => der),
    certificate: parseCertificate(record.der),
    key: await signingKeyOf(record, store),
  };
}

/** What an authority's certificates name as their authorityKeyIdentifier (RFC 5280 §4.2.1.1). */
export function keyIdentifierOf({ certificate, record }: Issuer): Uint8Array {
  const { subjectKeyIdentifier } = certificate.extensions;
  if (!subjectKeyIdentifier) throw new Error(`authority ${record.identifier} has no subject key identifier`);
  return subjectKeyIdentifier;
}

async function subjectKey(
  key: SubjectKey,
  identifier: Identifier,
  { signer }: IssuanceServices,
): Promise<{ readonly publicKey: Uint8Array; readonly sealed?: Uint8Array }> {
  return 'given' in key ? { publicKey: key.given } : await signer.generate(identifier, key.made);
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
