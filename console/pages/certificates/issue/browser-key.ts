// A key pair made in the browser, and the request that asks for a certificate for it (RFC 2986). The private key goes
// nowhere but into the files its owner takes away.

import '../../../base/node-buffer.ts';
import { type SignatureAlgorithm, signatureAlgorithmIdentifier } from '../../../../src/pki/algorithm.ts';
import { bitString, constructed, integer, integerOf, sequence, setOf } from '../../../../src/pki/der-writer.ts';
import { encodeExtensions, subjectAlternativeName } from '../../../../src/pki/extensions.ts';
import { type GeneralNameType, parseGeneralName } from '../../../../src/pki/general-name.ts';
import { encodeName, type NameParts, nameOf } from '../../../../src/pki/name.ts';
import { oidDer } from '../../../../src/pki/oid.ts';
import { encodePem } from '../../../../src/pki/pem.ts';

export const browserAlgorithms = ['ECC_256', 'ECC_384', 'ECC_512', 'RSA_2048', 'RSA_3072', 'RSA_4096'] as const;
export type BrowserAlgorithm = (typeof browserAlgorithms)[number];

interface Making {
  readonly generate: RsaHashedKeyGenParams | EcKeyGenParams;
  readonly sign: { readonly name: string; readonly hash?: string };
  readonly signature: SignatureAlgorithm;
}

const makings: Readonly<Record<BrowserAlgorithm, Making>> = {
  ECC_256: elliptic('P-256', 'SHA-256', 'ecdsa-with-SHA256'),
  ECC_384: elliptic('P-384', 'SHA-384', 'ecdsa-with-SHA384'),
  ECC_512: elliptic('P-521', 'SHA-512', 'ecdsa-with-SHA512'),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
};

function elliptic(namedCurve: string, hash: string, signature: SignatureAlgorithm): Making {
  return { generate: { name: 'ECDSA', namedCurve }, sign: { name: 'ECDSA', hash }, signature };
}

function rsa(modulusLength: number): Making {
  const name = 'RSASSA-PKCS1-v1_5';
  const publicExponent = Uint8Array.of(1, 0, 1);
  return {
    generate: { name, modulusLength, publicExponent, hash: 'SHA-256' },
    sign: { name },
    signature: 'sha256WithRSAEncryption',
  };
}

export interface WantedName {
  readonly type: GeneralNameType;
  readonly value: string;
}

/** An alternative name that is none of its kind. */
export class UnfitName extends Error {
  override readonly name = 'UnfitName';
}

export interface KeyAndRequest {
  /** PrivateKeyInfo, DER. */
  readonly pkcs8: Uint8Array;
  /** PEM. */
  readonly csr: string;
}

/** @throws {UnfitName} {EncodingError} for what cannot stand in a request. */
export async function makeKeyAndRequest(
  algorithm: BrowserAlgorithm,
  subject: NameParts,
  names: readonly WantedName[],
): Promise<KeyAndRequest> {
  const { generate, sign, signature } = makings[algorithm];
  // First what may be refused: a key takes a moment.
  const subjectDer = encodeName(nameOf(subject));
  const attributes = requestAttributes(names, Object.keys(subject).length === 0);
  const pair = (await crypto.subtle.generateKey(generate, true, ['sign', 'verify'])) as CryptoKeyPair;
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  const info = sequence(integerOf(0), subjectDer, spki, attributes);
  const signed = new Uint8Array(await crypto.subtle.sign(sign, pair.privateKey, new Uint8Array(info)));
  const octets = generate.name === 'ECDSA' ? ecdsaSignature(signed) : signed;
  const csr = sequence(info, signatureAlgorithmIdentifier(signature), bitString(octets));
  return {
    pkcs8: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
    csr: encodePem('CERTIFICATE REQUEST', csr),
  };
}

/** attributes [0] IMPLICIT SET OF Attribute; only extensionRequest (RFC 2985 §5.4.2), where names are wanted. */
function requestAttributes(names: readonly WantedName[], isOnlyName: boolean): Uint8Array {
  if (names.length === 0) return constructed(0);
  const parsed = names.map(({ type, value }) => {
    const name = parseGeneralName(type, value.trim());
    if (!name) throw new UnfitName(value);
    return name;
  });
  const extensions = encodeExtensions([subjectAlternativeName(parsed, isOnlyName)]);
  return constructed(0, sequence(oidDer('extensionRequest'), setOf([extensions])));
}

/** Browsers give r and s one behind the other; certificates want a SEQUENCE of two INTEGERs (RFC 3279 §2.2.3). */
function ecdsaSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(positive(raw.subarray(0, half)), positive(raw.subarray(half)));
}

function positive(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((octet) => octet !== 0);
  const shortest = magnitude.subarray(start < 0 ? magnitude.length - 1 : start);
  return integer((shortest[0] ?? 0) < 0x80 ? shortest : Uint8Array.of(0, ...shortest));
}
