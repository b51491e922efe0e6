// GeneralName (RFC 5280 §4.2.1.6): the names a subject, an issuer or a place may have besides a distinguished name.

import { assertNever } from '../base/assert-never.ts';
import { bytesToHex } from '../base/bytes.ts';
import { DerReader } from './der-reader.ts';
import { constructed, EncodingError, element, primitive, sequenceOf } from './der-writer.ts';
import { encodeEdiParty, formatEdiParty, parseEdiParty, readEdiParty } from './edi-party-name.ts';
import { isAbsoluteUri, isDnsName, isMailbox } from './general-name-syntax.ts';
import { formatIpAddress, parseIpAddress } from './ip-address.ts';
import { encodeName, formatName, type Name, readName } from './name.ts';
import { parseName } from './name-text.ts';
import { decodeArcs, encodeArcs, isObjectIdentifier } from './object-identifier.ts';
import { dottedDer } from './oid.ts';
import {
  formatOtherName,
  isOneElement,
  isOrAddress,
  parseHexadecimalDer,
  parseOtherName,
  readOtherName,
} from './other-name.ts';

export type TextNameType = 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier' | 'iPAddress';

export type GeneralName =
  | { readonly type: TextNameType; readonly value: string }
  | { readonly type: 'directoryName'; readonly name: Name }
  /** `id` dotted; `der` is the one element that the identifier says the meaning of. */
  | { readonly type: 'otherName'; readonly id: string; readonly der: Uint8Array }
  /** `der` is the ORAddress (X.411), a SEQUENCE. */
  | { readonly type: 'x400Address'; readonly der: Uint8Array }
  | { readonly type: 'ediPartyName'; readonly nameAssigner?: string; readonly partyName: string }
  | { readonly type: 'registeredID'; readonly id: string };

export type GeneralNameType = GeneralName['type'];

/** In the order of their context tags: the numbers that callers give them. */
export const generalNameTypes = [
  'otherName',
  'rfc822Name',
  'dNSName',
  'x400Address',
  'directoryName',
  'ediPartyName',
  'uniformResourceIdentifier',
  'iPAddress',
  'registeredID',
] as const satisfies readonly GeneralNameType[];

/**
 * A name of the given type, or `undefined` for text that is none:
 * - `dNSName`: labels of letters, digits and hyphens (ASCII; international names as A-labels), at most 253 characters, the
 *   last label not all digits; `*` as the whole leftmost label only;
 * - `rfc822Name`: `local@domain`, ASCII, the local part without quotes;
 * - `uniformResourceIdentifier`: absolute, ASCII, with a host where it has an authority, at most 2,048 characters;
 * - `iPAddress`: IPv4 or IPv6; the result has the canonical text;
 * - `directoryName`: as `parseName` reads it;
 * - `otherName`: `1.2.3;UTF8:text`, short `1.2.3:text`; `1.2.3;IA5:text`; `1.2.3;DER:` and the value in hexadecimal DER
 *   (openssl's configuration files have the first two);
 * - `x400Address`: hexadecimal DER of the ORAddress, which has no text of its own;
 * - `ediPartyName`: `partyName`, or `nameAssigner;partyName`;
 * - `registeredID`: a dotted object identifier.
 */
export function parseGeneralName(type: GeneralNameType, text: string): GeneralName | undefined {
  switch (type) {
    case 'rfc822Name':
      return isMailbox(text) ? { type, value: text } : undefined;
    case 'dNSName':
      return isDnsName(text.startsWith('*.') ? text.slice(2) : text, text.length) ? { type, value: text } : undefined;
    case 'uniformResourceIdentifier':
      return isAbsoluteUri(text) ? { type, value: text } : undefined;
    case 'iPAddress': {
      const octets = parseIpAddress(text);
      return octets === undefined ? undefined : { type, value: formatIpAddress(octets) };
    }
    case 'directoryName': {
      const name = parseName(text);
      return name && { type, name };
    }
    case 'otherName': {
      const other = parseOtherName(text);
      return other && { type, ...other };
    }
    case 'x400Address': {
      const der = parseHexadecimalDer(text);
      return der && isOrAddress(der) ? { type, der } : undefined;
    }
    case 'ediPartyName': {
      const party = parseEdiParty(text);
      return party && { type, ...party };
    }
    case 'registeredID':
      return isObjectIdentifier(text) ? { type, id: text } : undefined;
    default:
      return assertNever(type);
  }
}

/** The text that {@link parseGeneralName} reads as this name. */
export function formatGeneralName(name: GeneralName): string {
  switch (name.type) {
    case 'rfc822Name':
    case 'dNSName':
    case 'uniformResourceIdentifier':
    case 'iPAddress':
      return name.value;
    case 'directoryName':
      return formatName(name.name);
    case 'otherName':
      return formatOtherName(name);
    case 'x400Address':
      return bytesToHex(name.der);
    case 'ediPartyName':
      return formatEdiParty(name);
    case 'registeredID':
      return name.id;
    default:
      return assertNever(name);
  }
}

