// Reads the string types found in names (RFC 5280 §4.1.2.4), those we do not write included.

import type { DerReader } from './der-reader.ts';

/**
 * The text of a UTF8String, PrintableString, IA5String, BMPString or TeletexString (read as Latin-1, as everybody does).
 * Empty strings and control characters are refused: a zero octet in a name has cut it short for others before.
 *
 * @throws {DecodingError} `string-malformed`, `unexpected-tag`
 */
export function readDirectoryString(reader: DerReader): string {
  const at = reader.position;
  const tag = reader.upcoming()[0] ?? 0;
  const decode = decoders.get(tag);
  if (decode === undefined) reader.fail('unexpected-tag', at);
  const text = decode(reader.content(tag));
  if (text === undefined || text === '' || controlCharacter.test(text)) reader.fail('string-malformed', at);
  return text;
}

type Decode = (octets: Uint8Array) => string | undefined;

const decoders: ReadonlyMap<number, Decode> = new Map<number, Decode>([
  [0x0c, decodeUtf8],
  [0x13, (octets) => matching(printableForm, decodeLatin1(octets))],
  [0x16, (octets) => matching(asciiForm, decodeLatin1(octets))],
  [0x14, decodeLatin1],
  [0x1e, decodeBmp],
]);

function decodeUtf8(octets: Uint8Array): string | undefined {
  if (octets.every((octet) => octet < 0x80)) return decodeLatin1(octets);
  try {
    return utf8.decode(octets);
  } catch {
    return undefined; // the decoder says no more than that it is no UTF-8
  }
}

function decodeLatin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

/** Two octets a character, no surrogates (X.690 §8.23.8). */
function decodeBmp(octets: Uint8Array): string | undefined {
  if (octets.length % 2 !== 0) return undefined;
  let text = '';
  for (let at = 0; at < octets.length; at += 2) {
    const code = (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
    if (code >= 0xd800 && code <= 0xdfff) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}

function matching(form: RegExp, text: string): string | undefined {
  return form.test(text) ? text : undefined;
}

/** A byte order mark is a character like others: what was signed must be what is read. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const printableForm = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const asciiForm = /^[\u0000-\u007f]*$/;
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;
