// The alternative names whose content is DER of somebody else's making: otherName and x400Address (RFC 5280 §4.2.1.6).

import { bytesToHex } from '../base/bytes.ts';
import { DecodingError, DerReader } from './der-reader.ts';
import { ia5String, utf8String } from './der-writer.ts';
import { isObjectIdentifier } from './object-identifier.ts';

export interface OtherName {
  /** Dotted. */
  readonly id: string;
  /** The value: one element. */
  readonly der: Uint8Array;
}

/** `1.2.3;UTF8:text`, `1.2.3:text` (the same), `1.2.3;IA5:text`, or `1.2.3;DER:` and hexadecimal. */
export function parseOtherName(text: string): OtherName | undefined {
  const [, id = '', kind = 'UTF8', value = ''] = otherNameForm.exec(text) ?? [];
  const der = isObjectIdentifier(id) ? encodeValue(kind.toUpperCase(), value) : undefined;
  return der && { id, der };
}

export function formatOtherName({ id, der }: OtherName): string {
  for (const [kind, tag] of [
    ['UTF8', 0x0c],
    ['IA5', 0x16],
  ] as const) {
    if (der[0] !== tag) continue;
    const text = Buffer.from(new DerReader(der).content(tag)).toString('utf8');
    const written = `${id};${kind}:${text}`;
    // Strings that would not be read again as they are, are shown as what they are.
    if (bytesToHex(parseOtherName(written)?.der ?? emptyBytes) === bytesToHex(der)) return written;
  }
  return `${id};DER:${bytesToHex(der)}`;
}

/** @param content  a reader of what is inside the SEQUENCE. @throws {DecodingError} */
export function readOtherName(content: DerReader): OtherName {
  const id = content.objectIdentifier();
  const wrapped = content.constructed(0);
  const der = wrapped.any();
  wrapped.end();
  content.end();
  return { id, der };
}

/** Of at most 4,096 octets; `undefined` for what is not one well-formed element. */
export function parseHexadecimalDer(text: string): Uint8Array | undefined {
  if (text.length > 2 * longestDer || !/^(?:[0-9A-Fa-f]{2})+$/.test(text)) return undefined;
  const der = new Uint8Array(Buffer.from(text, 'hex'));
  return isOneElement(der) ? der : undefined;
}

export function isOneElement(der: Uint8Array): boolean {
  return reads(der, (reader) => {
    reader.any();
    reader.end();
  });
}

/** As far as it goes without the attributes of X.411: they lie in up to three parts, of which the first is a SEQUENCE. */
export function isOrAddress(der: Uint8Array): boolean {
  // ORAddress ::= SEQUENCE { built-in-standard-attributes SEQUENCE, built-in-domain-defined-attributes SEQUENCE OPTIONAL,
  //   extension-attributes SET OPTIONAL }
  const inOrder = (address: DerReader) => {
    address.any();
    if (address.is(0x30)) address.any();
    if (address.is(0x31)) address.any();
    address.end();
  };
  return (
    isOneElement(der) &&
    reads(der, (reader) => {
      const address = reader.sequence();
      if (!address.is(0x30)) address.fail('unexpected-tag');
      inOrder(address);
    })
  );
}

function encodeValue(kind: string, value: string): Uint8Array | undefined {
  if (kind === 'DER') return parseHexadecimalDer(value);
  if (value.length > longestText || !textForm.test(value) || !value.isWellFormed()) return undefined;
  if (kind === 'UTF8') return utf8String(value);
  return asciiForm.test(value) ? ia5String(value) : undefined;
}

function reads(der: Uint8Array, read: (reader: DerReader) => void): boolean {
  try {
    read(new DerReader(der, longestDer));
    return true;
  } catch (error) {
    if (error instanceof DecodingError) return false;
    throw error;
  }
}

const longestDer = 4096;
const longestText = 1024;
const otherNameForm = /^([0-9.]+)(?:;(UTF8|IA5|DER))?:(.*)$/isu;
const textForm = /^[^\u0000-\u001f\u007f-\u009f]+$/;
const asciiForm = /^[\u0000-\u007f]*$/;
const emptyBytes = new Uint8Array(0);
