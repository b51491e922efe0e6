// Certification requests for a benchmark: P-256 keys, each signed by the key it presents.

import { generateKeyPairSync, sign } from 'node:crypto';
import { signatureAlgorithmIdentifier } from '../src/pki/algorithm.ts';
import { bitString, constructed, integerOf, sequence } from '../src/pki/der-writer.ts';
import { encodeName, nameOf } from '../src/pki/name.ts';
import { encodePem } from '../src/pki/pem.ts';

/** PEM. */
export function certificationRequest(commonName: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const info = sequence(integerOf(0), encodeName(nameOf({ commonName })), spki, constructed(0));
  const signature = bitString(sign('sha256', info, privateKey));
  return encodePem('CERTIFICATE REQUEST', sequence(info, signatureAlgorithmIdentifier('ecdsa-with-SHA256'), signature));
}
