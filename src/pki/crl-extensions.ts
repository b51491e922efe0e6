// Extensions of certificate revocation lists (RFC 5280 §5.2): one function to write each, one to read them all.

import { bytesToHex } from '../base/bytes.ts';
import { DerReader } from './der-reader.ts';
import { constructed, EncodingError, integer, primitive, sequenceOf } from './der-writer.ts';
import {
  authorityKeyIdentifier,
  type Extension,
  freshestCrl,
  readDistributionPoints,
  readExtensions,
} from './extensions.ts';
import { encodeGeneralName, readGeneralNames } from './general-name.ts';
import { type OidName, oidName, oids } from './oid.ts';

/** What a list is about, where it is not about all that its issuer issued. At least one of the two (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
  /** That of the certificates listed here, character for character. */
  readonly uri?: string;
  readonly onlyContains?: 'user-certificates' | 'ca-certificates';
}

export interface CrlIdentity {
  /** subjectKeyIdentifier of the issuer. */
  readonly authorityKeyIdentifier: Uint8Array;
  /** Above that of the list before; the full and the delta lists of one scope are counted together (RFC 5280 §5.2.3). */
  readonly number: bigint;
  /** Makes it a delta: the number of the full list that it adds to (RFC 5280 §5.2.4). */
  readonly baseNumber?: bigint;
  readonly distributionPoint?: IssuingDistributionPoint;
  /** Where deltas are; not in a delta (RFC 5280 §5.2.6). */
  readonly freshestCrl?: string;
}

export interface DecodedCrlExtensions {
  readonly authorityKeyIdentifier: Uint8Array;
  readonly number: bigint;
  readonly baseNumber: bigint | undefined;
  readonly distributionPoint: IssuingDistributionPoint | undefined;
  readonly freshestCrl: readonly string[] | undefined;
  /** All of them, in order. */
  readonly raw: readonly Extension[];
}

/** RFC 5280 §5.2.3 */
export const maximumCrlNumberOctets = 20;

/**
 * @throws {EncodingError} `out-of-range` for a `cRLNumber` that is negative or above 20 octets, a base that is not below it,
 *   a freshestCRL in a delta; `empty` or `malformed` for what the distribution points say.
 */
export function crlExtensions(identity: CrlIdentity): readonly Extension[] {
  const { number, baseNumber, distributionPoint } = identity;
  const extensions = [
    authorityKeyIdentifier(identity.authorityKeyIdentifier),
    { id: oids.cRLNumber, critical: false, value: crlNumber(number, 'cRLNumber') },
  ];
  if (baseNumber !== undefined) {
    // BaseCRLNumber ::= CRLNumber. A delta to itself would say nothing.
    if (baseNumber >= number) throw new EncodingError('deltaCRLIndicator', 'out-of-range');
    const value = crlNumber(baseNumber, 'deltaCRLIndicator');
    extensions.push({ id: oids.deltaCRLIndicator, critical: true, value });
  }
  if (distributionPoint !== undefined) extensions.push(issuingDistributionPoint(distributionPoint));
  if (identity.freshestCrl !== undefined) {
    if (baseNumber !== undefined) throw new EncodingError('freshestCRL', 'out-of-range');
    extensions.push(freshestCrl(identity.freshestCrl));
  }
  return extensions;
}

/** Critical (RFC 5280 §5.2.5). @throws {EncodingError} */
export function issuingDistributionPoint({ uri, onlyContains }: IssuingDistributionPoint): Extension {
  // IssuingDistributionPoint ::= SEQUENCE {
  //   distributionPoint [0] DistributionPointName OPTIONAL, onlyContainsUserCerts [1] BOOLEAN DEFAULT FALSE,
  //   onlyContainsCACerts [2] BOOLEAN DEFAULT FALSE, onlySomeReasons [3], indirectCRL [4], onlyContainsAttributeCerts [5] }
  // DistributionPointName ::= CHOICE { fullName [0] GeneralNames, … }
  const parts: Uint8Array[] = [];
  if (uri !== undefined) {
    const name = encodeGeneralName({ type: 'uniformResourceIdentifier', value: uri });
    parts.push(constructed(0, constructed(0, name)));
  }
  if (onlyContains !== undefined) parts.push(primitive(onlyContains === 'user-certificates' ? 1 : 2, truth));
  // §5.2.5 forbids the empty sequence.
  if (parts.length === 0) throw new EncodingError('issuingDistributionPoint', 'empty');
  return { id: oids.issuingDistributionPoint, critical: true, value: sequenceOf(parts) };
}

