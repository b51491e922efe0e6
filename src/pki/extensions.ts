// Certificate extensions (RFC 5280 §4.2): one function to write each, one to read them all.

import { hash } from 'node:crypto';
import { subjectPublicKeyOf } from './algorithm.ts';
import type { DerReader } from './der-reader.ts';
import {
  boolean,
  constructed,
  EncodingError,
  integerOf,
  namedBits,
  nullValue,
  octetString,
  primitive,
  sequence,
  sequenceOf,
} from './der-writer.ts';
import {
  encodeGeneralName,
  encodeGeneralNames,
  type GeneralName,
  readGeneralName,
  readGeneralNames,
} from './general-name.ts';
import { isObjectIdentifier } from './object-identifier.ts';
import { dottedDer, type OidName, oidDer, oidName, oids } from './oid.ts';

/** One extension as it stands in a certificate. */
export interface Extension {
  /** Dotted. */
  readonly id: string;
  readonly critical: boolean;
  /** DER inside the extnValue OCTET STRING. */
  readonly value: Uint8Array;
}

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export type ExtendedKeyUsage =
  | 'serverAuth'
  | 'clientAuth'
  | 'codeSigning'
  | 'emailProtection'
  | 'timeStamping'
  | 'OCSPSigning'
  | 'anyExtendedKeyUsage';

export interface BasicConstraints {
  readonly cA: boolean;
  readonly pathLenConstraint?: number;
}

export interface DecodedExtensions {
  readonly basicConstraints?: BasicConstraints;
  readonly keyUsage?: readonly KeyUsage[];
  /** By name where `oid.ts` has one, else dotted. */
  readonly extendedKeyUsages?: readonly string[];
  readonly subjectKeyIdentifier?: Uint8Array;
  /** The keyIdentifier; absent too where the extension names issuer and serial number only. */
  readonly authorityKeyIdentifier?: Uint8Array;
  readonly subjectAlternativeNames?: readonly GeneralName[];
  /** URIs of all fullNames. */
  readonly crlDistributionPoints?: readonly string[];
  readonly authorityInformationAccess?: { readonly caIssuers: readonly string[]; readonly ocsp: readonly string[] };
  /** All of them, in order, the ones above included. */
  readonly raw: readonly Extension[];
}

/** keyIdentifier by method 1 of RFC 5280 §4.2.1.2: SHA-1 of the subjectPublicKey bits. It names a key and protects nothing. */
export function keyIdentifierOf(spki: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha1', subjectPublicKeyOf(spki), 'buffer'));
}

/** Critical, as RFC 5280 §4.2.1.9 asks for authorities. */
export function basicConstraints({ cA, pathLenConstraint }: BasicConstraints): Extension {
  // BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }
  const isCount =
    pathLenConstraint === undefined || (Number.isSafeInteger(pathLenConstraint) && pathLenConstraint >= 0);
  if (!isCount || (pathLenConstraint !== undefined && !cA)) {
    throw new EncodingError('pathLenConstraint', 'out-of-range');
  }
  const parts = cA ? [boolean(true)] : [];
  if (pathLenConstraint !== undefined) parts.push(integerOf(pathLenConstraint));
  return extension('basicConstraints', true, sequence(...parts));
}

/** Critical (RFC 5280 §4.2.1.3). */
export function keyUsage(usages: readonly KeyUsage[]): Extension {
  if (usages.length === 0) throw new EncodingError('keyUsage', 'empty');
  return extension('keyUsage', true, namedBits(usages.map((usage) => keyUsages.indexOf(usage))));
}

/** @param purposes  by name, or dotted. @throws {EncodingError} `empty`, `unknown-type` */
export function extendedKeyUsage(purposes: readonly string[], critical = false): Extension {
  if (purposes.length === 0) throw new EncodingError('extKeyUsage', 'empty');
  return extension('extKeyUsage', critical, sequenceOf(purposes.map(encodePurpose)));
}

export function subjectKeyIdentifier(keyIdentifier: Uint8Array): Extension {
  return extension('subjectKeyIdentifier', false, octetString(keyIdentifier));
}

export function authorityKeyIdentifier(keyIdentifier: Uint8Array): Extension {
  return extension('authorityKeyIdentifier', false, sequence(primitive(0, keyIdentifier)));
}

/** @param critical exactly where the subject is empty (RFC 5280 §4.2.1.6). @throws {EncodingError} */
export function subjectAlternativeName(names: readonly GeneralName[], critical: boolean): Extension {
  return extension('subjectAltName', critical, encodeGeneralNames(names));
}

