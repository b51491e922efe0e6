// Distinguished names (RFC 5280 §4.1.2.4): the record, its DER, and the text people read.

import { assertNever } from '../base/assert-never.ts';
import { DerReader } from './der-reader.ts';
import {
  EncodingError,
  element,
  ia5String,
  printableString,
  sequence,
  sequenceOf,
  setOf,
  utf8String,
} from './der-writer.ts';
import { readDirectoryString } from './directory-string.ts';
import { ruleOf, type Syntax, ubUnknown } from './name-attribute.ts';
import { isObjectIdentifier } from './object-identifier.ts';
import { dottedDer, type OidName, oidDer } from './oid.ts';

/** One AttributeTypeAndValue. */
export interface NameAttribute {
  /** As `oid.ts` names it (`commonName`), or dotted. */
  readonly type: string;
  readonly value: string;
  /** In one RDN with the attribute before it. Others' certificates have such; ours have one attribute a RDN. */
  readonly joined?: true;
}

/** The attributes in the order of the certificate. */
export type Name = readonly NameAttribute[];

export interface NameParts {
  readonly country?: string;
  readonly organization?: string;
  readonly organizationalUnit?: string;
  readonly locality?: string;
  readonly state?: string;
  readonly commonName?: string;
}

/** A name in the order C, O, OU, L, ST, CN; parts not given are left out. Values are checked when the name is encoded. */
export function nameOf(parts: NameParts): Name {
  const name: NameAttribute[] = [];
  const add = (type: OidName, value: string | undefined) => {
    if (value !== undefined) name.push({ type, value });
  };
  add('countryName', parts.country);
  add('organizationName', parts.organization);
  add('organizationalUnitName', parts.organizationalUnit);
  add('localityName', parts.locality);
  add('stateOrProvinceName', parts.state);
  add('commonName', parts.commonName);
  return name;
}

/**
 * @returns DER of the name; an empty name is an empty SEQUENCE.
 * @throws {EncodingError} naming the attribute: `empty`, `too-long` (characters, RFC 5280 §A.1), `wrong-length` (a country
 *   has two letters, a Matter number as many digits as it is long), `control-character`, `not-unicode` (half a
 *   surrogate pair), `not-printable-string`, `not-ia5-string`, `not-upper-case-hexadecimal`, `unknown-type`; `too-many`
 *   above 64 attributes.
 */
export function encodeName(name: Name): Uint8Array {
  // RDNSequence ::= SEQUENCE OF RelativeDistinguishedName;  RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
  if (name.length > maximumAttributes) throw new EncodingError('name', 'too-many');
  const relativeNames: Uint8Array[][] = [];
  for (const attribute of name) {
    const encoded = encodeAttribute(attribute);
    const last = relativeNames.at(-1);
    if (attribute.joined && last !== undefined) last.push(encoded);
    else relativeNames.push([encoded]);
  }
  return sequenceOf(relativeNames.map((rdn) => (rdn.length === 1 ? element(0x31, ...rdn) : setOf(rdn))));
}

/**
 * A name taken over from somebody's request, byte for byte: encoded anew, a PrintableString would become a UTF8String and
 * the name another for those who compare octets. It holds to the bounds of ours all the same, and where an attribute is
 * not of the one string type that its standard has, the name is encoded anew.
 *
 * @returns DER; `der` itself wherever it can be.
 * @throws {DecodingError} for bytes that are no Name.
 * @throws {EncodingError} for a name that {@link encodeName} would not write.
 */
export function takeOverName(der: Uint8Array): Uint8Array {
  const reader = new DerReader(der);
  let keepsToTypes = true;
  const name = readName(reader, (type, tag) => {
    keepsToTypes &&= (stringTags.get(ruleOf(type)?.syntax) ?? tag) === tag;
  });
  reader.end();
  const encoded = encodeName(name);
  return keepsToTypes ? der : encoded;
}

/** @throws {DecodingError} */
export function decodeName(der: Uint8Array): Name {
  const reader = new DerReader(der);
  const name = readName(reader);
  reader.end();
  return name;
}