/**
 * Reads the Extensions of a list as we write them, and refuses what we do not understand, critical or not: authority key and
 * number are there (RFC 5280 §5.2.1, §5.2.3), each is critical exactly where RFC 5280 §5.2 says.
 *
 * @throws {DecodingError}
 */
export function readCrlExtensions(reader: DerReader): DecodedCrlExtensions {
  const at = reader.position;
  const { raw, authorityKeyIdentifier: keyIdentifier } = readExtensions(reader);
  let number: bigint | undefined;
  let baseNumber: bigint | undefined;
  let distributionPoint: IssuingDistributionPoint | undefined;
  let freshest: readonly string[] | undefined;
  for (const { id, critical, value } of raw) {
    const name = oidName(id);
    if (critical !== isCritical(name)) reader.fail('value-malformed', at);
    const content = new DerReader(value);
    switch (name) {
      case 'authorityKeyIdentifier':
        continue;
      case 'cRLNumber':
        number = toBigInt(content.unsignedInteger(maximumCrlNumberOctets));
        break;
      case 'deltaCRLIndicator':
        baseNumber = toBigInt(content.unsignedInteger(maximumCrlNumberOctets));
        break;
      case 'issuingDistributionPoint':
        distributionPoint = readIssuingDistributionPoint(content);
        break;
      case 'freshestCRL':
        freshest = readDistributionPoints(content);
        break;
      default:
        reader.fail('value-malformed', at);
    }
    content.end();
  }
  if (keyIdentifier === undefined || number === undefined) return reader.fail('too-few', at);
  return { authorityKeyIdentifier: keyIdentifier, number, baseNumber, distributionPoint, freshestCrl: freshest, raw };
}

function readIssuingDistributionPoint(content: DerReader): IssuingDistributionPoint {
  const at = content.position;
  const point = content.sequence();
  let uri: string | undefined;
  if (point.isConstructed(0)) {
    const name = point.constructed(0);
    const [only, ...more] = readGeneralNames(name, 0xa0);
    name.end();
    if (only?.type !== 'uniformResourceIdentifier' || more.length > 0) return content.fail('value-malformed', at);
    uri = only.value;
  }
  let onlyContains: IssuingDistributionPoint['onlyContains'];
  for (const [tag, kind] of [
    [1, 'user-certificates'],
    [2, 'ca-certificates'],
  ] as const) {
    if (!point.isPrimitive(tag)) continue;
    const value = point.primitive(tag);
    // DER leaves FALSE out; at most one of the two (RFC 5280 §5.2.5).
    if (value.length !== 1 || value[0] !== 0xff || onlyContains !== undefined) content.fail('value-malformed', at);
    onlyContains = kind;
  }
  point.end(); // chosen: some reasons, indirect lists and attribute certificates are not ours, and refused here
  if (uri === undefined && onlyContains === undefined) content.fail('too-few', at);
  return { ...(uri === undefined ? {} : { uri }), ...(onlyContains === undefined ? {} : { onlyContains }) };
}

function isCritical(name: OidName | undefined): boolean {
  return name === 'deltaCRLIndicator' || name === 'issuingDistributionPoint';
}

/** CRLNumber ::= INTEGER (0..MAX), in 20 octets with its sign. */
function crlNumber(number: bigint, field: string): Uint8Array {
  if (number < 0n || number >= 2n ** 159n) throw new EncodingError(field, 'out-of-range');
  const digits = number.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return integer((octets[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...octets) : octets);
}

function toBigInt(magnitude: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(magnitude)}`);
}

/** Content of BOOLEAN TRUE. */
const truth = Uint8Array.of(0xff);
