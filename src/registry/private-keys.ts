// Hands a private key that was made here to its owner, encrypted. An authority's never leaves.

import type { AccountId } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { isAuthorityKind } from './model.ts';
import type { Signer } from './signer.ts';
import type { CertificateStore } from './store.ts';

/**
 * @returns PEM `ENCRYPTED PRIVATE KEY`, another at each call.
 * @throws {Refused} `certificate-not-found`, `not-issued-yet`, `key-not-held`
 */
export async function exportPrivateKey(
  command: { readonly account: AccountId; readonly identifier: string; readonly passphrase: string },
  { store, signer }: { readonly store: CertificateStore; readonly signer: Signer },
): Promise<string> {
  const certificate = await store.certificate(command.account, command.identifier);
  if (!certificate || isAuthorityKind(certificate.kind)) {
    throw new Refused({ kind: 'certificate-not-found', identifier: command.identifier });
  }
  const { identifier, keyAlgorithm: algorithm, state } = certificate;
  if (state === 'pending') throw new Refused({ kind: 'not-issued-yet', identifier });
  const sealed = await store.sealedKey(identifier);
  if (!sealed) throw new Refused({ kind: 'key-not-held', identifier });
  return await signer.exportEncrypted({ identifier, algorithm, sealed }, command.passphrase);
}
