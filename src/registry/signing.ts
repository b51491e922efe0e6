// The step of issuing in which something is signed: what was reserved becomes a certificate, and is recorded before it is given out.

import { sha256Hex } from '../base/bytes.ts';
import type { AccountId, Actor, Draft } from '../base/journal-entry.ts';
import type { Clock } from '../base/time.ts';
import { signatureAlgorithmOf } from '../pki/algorithm.ts';
import { assembleCertificate } from '../pki/certificate.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { VerifySignature } from '../pki/signature.ts';
import type { CertificateIssued } from './events.ts';
import type { AuthorityRecord, CertificateKind, Identifier } from './model.ts';
import type { Signer, SigningKey } from './signer.ts';
import type { CertificateStore } from './store.ts';

export interface SigningServices {
  readonly store: CertificateStore;
  readonly signer: Signer;
  readonly verify: VerifySignature;
  readonly clock: Clock;
}

export interface IssuedCertificate {
  readonly identifier: Identifier;
  readonly serialNumber: SerialNumber;
  /** Absent while pending. */
  readonly der?: Uint8Array;
}

export interface IntendedCertificate {
  readonly account: AccountId;
  readonly actor: Actor;
  readonly subject: Pick<IssuedCertificate, 'identifier' | 'serialNumber'> & { readonly issuer: Identifier };
  readonly kind: CertificateKind;
  readonly tbs: Uint8Array;
  readonly signingKey: SigningKey;
  /** SubjectPublicKeyInfo, DER. */
  readonly signerPublicKey: Uint8Array;
}

/**
 * Signs what is intended, and records nothing: the certificate is not to be given out before `issued` is in the journal.
 */
export async function signIntended(
  { account, actor, subject, kind, tbs, signingKey, signerPublicKey }: IntendedCertificate,
  { signer, verify, clock }: Pick<SigningServices, 'signer' | 'verify' | 'clock'>,
): Promise<Required<IssuedCertificate> & { readonly issued: Draft<CertificateIssued> }> {
  const signature = await signer.sign(signingKey, tbs);
  // A signer that errs (a fault, an altered store) must not be believed: nothing is handed out that does not verify.
  const signatureAlgorithm = signatureAlgorithmOf(signingKey.algorithm);
  if (!(await verify(tbs, signature, signerPublicKey, signatureAlgorithm))) {
    throw new Error(`the signature on certificate ${subject.identifier} does not verify under its issuer's key`);
  }
  const der = assembleCertificate(tbs, signatureAlgorithm, signature);
  const { identifier, serialNumber } = subject;
  const event = { kind: 'certificate-issued', ...subject, certificateKind: kind, sha256: sha256Hex(der) } as const;
  return { identifier, serialNumber, der, issued: { at: clock.now(), account, actor, event } };
}

/**
 * Signs what was reserved and records the certificate.
 * @throws {Refused} as the store does for `certificate-issued`.
 */
export async function signReserved(
  reserved: IntendedCertificate,
  services: SigningServices,
): Promise<Required<IssuedCertificate>> {
  const { issued, ...certificate } = await signIntended(reserved, services);
  await services.store.append(issued, { der: certificate.der });
  return certificate;
}

export async function signingKeyOf(
  { identifier, keyAlgorithm }: Pick<AuthorityRecord, 'identifier' | 'keyAlgorithm'>,
  store: Pick<CertificateStore, 'sealedKey'>,
): Promise<SigningKey> {
  const sealed = await store.sealedKey(identifier);
  if (!sealed) throw new Error(`authority ${identifier} has no private key in the store`);
  return { identifier, algorithm: keyAlgorithm, sealed };
}
