// The port to the holder of private keys. Whoever implements it never lets a private key out in the clear.

import type { AccountId } from '../base/journal-entry.ts';
import type { KeyAlgorithm, SignatureAlgorithm } from '../pki/algorithm.ts';
import type { Identifier } from './model.ts';

/** A private key: whose it is, of what kind, and the sealed private half as `generate` gave it. */
export interface SigningKey {
  readonly identifier: Identifier;
  readonly algorithm: KeyAlgorithm;
  readonly sealed: Uint8Array;
}

export interface Signer {
  /**
   * Makes a key pair off the event loop.
   * @returns the public key as SubjectPublicKeyInfo (DER) and the private key, sealed and bound to `identifier`: it
   *   opens for no other certificate.
   * @param account  on whose behalf: accounts take turns.
   * @throws {SignerBusy} when the account has so many keys being made that this one would take too long.
   */
  generate(
    identifier: Identifier,
    algorithm: KeyAlgorithm,
    account: AccountId,
  ): Promise<{ readonly publicKey: Uint8Array; readonly sealed: Uint8Array }>;

  /**
   * Signs `message`: PKCS #1 v1.5 for RSA, DER for ECDSA and SM2, the latter with the signer ID of certificates. At once,
   * without a promise, where that takes less than the way to another thread.
   * @param algorithm  what `signatureAlgorithmOf(key.algorithm)` names, unless somebody asked for another.
   * @throws (or rejects) when the key does not open: wrong master key, altered, or sealed for another certificate; and for an algorithm
   *   of another family than the key's.
   */
  sign(key: SigningKey, message: Uint8Array, algorithm?: SignatureAlgorithm): Uint8Array | Promise<Uint8Array>;

  /**
   * The private key under a pass phrase, for its owner: PEM `ENCRYPTED PRIVATE KEY` (PKCS #8, PBES2), with a new salt at
   * each call. Who may have it is the caller's decision.
   * @throws when the key does not open, as {@link sign} does; for an empty pass phrase.
   */
  exportEncrypted(key: SigningKey, passphrase: string): Promise<string>;
}

/** Too many keys are being made. Nothing was changed; the same call may succeed later. */
export class SignerBusy extends Error {
  override readonly name = 'SignerBusy';
}
