// Encrypts under a pass phrase in the browser (PBES2, RFC 8018 §6.2), as the service does: PBKDF2 over HMAC-SHA-256, then
// AES-256-CBC.

import { integerOf, nullValue, octetString, sequence } from '../../../src/pki/der-writer.ts';
import { oidDer } from '../../../src/pki/oid.ts';

/** As the service encrypts the keys it gives out (pki/encrypted-private-key.ts). */
const iterations = 600_000;

export interface Encrypted {
  /** AlgorithmIdentifier, DER, with salt and initialisation vector. */
  readonly algorithm: Uint8Array;
  readonly encrypted: Uint8Array;
}

/** @param passphrase in UTF-8, as typed. */
export async function encryptUnder(passphrase: string, content: Uint8Array): Promise<Encrypted> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const typed = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, [
    'deriveKey',
  ]);
  const key = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    typed,
    { name: 'AES-CBC', length: 256 },
    false,
    ['encrypt'],
  );
  const encrypted = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, new Uint8Array(content)));
  const derivation = sequence(octetString(salt), integerOf(iterations), sequence(oidDer('hmacWithSHA256'), nullValue));
  const algorithm = sequence(
    oidDer('PBES2'),
    sequence(sequence(oidDer('PBKDF2'), derivation), sequence(oidDer('aes256-CBC-PAD'), octetString(iv))),
  );
  return { algorithm, encrypted };
}

/** @param pkcs8 PrivateKeyInfo, DER. @returns DER of EncryptedPrivateKeyInfo (RFC 5958 §3). */
export async function encryptPkcs8(pkcs8: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const { algorithm, encrypted } = await encryptUnder(passphrase, pkcs8);
  return sequence(algorithm, octetString(encrypted));
}
