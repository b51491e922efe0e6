// Certification requests as callers bring them, and the chain of what was issued, held against openssl.

import { signatureAlgorithmIdentifier, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { bitString, constructed, integerOf, sequence, setOf } from '../../src/pki/der-writer.ts';
import { type Extension, encodeExtensions } from '../../src/pki/extensions.ts';
import { encodeName, type Name, nameOf } from '../../src/pki/name.ts';
import { oidDer, oids } from '../../src/pki/oid.ts';
import { decodePemBlocks, encodePem } from '../../src/pki/pem.ts';
import { type KeyPair, newKeyPair, signWith } from '../pki/issuing.ts';
import { openssl, put } from '../pki/openssl-cli.ts';
import type { Answer } from './vendor-clients.ts';

export interface Wanted {
  readonly keys?: KeyPair;
  readonly subject?: Name | Uint8Array;
  readonly extensions?: readonly Extension[];
  /** Signs instead of `keys`. */
  readonly signer?: KeyPair;
}

export const ecKeys = newKeyPair('ECC_256');

/** PEM of a request signed by the key it presents. */
export function csr({ keys = ecKeys, subject = [], extensions = [], signer = keys }: Wanted = {}): string {
  const attributes =
    extensions.length === 0 ? [] : [sequence(oidDer('extensionRequest'), setOf([encodeExtensions(extensions)]))];
  const name = subject instanceof Uint8Array ? subject : encodeName(subject);
  const info = sequence(integerOf(0), name, keys.spki, constructed(0, ...attributes));
  const algorithm = signatureAlgorithmIdentifier(signatureAlgorithmOf(signer.algorithm));
  return encodePem('CERTIFICATE REQUEST', sequence(info, algorithm, bitString(signWith(signer, info))));
}

export const named = (commonName: string, more: Parameters<typeof nameOf>[0] = {}) => nameOf({ ...more, commonName });

export function certificateIn(answer: Answer, member = 'X509Certificate'): Certificate {
  const [block] = decodePemBlocks(String(answer[member]));
  if (!block) throw new Error(`no certificate in ${JSON.stringify(answer)}`);
  return parseCertificate(block.der);
}

/**
 * Has openssl check the chain, as strictly as RFC 5280, up to its last certificate. Fails in openssl's words.
 * openssl knows the signer ID of SM2 (GM/T 0009) for the certificate it is asked about and for no other in its chain: there
 * each certificate is checked under the one above it.
 */
export function verifyChain(chainPem: string, purpose?: 'sslserver' | 'sslclient'): void {
  const blocks = decodePemBlocks(chainPem).map(({ der }) => encodePem('CERTIFICATE', der));
  const files = blocks.map((block) => put(`certificate-${written++}.pem`, block));
  const [leaf = '', ...above] = files;
  const strictly = ['verify', '-x509_strict', '-policy_check'];
  const forPurpose = purpose ? ['-purpose', purpose] : [];
  if (!isSm2(blocks.at(-1) ?? '')) {
    const untrusted = above.slice(0, -1).flatMap((file) => ['-untrusted', file]);
    openssl(...strictly, ...forPurpose, '-CAfile', above.at(-1) ?? leaf, ...untrusted, leaf);
    return;
  }
  const distinguishingId = ['-vfyopt', 'distid:1234567812345678'];
  for (const [index, issuer] of above.entries()) {
    const under = ['-partial_chain', '-CAfile', issuer, files[index] ?? ''];
    openssl(...strictly, ...distinguishingId, ...(index === 0 ? forPurpose : []), ...under);
  }
}
let written = 0;

function isSm2(pem: string): boolean {
  const [block] = decodePemBlocks(pem);
  return block !== undefined && parseCertificate(block.der).signatureAlgorithm === oids.SM3WithSM2;
}
