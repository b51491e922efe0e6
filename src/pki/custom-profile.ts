// The extensions of an end entity's certificate whose usages, purposes and names its caller chooses.

import type { KeyAlgorithm } from './algorithm.ts';
import { markCritical } from './critical-extensions.ts';
import { EncodingError } from './der-writer.ts';
import { extendedKeyUsagesOf } from './extended-key-usages.ts';
import {
  authorityKeyIdentifier,
  type DecodedExtensions,
  type Extension,
  extendedKeyUsage,
  keyIdentifierOf,
  keyUsage,
  subjectAlternativeName,
  subjectKeyIdentifier,
} from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { defaultKeyUsages, fittingKeyUsages, type KeyUsageFlags, keyUsagesOf } from './key-usages.ts';
import type { Name } from './name.ts';
import { type Addresses, addressExtensions } from './profiles.ts';
import { maximumAlternativeNames } from './san-values.ts';

/** What a caller, or a request, may choose of a certificate. */
export interface CustomWishes {
  /** With none set: what a key of its kind is for. */
  readonly keyUsage?: KeyUsageFlags;
  /** By name or dotted, as `parseExtendedKeyUsage` reads them; none for no restriction. */
  readonly extendedKeyUsages?: readonly string[];
  readonly subjectAlternativeNames?: readonly GeneralName[];
}

export interface CustomProfile extends CustomWishes {
  readonly keyAlgorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo of the subject, DER. */
  readonly spki: Uint8Array;
  /** subjectKeyIdentifier of the issuing authority. */
  readonly issuerKeyIdentifier: Uint8Array;
  /** The alternative names are critical where this is empty. */
  readonly subject: Name;
  /** Names of extensions to be marked critical, as `markCritical` reads them. */
  readonly criticals?: readonly string[];
  readonly addresses?: Addresses;
}

/**
 * Whatever is asked for, the certificate is no authority's: there is no basicConstraints (RFC 5280 §4.2.1.9), nor a
 * usage of signing certificates or lists. keyUsage is critical always (§4.2.1.3), extendedKeyUsage also where time stamping
 * is the only purpose (RFC 3161 §2.3).
 *
 * @throws {EncodingError} `empty` where nobody is named (RFC 5280 §4.1.2.6); `too-many` above 100 alternative names; what
 *   `keyUsagesOf`, `extendedKeyUsagesOf` and `markCritical` throw; `malformed` for a name or address that is none.
 */
export function customExtensions(profile: CustomProfile): readonly Extension[] {
  const { subject, subjectAlternativeNames = [] } = profile;
  const nameless = subject.length === 0;
  if (nameless && subjectAlternativeNames.length === 0) throw new EncodingError('subjectAltName', 'empty');
  if (subjectAlternativeNames.length > maximumAlternativeNames) throw new EncodingError('subjectAltName', 'too-many');
  const purposes = extendedKeyUsagesOf(profile.extendedKeyUsages ?? []);
  const usages = keyUsagesOf(profile.keyUsage ?? {}, profile.keyAlgorithm);
  const stampsOnly = purposes.length === 1 && purposes[0] === 'timeStamping';

  const extensions = [keyUsage(usages.length > 0 ? usages : defaultKeyUsages(profile.keyAlgorithm, purposes))];
  if (purposes.length > 0) extensions.push(extendedKeyUsage(purposes, stampsOnly));
  extensions.push(subjectKeyIdentifier(keyIdentifierOf(profile.spki)));
  extensions.push(authorityKeyIdentifier(profile.issuerKeyIdentifier));
  if (subjectAlternativeNames.length > 0) extensions.push(subjectAlternativeName(subjectAlternativeNames, nameless));
  return markCritical([...extensions, ...addressExtensions(profile.addresses)], profile.criticals ?? []);
}

/**
 * What a request asks for of what it can be given: an authority's rights, and usages that its key is not fit for, are
 * left out rather than refused, for they are often a template's and not the sender's.
 */
export function wishesOf(requested: DecodedExtensions, keyAlgorithm: KeyAlgorithm): CustomWishes {
  const { keyUsage: usages, extendedKeyUsages, subjectAlternativeNames } = requested;
  return {
    ...(usages && { keyUsage: fittingKeyUsages(usages, keyAlgorithm) }),
    ...(extendedKeyUsages && { extendedKeyUsages }),
    ...(subjectAlternativeNames && { subjectAlternativeNames }),
  };
}
