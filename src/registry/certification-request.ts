// Takes in a request that a caller brings: nothing in it is believed that is not proven or checked here.

import { Refused } from '../base/refusal.ts';
import { familyOf, type KeyAlgorithm, keyAlgorithmOf } from '../pki/algorithm.ts';
import { type CertificationRequest, parseCertificationRequest, verifyProofOfPossession } from '../pki/csr.ts';
import { type CustomWishes, wishesOf } from '../pki/custom-profile.ts';
import { DecodingError } from '../pki/der-reader.ts';
import { EncodingError } from '../pki/der-writer.ts';
import { extendedKeyUsagesOf } from '../pki/extended-key-usages.ts';
import { encodeGeneralName, type GeneralName } from '../pki/general-name.ts';
import { encodeName, type Name, type NameParts, nameOf, takeOverName } from '../pki/name.ts';
import { partsOf } from '../pki/name-parts.ts';
import { maximumAlternativeNames } from '../pki/san-values.ts';
import type { VerifySignature } from '../pki/signature.ts';
import type { GivenKey } from './issuance.ts';

/** A request whose sender has proven to hold the private key. What else it says are wishes, read by the functions below. */
export type ProvenRequest = CertificationRequest & { readonly keyAlgorithm: KeyAlgorithm };

/** @throws {Refused} `csr-refused` */
export async function acceptRequest(der: Uint8Array, verify: VerifySignature): Promise<ProvenRequest> {
  const request = orRefuse('it cannot be read', () => parseCertificationRequest(der));
  const { keyAlgorithm } = request;
  if (keyAlgorithm === undefined) refuse(unknownKey);
  if (!(await verifyProofOfPossession(request, verify))) {
    // A point that is not on its curve is no key. It is looked for here, where there is no hurry: it takes as long as the rest.
    if (keyAlgorithmOf(request.spki) === undefined) refuse(unknownKey);
    const hint =
      familyOf(keyAlgorithm) === 'SM2'
        ? 'SM2 requests are signed under the signer ID 1234567812345678'
        : 'those made with SHA-1 or MD5 are not accepted';
    refuse(`its signature does not verify under its own key (${hint})`);
  }
  return { ...request, keyAlgorithm };
}

const unknownKey = 'its key is none of RSA with 1024, 2048, 3072 or 4096 bits, P-256, P-384, P-521 and SM2';

export function keyOf({ spki, keyAlgorithm }: ProvenRequest): GivenKey {
  return { given: spki, algorithm: keyAlgorithm };
}

/**
 * The subject as it stands in the request, byte for byte where it can be taken over.
 * @throws {Refused} `csr-refused`
 */
export function subjectOf({ subject, subjectDer }: CertificationRequest): {
  readonly name: Name;
  readonly der: Uint8Array;
} {
  return {
    name: subject,
    der: orRefuse('its subject cannot be put into a certificate', () => takeOverName(subjectDer)),
  };
}

/**
 * What the subject says of the parts that `wanted` does not give, the common name always: it is the request's own.
 * @throws {Refused} `csr-refused`
 */
export function subjectPartsOf({ subject }: CertificationRequest, wanted: NameParts): NameParts {
  const own = partsOf(subject);
  const parts = { ...own, ...wanted, ...(own.commonName !== undefined && { commonName: own.commonName }) };
  orRefuse('its subject cannot be put into a certificate', () => encodeName(nameOf(parts)));
  return parts;
}

/** @throws {Refused} `csr-refused` */
export function alternativeNamesOf({ requestedExtensions }: CertificationRequest): readonly GeneralName[] {
  const names = requestedExtensions.subjectAlternativeNames ?? [];
  if (names.length > maximumAlternativeNames) {
    refuse(`it has more than ${maximumAlternativeNames} subject alternative names`);
  }
  for (const name of names)
    orRefuse('a subject alternative name cannot be put into a certificate', () => encodeGeneralName(name));
  return names;
}

/**
 * What it asks for of usages and purposes. Answering for its issuer (OCSPSigning) is not among them: whoever may hand in
 * requests of others would otherwise be made to give that away unseen.
 * @throws {Refused} `csr-refused`
 */
export function usagesOf({
  requestedExtensions,
  keyAlgorithm,
}: ProvenRequest): Omit<CustomWishes, 'subjectAlternativeNames'> {
  const { subjectAlternativeNames: _, ...wishes } = wishesOf(requestedExtensions, keyAlgorithm);
  const purposes = orRefuse('its extended key usages cannot be put into a certificate', () =>
    extendedKeyUsagesOf(wishes.extendedKeyUsages ?? []),
  );
  if (purposes.includes('OCSPSigning')) refuse('it asks for OCSPSigning, which only the caller may ask for');
  return { ...wishes, extendedKeyUsages: purposes };
}

function orRefuse<Result>(what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof DecodingError || error instanceof EncodingError) refuse(`${what} (${error.message})`);
    throw error;
  }
}

function refuse(reason: string): never {
  throw new Refused({ kind: 'csr-refused', reason });
}
