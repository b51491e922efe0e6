// EDIPartyName (RFC 5280 §4.2.1.6): a party of electronic data interchange, and who named it so.

import type { DerReader } from './der-reader.ts';
import { constructed, EncodingError, utf8String } from './der-writer.ts';
import { readDirectoryString } from './directory-string.ts';

export interface EdiParty {
  readonly nameAssigner?: string;
  readonly partyName: string;
}

/** `partyName`, or `nameAssigner;partyName`: what comes before the first semicolon. */
export function parseEdiParty(text: string): EdiParty | undefined {
  const at = text.indexOf(';');
  const partyName = text.slice(at + 1);
  const nameAssigner = text.slice(0, Math.max(at, 0));
  if (!isDirectoryString(partyName)) return undefined;
  if (nameAssigner === '') return { partyName };
  return isDirectoryString(nameAssigner) ? { nameAssigner, partyName } : undefined;
}

export function formatEdiParty({ nameAssigner, partyName }: EdiParty): string {
  return nameAssigner === undefined && !partyName.includes(';') ? partyName : `${nameAssigner ?? ''};${partyName}`;
}

/** The elements of the SEQUENCE. @throws {EncodingError} `malformed` */
export function encodeEdiParty({ nameAssigner, partyName }: EdiParty): Uint8Array[] {
  // EDIPartyName ::= SEQUENCE { nameAssigner [0] DirectoryString OPTIONAL, partyName [1] DirectoryString }
  // The tags are explicit, for DirectoryString is a CHOICE (X.680 §31.2.7).
  for (const text of [nameAssigner, partyName]) {
    if (text !== undefined && !isDirectoryString(text)) throw new EncodingError('ediPartyName', 'malformed');
  }
  const party = constructed(1, utf8String(partyName));
  return nameAssigner === undefined ? [party] : [constructed(0, utf8String(nameAssigner)), party];
}

/** @param content  a reader of what is inside the SEQUENCE. @throws {DecodingError} */
export function readEdiParty(content: DerReader): EdiParty {
  const nameAssigner = content.isConstructed(0) ? readWrapped(content.constructed(0)) : undefined;
  const partyName = readWrapped(content.constructed(1));
  content.end();
  return nameAssigner === undefined ? { partyName } : { nameAssigner, partyName };
}

function readWrapped(wrapped: DerReader): string {
  const text = readDirectoryString(wrapped);
  wrapped.end();
  return text;
}

function isDirectoryString(text: string): boolean {
  return text.length <= longestText && text.isWellFormed() && directoryStringForm.test(text);
}

/** Chosen: RFC 5280 has no bound for either. */
const longestText = 256;
const directoryStringForm = /^[^\u0000-\u001f\u007f-\u009f]+$/;