/** One point with one fullName, and all reasons. @throws {EncodingError} */
export function crlDistributionPoint(uri: string): Extension {
  // CRLDistributionPoints ::= SEQUENCE OF DistributionPoint ::= SEQUENCE { distributionPoint [0] DistributionPointName, … }
  // DistributionPointName ::= CHOICE { fullName [0] GeneralNames, … }
  const fullName = constructed(0, encodeUri(uri));
  return extension('cRLDistributionPoints', false, sequence(sequence(constructed(0, fullName))));
}

/** At least one of the two. @throws {EncodingError} */
export function authorityInformationAccess(uris: { readonly caIssuers?: string; readonly ocsp?: string }): Extension {
  // AuthorityInfoAccessSyntax ::= SEQUENCE OF AccessDescription ::= SEQUENCE { accessMethod OID, accessLocation GeneralName }
  const descriptions: Uint8Array[] = [];
  if (uris.ocsp !== undefined) descriptions.push(sequence(oidDer('ocsp'), encodeUri(uris.ocsp)));
  if (uris.caIssuers !== undefined) descriptions.push(sequence(oidDer('caIssuers'), encodeUri(uris.caIssuers)));
  if (descriptions.length === 0) throw new EncodingError('authorityInfoAccess', 'empty');
  return extension('authorityInfoAccess', false, sequence(...descriptions));
}

/** Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension. @throws {EncodingError} `empty`, `duplicate` */
export function encodeExtensions(extensions: readonly Extension[]): Uint8Array {
  if (extensions.length === 0) throw new EncodingError('extensions', 'empty');
  const seen = new Set<string>();
  const parts: Uint8Array[] = [];
  for (const { id, critical, value } of extensions) {
    if (seen.has(id)) throw new EncodingError(oidName(id) ?? id, 'duplicate'); // RFC 5280 §4.2
    seen.add(id);
    // Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
    parts.push(
      critical
        ? sequence(dottedDer(id), criticalTrue, octetString(value))
        : sequence(dottedDer(id), octetString(value)),
    );
  }
  return sequenceOf(parts);
}

/**
 * Reads the Extensions that come next. The content of an extension without a field of its own in the result is not
 * looked at; whoever relies on the certificate must refuse it where it is critical (RFC 5280 §4.2).
 *
 * @throws {DecodingError}
 */
export function readExtensions(reader: DerReader): DecodedExtensions {
  const start = reader.position;
  const raw: Extension[] = [];
  const seen = new Set<string>();
  const known: Known = {};
  const extensions = reader.sequence();
  while (!extensions.atEnd()) {
    const at = extensions.position;
    const one = extensions.sequence();
    const id = one.objectIdentifier();
    if (seen.has(id)) one.fail('duplicate', at);
    seen.add(id);
    const critical = one.booleanDefaultFalse();
    const content = one.enter(0x04);
    one.end();
    raw.push({ id, critical, value: content.rest() });
    readKnown(id, content, known);
  }
  if (raw.length === 0) reader.fail('too-few', start);
  return { ...known, raw };
}

/** What a request that asks for nothing, or a certificate without extensions, has. */
export const noExtensions: DecodedExtensions = { raw: [] };

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };
type Known = Writable<Omit<DecodedExtensions, 'raw'>>;

function readKnown(id: string, content: DerReader, known: Known): void {
  switch (oidName(id)) {
    case 'basicConstraints':
      known.basicConstraints = readBasicConstraints(content);
      break;
    case 'keyUsage':
      known.keyUsage = readKeyUsage(content);
      break;
    case 'extKeyUsage':
      known.extendedKeyUsages = readExtendedKeyUsages(content);
      break;
    case 'subjectKeyIdentifier':
      known.subjectKeyIdentifier = content.octetString();
      break;
    case 'authorityKeyIdentifier':
      readAuthorityKeyIdentifier(content, known);
      break;
    case 'subjectAltName':
      known.subjectAlternativeNames = readGeneralNames(content);
      break;
    case 'cRLDistributionPoints':
      known.crlDistributionPoints = readDistributionPoints(content);
      break;
    case 'authorityInfoAccess':
      known.authorityInformationAccess = readInformationAccess(content);
      break;
    default:
      return;
  }
  content.end();
}

