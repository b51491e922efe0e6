// GeneralName (RFC 5280 §4.2.1.6): the names a subject, an issuer or a place may have besides a distinguished name.

import { assertNever } from '../base/assert-never.ts';
import type { DerReader } from './der-reader.ts';
import { constructed, EncodingError, primitive, sequenceOf } from './der-writer.ts';
import { formatIpAddress, parseIpAddress } from './ip-address.ts';
import { encodeName, type Name, readName } from './name.ts';

export type TextNameType = 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier' | 'iPAddress';

export type GeneralName =
  | { readonly type: TextNameType; readonly value: string }
  | { readonly type: 'directoryName'; readonly name: Name }
  /** Any other, as found: DER with its context tag. */
  | { readonly type: 'other'; readonly der: Uint8Array };

/**
 * A name of the given type, or `undefined` for text that is none:
 * - `dNSName`: labels of letters, digits and hyphens (ASCII; international names as A-labels), at most 253 characters, the
 *   last label not all digits; `*` as the whole leftmost label only;
 * - `rfc822Name`: `local@domain`, ASCII, the local part without quotes;
 * - `uniformResourceIdentifier`: absolute, ASCII, with a host where it has an authority, at most 2,048 characters;
 * - `iPAddress`: IPv4 or IPv6; the result has the canonical text.
 */
export function parseGeneralName(type: TextNameType, text: string): GeneralName | undefined {
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
    default:
      return assertNever(type);
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
    case 'other':
      return name.der;
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
    case 0xa0: // otherName
    case 0xa3: // x400Address
    case 0xa5: // ediPartyName
    case 0x88: // registeredID
      return { type: 'other', der: reader.any() };
    default:
      return reader.fail('unexpected-tag', at);
  }
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

/** RFC 1034 §3.5 and RFC 1123 §2.1; a last label of digits would read as an IPv4 address. */
function isDnsName(text: string, wholeLength = text.length): boolean {
  if (wholeLength > 253) return false;
  const labels = text.split('.');
  return labels.every((label) => label.length <= 63 && labelForm.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** RFC 5321 §4.1.2, the Dot-string form; §4.5.3.1 for the lengths. */
function isMailbox(text: string): boolean {
  if (text.length > 254) return false;
  const at = text.lastIndexOf('@');
  return at >= 1 && at <= 64 && localPartForm.test(text.slice(0, at)) && isDnsName(text.slice(at + 1));
}

function isAbsoluteUri(text: string): boolean {
  return text.length <= 2048 && uriForm.test(text);
}

const labelForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const localPartForm = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** RFC 3986 §3: scheme, then an authority with a host (RFC 5280 §4.2.1.6) or something that is none, then the rest. */
const uriForm = (() => {
  const character = "(?:[A-Za-z0-9\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})";
  const authority = `//(?:(?:${character}|:)*@)?(?:\\[[0-9A-Fa-f:.]+\\]|${character}+)(?::\\d*)?(?=[/?#]|$)`;
  const rest = `(?:${character}|[:@/])*(?:\\?(?:${character}|[:@/?])*)?(?:#(?:${character}|[:@/?])*)?`;
  return new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*:(?:${authority}|(?!//)(?=[^?#]))${rest}$`);
})();