/** Reads the name that comes next; `sees` is told each type, dotted, and the tag of its string. @throws {DecodingError} */
export function readName(reader: DerReader, sees?: (type: string, stringTag: number) => void): Name {
  const name: NameAttribute[] = [];
  const relativeNames = reader.sequence();
  while (!relativeNames.atEnd()) {
    const at = relativeNames.position;
    let joined = false;
    relativeNames.setOf((attributes) => {
      const attribute = readAttribute(attributes, sees);
      name.push(joined ? { ...attribute, joined } : attribute);
      joined = true;
    });
    if (!joined) relativeNames.fail('too-few', at);
  }
  return name;
}

/**
 * `C=CN,O=Aliyun,OU=Security,L=Hangzhou,ST=Zhejiang,CN=Aliyun`: in the order of the certificate, not reversed as in
 * LDAP, joined by commas without blanks (`+` within a RDN), special characters escaped as RFC 4514 §2.4. The value of a
 * type without a name is the hexadecimal DER of the string.
 */
export function formatName(name: Name): string {
  let text = '';
  for (const { type, value, joined } of name) {
    if (text !== '') text += joined ? '+' : ',';
    const rule = ruleOf(type);
    text += rule ? `${rule.label}=${escapeValue(value)}` : `${type}=#${Buffer.from(utf8String(value)).toString('hex')}`;
  }
  return text;
}

function encodeAttribute({ type, value }: NameAttribute): Uint8Array {
  const rule = ruleOf(type);
  if (rule === undefined && !isObjectIdentifier(type)) throw new EncodingError('attribute type', 'unknown-type');
  const field = rule?.name ?? type;
  checkText(field, value, rule?.upperBound ?? ubUnknown);
  const typeDer = rule === undefined ? dottedDer(type) : oidDer(rule.name);
  if (rule?.syntax === 'hexadecimal' && value.length !== rule.upperBound)
    throw new EncodingError(field, 'wrong-length');
  return sequence(typeDer, encodeValue(field, value, rule?.syntax ?? 'utf8'));
}

function encodeValue(field: string, value: string, syntax: Syntax): Uint8Array {
  switch (syntax) {
    case 'country':
      if (value.length !== 2) throw new EncodingError(field, 'wrong-length');
      if (!countryForm.test(value)) throw new EncodingError(field, 'not-printable-string');
      return printableString(value);
    case 'printable':
      if (!printableForm.test(value)) throw new EncodingError(field, 'not-printable-string');
      return printableString(value);
    case 'ia5':
      if (!asciiForm.test(value)) throw new EncodingError(field, 'not-ia5-string');
      return ia5String(value);
    case 'hexadecimal':
      if (!hexadecimalForm.test(value)) throw new EncodingError(field, 'not-upper-case-hexadecimal');
      return utf8String(value);
    case 'utf8':
      return utf8String(value);
    default:
      return assertNever(syntax);
  }
}

function checkText(field: string, value: string, upperBound: number): void {
  if (value === '') throw new EncodingError(field, 'empty');
  // Upper bounds count characters; no text of more than twice as many UTF-16 units need be counted.
  if (value.length > upperBound && (value.length > 2 * upperBound || [...value].length > upperBound)) {
    throw new EncodingError(field, 'too-long');
  }
  if (controlCharacter.test(value)) throw new EncodingError(field, 'control-character');
  if (!value.isWellFormed()) throw new EncodingError(field, 'not-unicode');
}

function readAttribute(reader: DerReader, sees?: (type: string, stringTag: number) => void): NameAttribute {
  // AttributeTypeAndValue ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY }
  const attribute = reader.sequence();
  const dotted = attribute.objectIdentifier();
  sees?.(dotted, attribute.upcoming()[0] ?? 0);
  const value = readDirectoryString(attribute);
  attribute.end();
  return { type: ruleOf(dotted)?.name ?? dotted, value };
}

function escapeValue(value: string): string {
  return value.replace(/^[ #]|["+,;<>\\]| $/g, '\\$&').replaceAll('\0', '\\00');
}

/** More than any certificate has reason to have; bounds what a request of a caller's can ask for. */
const maximumAttributes = 64;
const stringTags: ReadonlyMap<Syntax | undefined, number> = new Map([
  ['country', 0x13],
  ['printable', 0x13],
  ['ia5', 0x16],
]);
const countryForm = /^[A-Za-z]{2}$/;
const hexadecimalForm = /^[0-9A-F]+$/;
const printableForm = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const asciiForm = /^[\u0000-\u007f]*$/;
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;
