// Reads certificate revocation lists (RFC 5280 §5) as we write them: everything but the entries, which `crl-entries.ts` reads
// one by one. No signature is verified here.

import { equalBytes } from '../base/bytes.ts';
import type { UnixSeconds } from '../base/time.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm.ts';
import { type DecodedCrlExtensions, readCrlExtensions } from './crl-extensions.ts';
import { DerReader } from './der-reader.ts';
import { readName } from './name.ts';

export interface Crl {
  readonly der: Uint8Array;
  /** TBSCertList, DER: what the signature covers. */
  readonly tbs: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** Offsets into `der` between which the entries stand; equal where there is none. */
  readonly entriesStart: number;
  readonly entriesEnd: number;
  readonly extensions: DecodedCrlExtensions;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/**
 * Reads a list of version 2 with nextUpdate and extensions, without looking at its entries.
 *
 * @returns byte arrays that are views of `der`.
 * @throws {DecodingError} also for an extension that is not known (`value-malformed`) and for an empty list of entries
 *   (`too-few`, RFC 5280 §5.1.2.6).
 */
export function parseCrl(der: Uint8Array, maximumOctets: number): Crl {
  // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
  const whole = new DerReader(der, maximumOctets);
  const list = whole.sequence();
  whole.end();
  const tbs = list.upcoming();
  const { algorithmDer, ...fields } = readTbsCertList(list.sequence());
  const algorithmAt = list.position;
  const sameAlgorithm = equalBytes(list.upcoming(), algorithmDer);
  const signatureAlgorithm = readAlgorithmIdentifier(list);
  if (!sameAlgorithm) list.fail('algorithms-differ', algorithmAt); // RFC 5280 §5.1.1.2
  const signature = list.bitString();
  list.end();
  return { der, tbs, ...fields, signatureAlgorithm, signature };
}

function readTbsCertList(tbs: DerReader) {
  // TBSCertList ::= SEQUENCE {
  //   version Version OPTIONAL, signature AlgorithmIdentifier, issuer Name, thisUpdate Time, nextUpdate Time OPTIONAL,
  //   revokedCertificates SEQUENCE OF SEQUENCE { … } OPTIONAL, crlExtensions [0] EXPLICIT Extensions OPTIONAL }
  const versionAt = tbs.position;
  if (!tbs.is(0x02) || tbs.count() !== 1) tbs.fail('version-unsupported', versionAt); // v2, which extensions ask for
  const algorithmDer = tbs.upcoming();
  readAlgorithmIdentifier(tbs);
  const issuerDer = tbs.upcoming();
  readName(tbs);
  const thisUpdate = tbs.time();
  if (!tbs.is(0x17) && !tbs.is(0x18)) tbs.fail('missing-element'); // RFC 5280 §5.1.2.5 wants nextUpdate
  const nextUpdate = tbs.time();
  let entriesStart = tbs.position;
  let entriesEnd = entriesStart;
  if (tbs.is(0x30)) {
    const at = tbs.position;
    entriesStart = tbs.sequence().position;
    entriesEnd = tbs.position;
    if (entriesStart === entriesEnd) tbs.fail('too-few', at);
  }
  const wrapped = tbs.constructed(0);
  const extensions = readCrlExtensions(wrapped);
  wrapped.end();
  tbs.end();
  return { algorithmDer, issuerDer, thisUpdate, nextUpdate, entriesStart, entriesEnd, extensions };
}
