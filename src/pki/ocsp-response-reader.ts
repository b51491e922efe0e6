// Reads OCSP responses (RFC 6960 §4.2), to look at what we or others wrote. No signature is verified here.

import type { UnixSeconds } from '../base/time.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm.ts';
import { type CertId, readCertId } from './cert-id.ts';
import { crlReasonOf } from './crl-reason.ts';
import { DerReader } from './der-reader.ts';
import { type Extension, readExtensions } from './extensions.ts';
import type { CertStatus, OcspError } from './ocsp-response.ts';
import { oids } from './oid.ts';

export interface BasicOcspResponse {
  readonly status: 'successful';
  /** ResponseData, DER: what the signature covers. */
  readonly tbs: Uint8Array;
  /** SHA-1 of the responder's key; `undefined` where it is given by name. */
  readonly responderKeyHash: Uint8Array | undefined;
  readonly producedAt: UnixSeconds;
  readonly responses: readonly ParsedSingleResponse[];
  readonly nonce: Uint8Array | undefined;
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** DER of each. */
  readonly certificates: readonly Uint8Array[];
}

export interface ParsedSingleResponse {
  readonly certId: CertId;
  readonly certStatus: CertStatus;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds | undefined;
  readonly extensions: readonly Extension[];
}

/**
 * @returns byte arrays that are views of `der`.
 * @throws {DecodingError} also for a response of another type than id-pkix-ocsp-basic.
 */
export function parseOcspResponse(der: Uint8Array): BasicOcspResponse | { readonly status: OcspError } {
  const whole = new DerReader(der);
  const response = whole.sequence();
  whole.end();
  const statusAt = response.position;
  const code = response.enumerated();
  if (code !== 0) {
    response.end();
    return { status: errors[code] ?? response.fail('value-malformed', statusAt) };
  }
  const wrapped = response.constructed(0);
  response.end();
  const responseBytes = wrapped.sequence();
  wrapped.end();
  const typeAt = responseBytes.position;
  if (responseBytes.objectIdentifier() !== oids['ocsp-basic']) responseBytes.fail('value-malformed', typeAt);
  const content = responseBytes.enter(0x04);
  responseBytes.end();
  const basic = content.sequence();
  content.end();
  const tbs = basic.upcoming();
  const data = readResponseData(basic.sequence());
  const signatureAlgorithm = readAlgorithmIdentifier(basic);
  const signature = basic.bitString();
  const certificates = basic.atEnd() ? [] : readCertificates(basic.constructed(0));
  basic.end();
  return { status: 'successful', tbs, ...data, signatureAlgorithm, signature, certificates };
}

function readResponseData(data: DerReader) {
  if (data.isConstructed(0)) data.fail('version-unsupported'); // v1 is the default and left out
  const responderKeyHash = readResponderId(data);
  const producedAt = data.generalizedTime();
  const responses: ParsedSingleResponse[] = [];
  const singles = data.sequence();
  while (!singles.atEnd()) responses.push(readSingleResponse(singles.sequence()));
  const extensions = readOptionalExtensions(data);
  data.end();
  return { responderKeyHash, producedAt, responses, nonce: nonceAmong(extensions), extensions };
}

function readResponderId(data: DerReader): Uint8Array | undefined {
  if (data.isConstructed(1)) {
    data.any();
    return undefined;
  }
  const byKey = data.constructed(2);
  const keyHash = byKey.octetString();
  byKey.end();
  return keyHash;
}

function readSingleResponse(single: DerReader): ParsedSingleResponse {
  const certId = readCertId(single);
  const certStatus = readCertStatus(single);
  const thisUpdate = single.generalizedTime();
  let nextUpdate: UnixSeconds | undefined;
  if (single.isConstructed(0)) {
    const wrapped = single.constructed(0);
    nextUpdate = wrapped.generalizedTime();
    wrapped.end();
  }
  const extensions = readOptionalExtensions(single);
  single.end();
  return { certId, certStatus, thisUpdate, nextUpdate, extensions };
}

function readCertStatus(single: DerReader): CertStatus {
  for (const [tag, status] of [
    [0, 'good'],
    [2, 'unknown'],
  ] as const) {
    if (!single.isPrimitive(tag)) continue;
    const at = single.position;
    if (single.primitive(tag).length !== 0) single.fail('null-not-empty', at);
    return { status };
  }
  const revoked = single.constructed(1);
  const revocationTime = revoked.generalizedTime();
  if (revoked.atEnd()) return { status: 'revoked', revocationTime };
  const wrapped = revoked.constructed(0);
  revoked.end();
  const at = wrapped.position;
  const reason = crlReasonOf(wrapped.enumerated()) ?? wrapped.fail('value-malformed', at);
  wrapped.end();
  return { status: 'revoked', revocationTime, reason };
}

/** [1] EXPLICIT Extensions OPTIONAL, which stands at the end of both sequences that have it. */
function readOptionalExtensions(reader: DerReader): readonly Extension[] {
  if (reader.atEnd()) return [];
  const wrapped = reader.constructed(1);
  const { raw } = readExtensions(wrapped);
  wrapped.end();
  return raw;
}

function nonceAmong(extensions: readonly Extension[]): Uint8Array | undefined {
  const nonce = extensions.find(({ id }) => id === oids['ocsp-nonce']);
  return nonce === undefined ? undefined : new DerReader(nonce.value).octetString();
}

function readCertificates(wrapped: DerReader): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  const elements = wrapped.sequence();
  while (!elements.atEnd()) {
    certificates.push(elements.upcoming());
    elements.sequence(); // what is inside is for whoever parses it as a certificate
  }
  wrapped.end();
  return certificates;
}

const errors: readonly (OcspError | undefined)[] = [
  undefined,
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
];
