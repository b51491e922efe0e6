// Reads a distinguished name from text, the way back of `formatName`.

import { DecodingError, DerReader } from './der-reader.ts';
import { EncodingError } from './der-writer.ts';
import { readDirectoryString } from './directory-string.ts';
import { encodeName, type Name, type NameAttribute } from './name.ts';
import { attributeTypeOf } from './name-attribute.ts';

/**
 * The name in a text such as `C=CN,O=Aliyun,CN=a`, in the order of the certificate: as this API writes it, not reversed as
 * in LDAP. Attributes are separated by `,` or `;` (RFC 2253 §4), or by `+` within a RDN, with blanks around where
 * one likes. A type is a short or long name in any case, or dotted. In a value a special character stands after
 * a backslash, any octet as `\xx` (RFC 4514 §2.4); `#` begins the hexadecimal DER of a string.
 *
 * @returns `undefined` for text that is no name of at least one attribute, or one that `encodeName` would refuse.
 */
export function parseName(text: string): Name | undefined {
  if (text.length > longestText) return undefined;
  const name: NameAttribute[] = [];
  for (const { part, joined } of split(text)) {
    const attribute = parseAttribute(part);
    if (attribute === undefined) return undefined;
    name.push(joined ? { ...attribute, joined } : attribute);
  }
  return isEncodable(name) ? name : undefined;
}

function split(text: string): { part: string; joined: boolean }[] {
  const parts: { part: string; joined: boolean }[] = [];
  let start = 0;
  let joined = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    if (at < text.length && !separators.has(character)) continue;
    parts.push({ part: text.slice(start, at), joined });
    start = at + 1;
    joined = character === '+';
  }
  return parts;
}

function parseAttribute(part: string): NameAttribute | undefined {
  const equals = part.indexOf('=');
  if (equals < 0) return undefined;
  const type = attributeTypeOf(part.slice(0, equals).trim());
  const written = trimBlanks(part.slice(equals + 1));
  const value = written.startsWith('#') ? readHexadecimal(written.slice(1)) : unescapeValue(written);
  return type === undefined || value === undefined ? undefined : { type, value };
}

/** Without the blanks around, but for one at the end that a backslash stands before. Other white space is part of a value. */
function trimBlanks(text: string): string {
  const begun = text.replace(/^ +/, '');
  let end = 0;
  for (let at = 0; at < begun.length; at++) {
    if (begun[at] === '\\') at++;
    else if (begun[at] === ' ') continue;
    end = at + 1;
  }
  return begun.slice(0, end);
}

function unescapeValue(written: string): string | undefined {
  if (!valueForm.test(written)) return undefined;
  const octets = written.replaceAll(/\\([0-9A-Fa-f]{2})|\\(.)|[^\\]+/gsu, (plain, pair, special) =>
    pair === undefined ? Buffer.from(special ?? plain, 'utf8').toString('latin1') : latin1(Number.parseInt(pair, 16)),
  );
  try {
    return utf8.decode(Buffer.from(octets, 'latin1'));
  } catch {
    return undefined; // octets written as pairs that are no UTF-8
  }
}

function latin1(octet: number): string {
  return String.fromCharCode(octet);
}

function readHexadecimal(digits: string): string | undefined {
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(digits)) return undefined;
  try {
    const reader = new DerReader(Buffer.from(digits, 'hex'));
    const value = readDirectoryString(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof DecodingError) return undefined;
    throw error;
  }
}

function isEncodable(name: Name): boolean {
  try {
    encodeName(name);
    return true;
  } catch (error) {
    if (error instanceof EncodingError) return false;
    throw error;
  }
}

/** The bounds of a name's attributes leave room for less. */
const longestText = 8192;
const separators: ReadonlySet<string | undefined> = new Set([',', ';', '+']);
/** RFC 4514 §3: what stands there without a backslash, and what may stand behind one. */
const valueForm = /^(?:[^\\"<>\0]|\\[0-9A-Fa-f]{2}|\\[ "#+,;<=>\\])*$/u;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
