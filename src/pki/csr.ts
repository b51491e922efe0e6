// Certification requests (RFC 2986): reading one, and whether its sender holds the private key.

import {
  type AlgorithmIdentifier,
  encodedKeyAlgorithmOf,
  type KeyAlgorithm,
  readAlgorithmIdentifier,
  readSubjectPublicKeyInfo,
} from './algorithm.ts';
import { DerReader } from './der-reader.ts';
import { type DecodedExtensions, noExtensions, readExtensions } from './extensions.ts';
import { type Name, readName } from './name.ts';
import { oids } from './oid.ts';
import { type VerifySignature, verifySignatureInPool } from './signature.ts';

export interface CertificationRequest {
  /** CertificationRequestInfo as received: what the signature covers. */
  readonly info: Uint8Array;
  readonly subject: Name;
  readonly subjectDer: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** By its encoding; `undefined` for a key that we do not certify. Whether a point is on its curve the proof of possession shows. */
  readonly keyAlgorithm: KeyAlgorithm | undefined;
  /** What the extensionRequest attribute (RFC 2985 §5.4.2) asks for: wishes, none of them checked. */
  readonly requestedExtensions: DecodedExtensions;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/**
 * Reads a request of at most 64 KiB without verifying its signature. Attributes other than extensionRequest are passed
 * over.
 *
 * @returns byte arrays that are views of `der`.
 * @throws {DecodingError}
 */
export function parseCertificationRequest(der: Uint8Array): CertificationRequest {
  // CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature BIT STRING }
  const whole = new DerReader(der);
  const request = whole.sequence();
  whole.end();
  const info = request.upcoming();
  const fields = readRequestInfo(request.sequence());
  const signatureAlgorithm = readAlgorithmIdentifier(request);
  const signature = request.bitString();
  request.end();
  return { info, ...fields, signatureAlgorithm, signature };
}

/**
 * Whether the request is signed with the private half of the key it presents, over the bytes received. `false` also for
 * keys that we do not certify, points that are not on their curve, signature algorithms that do not fit the key, and
 * those built on SHA-1 or MD5.
 */
export async function verifyProofOfPossession(
  request: CertificationRequest,
  verify: VerifySignature = verifySignatureInPool,
): Promise<boolean> {
  return (
    request.keyAlgorithm !== undefined &&
    verify(request.info, request.signature, request.spki, request.signatureAlgorithm)
  );
}

function readRequestInfo(info: DerReader) {
  // CertificationRequestInfo ::= SEQUENCE { version INTEGER { v1(0) }, subject Name, subjectPKInfo, attributes [0] }
  const versionAt = info.position;
  if (info.count() !== 0) info.fail('version-unsupported', versionAt);
  const subjectDer = info.upcoming();
  const subject = readName(info);
  const spki = info.upcoming();
  readSubjectPublicKeyInfo(info);
  const requestedExtensions = readAttributes(info);
  info.end();
  return { subject, subjectDer, spki, keyAlgorithm: encodedKeyAlgorithmOf(spki), requestedExtensions };
}

function readAttributes(info: DerReader): DecodedExtensions {
  // attributes [0] IMPLICIT SET OF Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET SIZE (1..MAX) OF ANY }
  let extensions: DecodedExtensions | undefined;
  const seen = new Set<string>();
  info.setOf((attributes) => {
    const at = attributes.position;
    const attribute = attributes.sequence();
    const type = attribute.objectIdentifier();
    if (seen.has(type)) attribute.fail('duplicate', at);
    seen.add(type);
    let values = 0;
    attribute.setOf((value) => {
      values++;
      if (type === oids.extensionRequest) extensions = readExtensions(value);
      else value.any();
    });
    if (values === 0) attribute.fail('too-few', at);
    if (type === oids.extensionRequest && values > 1) attribute.fail('too-many', at); // RFC 2985 §5.4.2: SINGLE VALUE
    attribute.end();
  }, 0xa0);
  return extensions ?? noExtensions;
}