/** @throws {EncodingError} `malformed`, with the type as the field, where {@link parseGeneralName} refuses the text. */
export function encodeGeneralName(name: GeneralName): Uint8Array {
  switch (name.type) {
    case 'rfc822Name':
      return primitive(1, checkedText(name.type, name.value));
    case 'dNSName':
      return primitive(2, checkedText(name.type, name.value));
    case 'directoryName':
      return constructed(4, encodeName(name.name)); // explicit, for Name is a CHOICE (X.680 §31.2.7)
    case 'uniformResourceIdentifier':
      return primitive(6, checkedText(name.type, name.value));
    case 'iPAddress': {
      const octets = parseIpAddress(name.value);
      if (octets === undefined) throw new EncodingError(name.type, 'malformed');
      return primitive(7, octets);
    }
    case 'otherName':
      // OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY DEFINED BY type-id }
      if (!isObjectIdentifier(name.id) || !isOneElement(name.der)) throw new EncodingError(name.type, 'malformed');
      return constructed(0, dottedDer(name.id), constructed(0, name.der));
    case 'x400Address':
      if (!isOrAddress(name.der)) throw new EncodingError(name.type, 'malformed');
      return constructed(3, new DerReader(name.der).content(0x30));
    case 'ediPartyName':
      return constructed(5, ...encodeEdiParty(name));
    case 'registeredID':
      if (!isObjectIdentifier(name.id)) throw new EncodingError(name.type, 'malformed');
      return primitive(8, encodeArcs(name.id));
    default:
      return assertNever(name);
  }
}

/** GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName. @throws {EncodingError} */
export function encodeGeneralNames(names: readonly GeneralName[]): Uint8Array {
  if (names.length === 0) throw new EncodingError('generalNames', 'empty');
  return sequenceOf(names.map(encodeGeneralName));
}

/**
 * Reads a GeneralNames; `tag` where it is implicitly tagged. Texts are ASCII, not empty and without control characters,
 * and otherwise as found: whoever certifies them encodes them, and there they are checked.
 *
 * @throws {DecodingError}
 */
export function readGeneralNames(reader: DerReader, tag = 0x30): GeneralName[] {
  const at = reader.position;
  const names: GeneralName[] = [];
  const elements = reader.enter(tag);
  while (!elements.atEnd()) names.push(readGeneralName(elements));
  if (names.length === 0) reader.fail('too-few', at);
  return names;
}

/** Reads the GeneralName that comes next. @throws {DecodingError} */
export function readGeneralName(reader: DerReader): GeneralName {
  const at = reader.position;
  const tag = reader.upcoming()[0] ?? 0;
  switch (tag) {
    case 0x81:
      return { type: 'rfc822Name', value: readText(reader, tag) };
    case 0x82:
      return { type: 'dNSName', value: readText(reader, tag) };
    case 0x86:
      return { type: 'uniformResourceIdentifier', value: readText(reader, tag) };
    case 0x87: {
      const octets = reader.content(tag);
      if (octets.length !== 4 && octets.length !== 16) reader.fail('value-malformed', at);
      return { type: 'iPAddress', value: formatIpAddress(octets) };
    }
    case 0xa4: {
      const inside = reader.enter(tag);
      const name = readName(inside);
      inside.end();
      return { type: 'directoryName', name };
    }
    case 0xa0:
      return { type: 'otherName', ...readOtherName(reader.enter(tag)) };
    case 0xa3:
      return { type: 'x400Address', der: element(0x30, readContent(reader, tag)) };
    case 0xa5:
      return { type: 'ediPartyName', ...readEdiParty(reader.enter(tag)) };
    case 0x88: {
      const decoded = decodeArcs(reader.content(tag));
      return 'dotted' in decoded ? { type: 'registeredID', id: decoded.dotted } : reader.fail(decoded.problem, at);
    }
    default:
      return reader.fail('unexpected-tag', at);
  }
}

/** The content octets of an element that is well-formed all the way down. */
function readContent(reader: DerReader, tag: number): Uint8Array {
  const whole = reader.any();
  return new DerReader(whole).content(tag);
}

function readText(reader: DerReader, tag: number): string {
  const at = reader.position;
  const text = reader.ia5String(tag);
  if (text === '') reader.fail('string-malformed', at);
  return text;
}

function checkedText(type: TextNameType, text: string): Uint8Array {
  if (parseGeneralName(type, text) === undefined) throw new EncodingError(type, 'malformed');
  return Buffer.from(text, 'latin1');
}
