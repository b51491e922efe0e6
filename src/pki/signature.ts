// Whether a signature is genuine: one question for every algorithm that certificates and requests come with.

import { constants, createVerify, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { inBits } from '../base/in-turns.ts';
import {
  type AlgorithmIdentifier,
  familyOf,
  importPublicKey,
  type KeyFamily,
  keyAlgorithmOf,
  type SignatureAlgorithm,
  subjectPublicKeyOf,
} from './algorithm.ts';
import { DecodingError } from './der-reader.ts';
import { oids } from './oid.ts';
import { readPssParameters } from './rsa-pss.ts';
import { sm2Hash, verifySm2, verifySm2Digest } from './sm2.ts';

/** The name of one that we sign with, or an identifier as received. */
export type SignatureAlgorithmOf = SignatureAlgorithm | AlgorithmIdentifier;

/** {@link verifySignature}, beside the event loop. @throws where it cannot be told. */
export type VerifySignature = (
  message: Uint8Array,
  signature: Uint8Array,
  spki: Uint8Array,
  algorithm: SignatureAlgorithmOf,
) => Promise<boolean>;

/**
 * Whether the signature was made over the message with the private half of the key. `false` also for keys that we do not
 * certify, for algorithms that do not fit the key, are not known, or are built on SHA-1 or MD5, and for parameters that are
 * not those of their standard.
 *
 * @param spki       SubjectPublicKeyInfo, DER.
 */
export function verifySignature(
  message: Uint8Array,
  signature: Uint8Array,
  spki: Uint8Array,
  algorithm: SignatureAlgorithmOf,
): boolean {
  const means = meansOf(spki, algorithm);
  if (means === undefined) return false;
  if (means.family === 'SM2') return verifySm2(message, signature, means.point);
  return verify(means.digest, message, means.key, signature);
}

/**
 * The same on the platform's thread pool: a check takes from a twentieth of a millisecond to one, in which the event loop
 * answers others. Those of SM2, which are ours, are made on it.
 */
export async function verifySignatureInPool(
  message: Uint8Array,
  signature: Uint8Array,
  spki: Uint8Array,
  algorithm: SignatureAlgorithmOf,
): Promise<boolean> {
  const means = meansOf(spki, algorithm);
  if (means === undefined) return false;
  if (means.family === 'SM2') return verifySm2(message, signature, means.point);
  const { digest, key } = means;
  return await new Promise((resolve, reject) =>
    verify(digest, message, key, signature, (error, isGenuine) => (error ? reject(error) : resolve(isGenuine))),
  );
}

/**
 * The same for a long message.
 * @yields every few milliseconds.
 */
export function* verifyingSignature(
  message: Uint8Array,
  signature: Uint8Array,
  spki: Uint8Array,
  algorithm: SignatureAlgorithmOf,
): Generator<unknown, boolean, void> {
  const means = meansOf(spki, algorithm);
  if (means === undefined) return false;
  if (means.family === 'SM2') {
    const hash = sm2Hash(means.point);
    yield* inBits(message, (bit) => hash.update(bit));
    return verifySm2Digest(hash.digest(), signature, means.point);
  }
  const verification = createVerify(means.digest);
  yield* inBits(message, (bit) => verification.update(bit));
  return verification.verify(means.key, signature);
}

type Means =
  | { readonly family: 'SM2'; readonly point: Uint8Array }
  | { readonly family: 'RSA' | 'ECC'; readonly digest: string; readonly key: VerifyKeyObjectInput };

/** What it is verified with; `undefined` where nothing can be genuine. */
function meansOf(spki: Uint8Array, algorithm: SignatureAlgorithmOf): Means | undefined {
  const identifier =
    typeof algorithm === 'string' ? ({ id: oids[algorithm], parameters: 'absent' } as const) : algorithm;
  const scheme = schemeOf(identifier);
  if (scheme === undefined || scheme.family !== familyOfKey(spki)) return undefined;
  if (scheme.family === 'SM2') return { family: 'SM2', point: subjectPublicKeyOf(spki) };
  const key = importPublicKey(spki);
  if (key === undefined) return undefined;
  const { family, digest, saltLength } = scheme;
  const pss = saltLength === undefined ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  return { family, digest, key: { key, ...pss } };
}

interface Scheme {
  readonly family: KeyFamily;
  readonly digest: string;
  /** Octets; present exactly for RSASSA-PSS. */
  readonly saltLength?: number;
}

function schemeOf({ id, parameters }: AlgorithmIdentifier): Scheme | undefined {
  if (id === oids['RSASSA-PSS']) {
    const pss = parameters instanceof Uint8Array ? readPssParameters(parameters) : undefined;
    return pss && { family: 'RSA', ...pss };
  }
  const scheme = schemes.get(id);
  // RFC 4055 §5 has NULL as parameters of RSA and asks to accept none. RFC 5758 §3.2 has none for ECDSA. For SM2 there are
  // libraries that write none, as OpenSSL does, and such that write NULL: both are taken (chosen).
  const fits = parameters === 'absent' || (parameters === 'null' && scheme?.family !== 'ECC');
  return fits ? scheme : undefined;
}

function familyOfKey(spki: Uint8Array): KeyFamily | undefined {
  try {
    const algorithm = keyAlgorithmOf(spki);
    return algorithm && familyOf(algorithm);
  } catch (error) {
    if (error instanceof DecodingError) return undefined;
    throw error;
  }
}

const schemes: ReadonlyMap<string, Scheme> = new Map([
  [oids.sha256WithRSAEncryption, { family: 'RSA', digest: 'sha256' }],
  [oids.sha384WithRSAEncryption, { family: 'RSA', digest: 'sha384' }],
  [oids.sha512WithRSAEncryption, { family: 'RSA', digest: 'sha512' }],
  [oids['ecdsa-with-SHA256'], { family: 'ECC', digest: 'sha256' }],
  [oids['ecdsa-with-SHA384'], { family: 'ECC', digest: 'sha384' }],
  [oids['ecdsa-with-SHA512'], { family: 'ECC', digest: 'sha512' }],
  [oids.SM3WithSM2, { family: 'SM2', digest: 'sm3' }],
]);
