// What each kind of certificate carries: the extensions of authorities, clients and servers (RFC 5280 §4.2).

import type { KeyAlgorithm } from './algorithm.ts';
import { EncodingError } from './der-writer.ts';
import { extendedKeyUsagesOf } from './extended-key-usages.ts';
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  crlDistributionPoint,
  type ExtendedKeyUsage,
  type Extension,
  extendedKeyUsage,
  keyIdentifierOf,
  keyUsage,
  ocspNoCheck,
  subjectAlternativeName,
  subjectKeyIdentifier,
} from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { defaultKeyUsages } from './key-usages.ts';
import type { Name } from './name.ts';

/** Absolute URIs written into a certificate; what is absent is left out. */
export interface Addresses {
  readonly crl?: string;
  readonly issuer?: string;
  readonly ocsp?: string;
}

export interface AuthorityProfile {
  /** SubjectPublicKeyInfo of the authority, DER. */
  readonly spki: Uint8Array;
  /** subjectKeyIdentifier of the issuing authority; absent for a root. */
  readonly issuerKeyIdentifier?: Uint8Array;
  /** Absent: no limit. */
  readonly pathLength?: number;
  readonly extendedKeyUsages?: readonly ExtendedKeyUsage[];
  readonly addresses?: Addresses;
}

export interface EndEntityProfile {
  readonly kind: 'client' | 'server';
  readonly keyAlgorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo of the subject, DER. */
  readonly spki: Uint8Array;
  /** subjectKeyIdentifier of the issuing authority. */
  readonly issuerKeyIdentifier: Uint8Array;
  /** The alternative names are critical where this is empty. */
  readonly subject: Name;
  readonly subjectAlternativeNames?: readonly GeneralName[];
  readonly addresses?: Addresses;
}

/**
 * An authority signs certificates and CRLs with its key, and OCSP answers too, which takes digitalSignature.
 * A root names its own key as that of its authority, which RFC 5280 §4.2.1.1 leaves free.
 *
 * @throws {EncodingError} for an address that is no absolute URI.
 */
export function authorityExtensions(profile: AuthorityProfile): readonly Extension[] {
  const { spki, pathLength, extendedKeyUsages = [] } = profile;
  const keyIdentifier = keyIdentifierOf(spki);
  const extensions = [
    basicConstraints(pathLength === undefined ? { cA: true } : { cA: true, pathLenConstraint: pathLength }),
    keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign']),
    subjectKeyIdentifier(keyIdentifier),
    authorityKeyIdentifier(profile.issuerKeyIdentifier ?? keyIdentifier),
  ];
  if (extendedKeyUsages.length > 0) extensions.push(extendedKeyUsage(extendedKeyUsages));
  return [...extensions, ...addressExtensions(profile.addresses)];
}

export interface ExternalAuthorityProfile {
  /** SubjectPublicKeyInfo of the authority, DER. */
  readonly spki: Uint8Array;
  /** subjectKeyIdentifier of the issuing authority. */
  readonly issuerKeyIdentifier: Uint8Array;
  /** Absent: no limit but those above it. */
  readonly pathLength?: number;
  /** By name or dotted; what the authority and all it issues are restricted to. */
  readonly extendedKeyUsages?: readonly string[];
  readonly addresses?: Addresses;
}

/**
 * An authority whose key is somebody else's. It signs certificates and CRLs; what else its owner does with the key is not
 * certified here. Its identifiers and addresses are ours, whatever its request says.
 *
 * @throws {EncodingError} `out-of-range` for a path length that is no count; what `extendedKeyUsagesOf` throws; for an
 *   address that is no absolute URI.
 */
export function externalAuthorityExtensions(profile: ExternalAuthorityProfile): readonly Extension[] {
  const { spki, pathLength } = profile;
  const purposes = extendedKeyUsagesOf(profile.extendedKeyUsages ?? []);
  return [
    basicConstraints(pathLength === undefined ? { cA: true } : { cA: true, pathLenConstraint: pathLength }),
    keyUsage(['keyCertSign', 'cRLSign']),
    ...(purposes.length > 0 ? [extendedKeyUsage(purposes)] : []),
    subjectKeyIdentifier(keyIdentifierOf(spki)),
    authorityKeyIdentifier(profile.issuerKeyIdentifier),
    ...addressExtensions(profile.addresses),
  ];
}

/**
 * basicConstraints is left out, as RFC 5280 §4.2.1.9 allows for who is no authority.
 *
 * @throws {EncodingError} `empty` where neither the subject nor an alternative name says whose certificate it is
 *   (RFC 5280 §4.1.2.6); `malformed` for an alternative name or address that is none.
 */
export function endEntityExtensions(profile: EndEntityProfile): readonly Extension[] {
  const { subject, subjectAlternativeNames = [] } = profile;
  const nameless = subject.length === 0;
  if (nameless && subjectAlternativeNames.length === 0) throw new EncodingError('subjectAltName', 'empty');
  const purposes = [profile.kind === 'server' ? 'serverAuth' : 'clientAuth'];
  const extensions = [
    keyUsage(defaultKeyUsages(profile.keyAlgorithm, purposes)),
    extendedKeyUsage(purposes),
    subjectKeyIdentifier(keyIdentifierOf(profile.spki)),
    authorityKeyIdentifier(profile.issuerKeyIdentifier),
  ];
  if (subjectAlternativeNames.length > 0) extensions.push(subjectAlternativeName(subjectAlternativeNames, nameless));
  return [...extensions, ...addressExtensions(profile.addresses)];
}

/** @throws {EncodingError} for an address that is no absolute URI. */
export function addressExtensions(addresses: Addresses = {}): Extension[] {
  const extensions: Extension[] = [];
  const { crl, issuer, ocsp } = addresses;
  if (crl !== undefined) extensions.push(crlDistributionPoint(crl));
  if (issuer !== undefined || ocsp !== undefined) {
    extensions.push(
      authorityInformationAccess({
        ...(issuer === undefined ? {} : { caIssuers: issuer }),
        ...(ocsp === undefined ? {} : { ocsp }),
      }),
    );
  }
  return extensions;
}

/**
 * A responder that signs OCSP answers in the name of its issuer (RFC 6960 §4.2.2.2). It says that nobody need ask for its
 * own status, and so neither where: no addresses are written (RFC 9919 §3.2.2).
 */
export function ocspResponderExtensions(profile: {
  /** SubjectPublicKeyInfo of the responder, DER. */
  readonly spki: Uint8Array;
  /** subjectKeyIdentifier of the issuing authority. */
  readonly issuerKeyIdentifier: Uint8Array;
}): readonly Extension[] {
  return [
    keyUsage(['digitalSignature']),
    extendedKeyUsage(['OCSPSigning']),
    subjectKeyIdentifier(keyIdentifierOf(profile.spki)),
    authorityKeyIdentifier(profile.issuerKeyIdentifier),
    ocspNoCheck,
  ];
}
