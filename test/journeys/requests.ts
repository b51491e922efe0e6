// Certification requests as callers bring them, and the chain of what was issued, held against openssl.

import { signatureAlgorithmIdentifier, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { bitString, constructed, integerOf, sequence, setOf } from '../../src/pki/der-writer.ts';
import { type Extension, encodeExtensions } from '../../src/pki/extensions.ts';
import { encodeName, type Name, nameOf } from '../../src/pki/name.ts';
import { oidDer } from '../../src/pki/oid.ts';
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

/** The signer ID of GM/T 0009; what is not SM2 does not care. */
const distinguishingId = ['-vfyopt', 'distid:1234567812345678'];
let files = 0;

/** Has openssl check the chain, as strictly as RFC 5280, up to its last certificate. Fails in openssl's words. */
export function verifyChain(chainPem: string, purpose?: 'sslserver' | 'sslclient'): void {
  const blocks = decodePemBlocks(chainPem).map(({ der }) => encodePem('CERTIFICATE', der));
  const name = `chain-${files++}`;
  const leaf = put(`${name}-leaf.pem`, blocks[0] ?? '');
  const root = put(`${name}-root.pem`, blocks.at(-1) ?? '');
  const between = put(`${name}-between.pem`, blocks.slice(1, -1).join(''));
  openssl(
    'verify',
    '-x509_strict',
    '-policy_check',
    ...(blocks.at(-1)?.length && isSm2(blocks.at(-1) ?? '') ? distinguishingId : []),
    ...(purpose ? ['-purpose', purpose] : []),
    '-CAfile',
    root,
    ...(blocks.length > 2 ? ['-untrusted', between] : []),
    leaf,
  );
}

function isSm2(pem: string): boolean {
  const [block] = decodePemBlocks(pem);
  return block !== undefined && parseCertificate(block.der).signatureAlgorithm === '1.2.156.10197.1.501';
}
