// Encrypts a private key under a pass phrase (RFC 5958 §3, RFC 8018 §6.2), for its owner to take away.

import { createCipheriv, pbkdf2 } from 'node:crypto';
import { concatBytes, type RandomBytes } from '../base/bytes.ts';
import { EncodingError, integerOf, nullValue, octetString, sequence } from './der-writer.ts';
import { oidDer } from './oid.ts';

/**
 * AES-256-CBC with a key from PBKDF2 over HMAC-SHA-256, which everything opens that reads PBES2 at all. The derivation runs
 * in the thread pool.
 *
 * @param pkcs8       PrivateKeyInfo, DER; stays the caller's to erase.
 * @param passphrase  in UTF-8, as typed.
 * @returns DER of EncryptedPrivateKeyInfo, another at each call.
 * @throws {EncodingError} `empty` for an empty pass phrase.
 */
export async function encryptPrivateKey(
  pkcs8: Uint8Array,
  passphrase: string,
  random: RandomBytes,
): Promise<Uint8Array> {
  if (passphrase === '') throw new EncodingError('passphrase', 'empty');
  const salt = random(16);
  const iv = random(16);
  const key = await deriveKey(passphrase, salt);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = concatBytes([cipher.update(pkcs8), cipher.final()]);
  key.fill(0);
  // PBKDF2-params ::= SEQUENCE { salt OCTET STRING, iterationCount INTEGER, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 }
  const derivation = sequence(octetString(salt), integerOf(iterations), sequence(oidDer('hmacWithSHA256'), nullValue));
  // PBES2-params ::= SEQUENCE { keyDerivationFunc AlgorithmIdentifier, encryptionScheme AlgorithmIdentifier }
  const parameters = sequence(
    sequence(oidDer('PBKDF2'), derivation),
    sequence(oidDer('aes256-CBC-PAD'), octetString(iv)),
  );
  // EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm AlgorithmIdentifier, encryptedData OCTET STRING }
  return sequence(sequence(oidDer('PBES2'), parameters), octetString(encrypted));
}

function deriveKey(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pbkdf2(Buffer.from(passphrase, 'utf8'), salt, iterations, 32, 'sha256', (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** What OWASP asks for with SHA-256 (2023); 70 ms of one core. The platform's own export has 2,048 and no choice. */
const iterations = 600_000;
