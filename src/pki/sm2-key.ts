// Takes an SM2 key pair out of PKCS #8 (RFC 5958), where the platform keeps it.

import { equalBytes } from '../base/bytes.ts';
import { readAlgorithmIdentifier } from './algorithm.ts';
import { DerReader } from './der-reader.ts';
import { oidDer, oids } from './oid.ts';
import type { Sm2KeyPair } from './sm2.ts';

/**
 * @returns views of `pkcs8`: what the caller does to erase it, erases them.
 * @throws {DecodingError} for bytes that are no PrivateKeyInfo of an SM2 key with its public half.
 */
export function readSm2PrivateKey(pkcs8: Uint8Array): Sm2KeyPair {
  // PrivateKeyInfo ::= SEQUENCE { version INTEGER { v1(0) }, privateKeyAlgorithm AlgorithmIdentifier, privateKey OCTET STRING }
  const whole = new DerReader(pkcs8);
  const info = whole.sequence();
  whole.end();
  if (info.count() !== 0) info.fail('version-unsupported');
  const { id, parameters } = readAlgorithmIdentifier(info);
  const isSm2 = parameters instanceof Uint8Array && equalBytes(parameters, oidDer('sm2p256v1'));
  if (id !== oids.ecPublicKey || !isSm2) info.fail('value-malformed');
  // ECPrivateKey ::= SEQUENCE { version INTEGER { ecPrivkeyVer1(1) }, privateKey OCTET STRING, parameters [0] OPTIONAL,
  //   publicKey [1] BIT STRING OPTIONAL }  (RFC 5915 §3)
  const wrapped = info.enter(0x04);
  info.end();
  const key = wrapped.sequence();
  wrapped.end();
  if (key.count() !== 1) key.fail('version-unsupported');
  const scalar = key.octetString();
  if (key.isConstructed(0)) key.constructed(0);
  const publicKey = key.constructed(1);
  key.end();
  const point = publicKey.bitString();
  publicKey.end();
  return { scalar, point };
}
