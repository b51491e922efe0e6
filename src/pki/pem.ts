// PEM (RFC 7468): base64 between two lines that say what it is.

import { DecodingError, type DecodingProblem } from './der-reader.ts';

export interface PemBlock {
  /** `CERTIFICATE`, `CERTIFICATE REQUEST`, `X509 CRL`, … */
  readonly label: string;
  readonly der: Uint8Array;
}

/** Lines of 64 characters, each ended by a line feed. */
export function encodePem(label: string, der: Uint8Array): string {
  if (!labelForm.test(label)) throw new TypeError(`not a PEM label: ${label}`);
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64');
  let text = `-----BEGIN ${label}-----\n`;
  for (let at = 0; at < base64.length; at += 64) text += `${base64.slice(at, at + 64)}\n`;
  return `${text}-----END ${label}-----\n`;
}

/**
 * The content of the one block in the text, which must bear the label where one is given. RFC 7468 §7 allows
 * `NEW CERTIFICATE REQUEST` for `CERTIFICATE REQUEST`.
 *
 * @throws {DecodingError} `pem-malformed` (also without a block), `pem-label-differs`, `too-many`, `input-too-long`; `at`
 *   counts characters.
 */
export function decodePem(text: string, label?: string): Uint8Array {
  const [block, second] = decodePemBlocks(text);
  if (block === undefined) throw new DecodingError('pem-malformed', 0);
  if (second !== undefined) throw new DecodingError('too-many', 0);
  if (label !== undefined && plainLabel(block.label) !== plainLabel(label))
    throw new DecodingError('pem-label-differs', 0);
  return block.der;
}

/**
 * All blocks, in order; what stands between them is not looked at (RFC 7468 §2). Within a block there is base64 in the
 * one form its octets have, in lines of any length, and nothing else: no headers, no blank lines.
 *
 * @throws {DecodingError} `pem-malformed`, `input-too-long`; `at` counts characters.
 */
export function decodePemBlocks(text: string): PemBlock[] {
  if (text.length > longestText) throw new DecodingError('input-too-long', longestText);
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly at: number; base64: string } | undefined;
  let at = 0;
  const fail = (problem: DecodingProblem): never => {
    throw new DecodingError(problem, at);
  };
  for (const lineWithEnd of text.split('\n')) {
    const line = lineWithEnd.trimEnd();
    const begin = beginForm.exec(line)?.[1];
    if (open === undefined) {
      if (begin !== undefined) open = { label: begin, at, base64: '' };
      else if (line.startsWith('-----END ')) fail('pem-malformed');
    } else if (line === `-----END ${open.label}-----`) {
      blocks.push({ label: open.label, der: decodeBase64(open.base64) ?? fail('pem-malformed') });
      open = undefined;
    } else if (base64Line.test(line)) {
      open.base64 += line;
    } else {
      fail('pem-malformed');
    }
    at += lineWithEnd.length + 1;
  }
  if (open !== undefined) throw new DecodingError('pem-malformed', open.at);
  return blocks;
}

/** Buffer forgives everything; what does not come out again as it went in was not base64. */
function decodeBase64(base64: string): Uint8Array | undefined {
  const octets = Buffer.from(base64, 'base64');
  return octets.length > 0 && octets.toString('base64') === base64 ? new Uint8Array(octets) : undefined;
}

function plainLabel(label: string): string {
  return label === 'NEW CERTIFICATE REQUEST' ? 'CERTIFICATE REQUEST' : label;
}

/** Some hundred certificates. */
const longestText = 1024 * 1024;
const labelForm = /^[A-Z0-9]+(?: [A-Z0-9]+)*$/;
const beginForm = /^-----BEGIN ([A-Z0-9]+(?: [A-Z0-9]+)*)-----$/;
const base64Line = /^[A-Za-z0-9+/]+={0,2}$/;