function readBasicConstraints(content: DerReader): BasicConstraints {
  const at = content.position;
  const constraints = content.sequence();
  const cA = constraints.booleanDefaultFalse();
  const pathLenConstraint = constraints.atEnd() ? undefined : constraints.count();
  constraints.end();
  if (pathLenConstraint === undefined) return { cA };
  if (!cA) content.fail('value-malformed', at); // RFC 5280 §4.2.1.9
  return { cA, pathLenConstraint };
}

function readKeyUsage(content: DerReader): KeyUsage[] {
  const at = content.position;
  const bits = content.namedBits();
  if (bits.length === 0) content.fail('too-few', at); // RFC 5280 §4.2.1.3: at least one bit is set
  return bits.map((bit) => keyUsages[bit] ?? content.fail('value-malformed', at));
}

function readExtendedKeyUsages(content: DerReader): string[] {
  const at = content.position;
  const purposes: string[] = [];
  const elements = content.sequence();
  while (!elements.atEnd()) {
    const dotted = elements.objectIdentifier();
    purposes.push(oidName(dotted) ?? dotted);
  }
  if (purposes.length === 0) content.fail('too-few', at);
  return purposes;
}

function readAuthorityKeyIdentifier(content: DerReader, known: Known): void {
  // AuthorityKeyIdentifier ::= SEQUENCE {
  //   keyIdentifier [0] OPTIONAL, authorityCertIssuer [1] GeneralNames OPTIONAL, authorityCertSerialNumber [2] OPTIONAL }
  const identifier = content.sequence();
  if (identifier.isPrimitive(0)) known.authorityKeyIdentifier = identifier.primitive(0);
  if (identifier.isConstructed(1)) readGeneralNames(identifier, 0xa1);
  if (identifier.isPrimitive(2)) identifier.integer(0x82);
  identifier.end();
}

/** URIs of all fullNames in a CRLDistributionPoints. @throws {DecodingError} */
export function readDistributionPoints(content: DerReader): string[] {
  // DistributionPoint ::= SEQUENCE { distributionPoint [0], reasons [1], cRLIssuer [2] }, each optional
  const at = content.position;
  const uris: string[] = [];
  const points = content.sequence();
  if (points.atEnd()) content.fail('too-few', at);
  while (!points.atEnd()) {
    const point = points.sequence();
    if (point.isConstructed(0)) {
      const name = point.constructed(0);
      if (name.isConstructed(0)) uris.push(...urisAmong(readGeneralNames(name, 0xa0)));
      else if (name.isConstructed(1)) name.any(); // nameRelativeToCRLIssuer
      name.end();
    }
    if (point.isPrimitive(1)) point.namedBits(0x81);
    if (point.isConstructed(2)) readGeneralNames(point, 0xa2);
    point.end();
  }
  return uris;
}

function readInformationAccess(content: DerReader): { caIssuers: string[]; ocsp: string[] } {
  const at = content.position;
  const access = { caIssuers: [] as string[], ocsp: [] as string[] };
  const descriptions = content.sequence();
  if (descriptions.atEnd()) content.fail('too-few', at);
  while (!descriptions.atEnd()) {
    const description = descriptions.sequence();
    const method = oidName(description.objectIdentifier());
    const uris = urisAmong([readGeneralName(description)]);
    description.end();
    if (method === 'caIssuers' || method === 'ocsp') access[method].push(...uris);
  }
  return access;
}

function urisAmong(names: readonly GeneralName[]): string[] {
  return names.flatMap((name) => (name.type === 'uniformResourceIdentifier' ? [name.value] : []));
}

function extension(name: OidName, critical: boolean, value: Uint8Array): Extension {
  return { id: oids[name], critical, value };
}

function encodePurpose(purpose: string): Uint8Array {
  if (Object.hasOwn(oids, purpose)) return oidDer(purpose as OidName);
  if (!isObjectIdentifier(purpose)) throw new EncodingError('extKeyUsage', 'unknown-type');
  return dottedDer(purpose);
}

function encodeUri(value: string): Uint8Array {
  return encodeGeneralName({ type: 'uniformResourceIdentifier', value });
}

/** In the order of their bits (RFC 5280 §4.2.1.3). */
const keyUsages: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

const criticalTrue = boolean(true);

/** Where deltas to the CRL of the same scope are found (RFC 5280 §4.2.1.15, §5.2.6). @throws {EncodingError} */
export function freshestCrl(uri: string): Extension {
  return { ...crlDistributionPoint(uri), id: oids.freshestCRL };
}

/** The responder is trusted as long as its certificate lives (RFC 6960 §4.2.2.2.1). */
export const ocspNoCheck: Extension = { id: oids['ocsp-nocheck'], critical: false, value: nullValue };
