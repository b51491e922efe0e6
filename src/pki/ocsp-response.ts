// Writes OCSP responses (RFC 6960 §4.2): those that only say what went wrong, the part of a basic one to be signed, and
// the signed whole.

import { assertNever } from '../base/assert-never.ts';
import type { UnixSeconds } from '../base/time.ts';
import { type SignatureAlgorithm, signatureAlgorithmIdentifier } from './algorithm.ts';
import { BackwardWriter } from './backward-writer.ts';
import { type CrlReason, crlReasonCode } from './crl-reason.ts';
import {
  constructed,
  EncodingError,
  element,
  enumerated,
  generalizedTime,
  nullValue,
  octetString,
  primitive,
  sequence,
  sequenceOf,
} from './der-writer.ts';
import { encodeExtensions } from './extensions.ts';
import { maximumNonceOctets } from './ocsp-request.ts';
import { oidDer, oids } from './oid.ts';

export type OcspError = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

export type CertStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly revocationTime: UnixSeconds; readonly reason?: CrlReason }
  | { readonly status: 'unknown' };

/** What RFC 6960 §2.2 has for a serial number never issued, where the responder answers such with *revoked*. */
export const neverIssued: CertStatus = {
  status: 'revoked',
  revocationTime: 0 as UnixSeconds,
  reason: 'certificateHold',
};

export interface SingleResponse {
  /** CertID, DER, byte for byte as asked. */
  readonly certId: Uint8Array;
  readonly certStatus: CertStatus;
  readonly thisUpdate: UnixSeconds;
  /** RFC 9919 §3.2.4 wants it in every answer. */
  readonly nextUpdate: UnixSeconds;
  /** producedAt less the time that records are kept after expiry (RFC 6960 §4.4.4). */
  readonly archiveCutoff?: UnixSeconds;
}

/** What is the same in all answers of a responder, encoded once. */
export interface EncodedResponder {
  /** responderID, byKey. */
  readonly id: Uint8Array;
  /** certs; empty where there are none. */
  readonly certificates: Uint8Array;
}

export interface ResponseData {
  readonly responder: EncodedResponder;
  readonly producedAt: UnixSeconds;
  /** One for each certificate asked about (RFC 6960 §4.2.2.3). */
  readonly responses: readonly SingleResponse[];
  /** As the request had it (RFC 9654 §2.1). */
  readonly nonce?: Uint8Array;
  /** Says that *revoked* may mean never issued; to be set where an answer does (RFC 6960 §4.4.8). */
  readonly extendedRevoke?: boolean;
}

/** Such a response is not signed (RFC 6960 §2.3). The same bytes each time; not to be written to. */
export function ocspErrorResponse(error: OcspError): Uint8Array {
  return errorResponses[error];
}

/**
 * @param keyHash  SHA-1 of the responder's subjectPublicKey bits, as `keyIdentifierOf` gives it.
 * @param certificates  that of the responder where it is not the issuer itself (RFC 9919 §3.2.2); DER.
 * @throws {EncodingError} `wrong-length` for the `keyHash`.
 */
export function encodeResponder(keyHash: Uint8Array, certificates: readonly Uint8Array[]): EncodedResponder {
  if (keyHash.length !== 20) throw new EncodingError('keyHash', 'wrong-length');
  return {
    // responderID CHOICE { …, byKey [2] EXPLICIT OCTET STRING }
    id: constructed(2, octetString(keyHash)),
    // certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL
    certificates: certificates.length === 0 ? new Uint8Array() : constructed(0, sequenceOf(certificates)),
  };
}

/**
 * @returns DER of ResponseData, version 1: what the responder signs.
 * @throws {EncodingError} `wrong-length` for the `nonce`; `empty` responses; `out-of-range` for a time after 9999, a
 *   `nextUpdate` that does not follow `thisUpdate`, or the reason removeFromCRL.
 */
export function buildTbsResponseData(data: ResponseData): Uint8Array {
  if (data.responses.length === 0) throw new EncodingError('responses', 'empty');
  // Last things first; ASN.1 stands above what writes it, in its own order.
  // ResponseData ::= SEQUENCE {
  //   version [0] EXPLICIT Version DEFAULT v1 (left out: X.690 §11.5),
  //   responderID, producedAt GeneralizedTime, responses SEQUENCE OF SingleResponse,
  //   responseExtensions [1] EXPLICIT Extensions OPTIONAL }
  const writer = scratch.clear();
  writeResponseExtensions(writer, data);
  const end = writer.mark;
  for (let index = data.responses.length - 1; index >= 0; index--) {
    const single = data.responses[index];
    if (single) writeSingleResponse(writer, single);
  }
  writer.header(0x30, end);
  writer.raw(timeElement(data.producedAt, 'producedAt'));
  writer.raw(data.responder.id);
  writer.header(0x30, 0);
  return writer.take();
}

/**
 * @param tbs  what {@link buildTbsResponseData} gave.
 * @param signature  the octets of an RSA signature, or the DER of an ECDSA one.
 * @param responder  the one that `tbs` names.
 * @returns DER of OCSPResponse.
 */
export function assembleOcspResponse(
  tbs: Uint8Array,
  signatureAlgorithm: SignatureAlgorithm,
  signature: Uint8Array,
  responder: EncodedResponder,
): Uint8Array {
  // OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, responseBytes [0] EXPLICIT ResponseBytes OPTIONAL }
  // ResponseBytes ::= SEQUENCE { responseType OBJECT IDENTIFIER, response OCTET STRING }
  // BasicOCSPResponse ::= SEQUENCE {
  //   tbsResponseData, signatureAlgorithm AlgorithmIdentifier, signature BIT STRING,
  //   certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
  const writer = scratch.clear();
  writer.raw(responder.certificates);
  const signed = writer.mark;
  writer.raw(signature);
  writer.octet(0); // no unused bits
  writer.header(0x03, signed);
  writer.raw(signatureAlgorithmIdentifier(signatureAlgorithm));
  writer.raw(tbs);
  writer.header(0x30, 0);
  writer.header(0x04, 0);
  writer.raw(oidDer('ocsp-basic'));
  writer.header(0x30, 0);
  writer.header(0xa0, 0);
  writer.raw(successful);
  writer.header(0x30, 0);
  return writer.take();
}

function writeSingleResponse(writer: BackwardWriter, single: SingleResponse): void {
  if (single.nextUpdate <= single.thisUpdate) throw new EncodingError('nextUpdate', 'out-of-range');
  // SingleResponse ::= SEQUENCE {
  //   certID, certStatus, thisUpdate GeneralizedTime, nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL,
  //   singleExtensions [1] EXPLICIT Extensions OPTIONAL }
  const end = writer.mark;
  if (single.archiveCutoff !== undefined) {
    const value = generalizedTime(single.archiveCutoff, 'archiveCutoff');
    writer.raw(constructed(1, encodeExtensions([{ id: oids['ocsp-archive-cutoff'], critical: false, value }])));
  }
  const wrapped = writer.mark;
  writer.raw(timeElement(single.nextUpdate, 'nextUpdate'));
  writer.header(0xa0, wrapped);
  writer.raw(timeElement(single.thisUpdate, 'thisUpdate'));
  writeCertStatus(writer, single.certStatus);
  writer.raw(single.certId);
  writer.header(0x30, end);
}

function writeCertStatus(writer: BackwardWriter, status: CertStatus): void {
  switch (status.status) {
    case 'good': // good [0] IMPLICIT NULL
      writer.raw(good);
      return;
    case 'unknown': // unknown [2] IMPLICIT NULL
      writer.raw(unknown);
      return;
    case 'revoked': {
      // revoked [1] IMPLICIT SEQUENCE { revocationTime GeneralizedTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL }
      const end = writer.mark;
      if (status.reason !== undefined) {
        // Who is removed from a CRL is not revoked.
        if (status.reason === 'removeFromCRL') throw new EncodingError('revocationReason', 'out-of-range');
        writer.raw(constructed(0, enumerated(crlReasonCode(status.reason))));
      }
      writer.generalizedTime(status.revocationTime, 'revocationTime');
      writer.header(0xa1, end);
      return;
    }
    default:
      assertNever(status);
  }
}

function writeResponseExtensions(writer: BackwardWriter, { nonce, extendedRevoke }: ResponseData): void {
  if (nonce === undefined && extendedRevoke !== true) return;
  // responseExtensions [1] EXPLICIT SEQUENCE OF Extension, of which none is critical
  if (extendedRevoke === true) writer.raw(extendedRevokeExtension);
  if (nonce !== undefined) {
    if (nonce.length === 0 || nonce.length > maximumNonceOctets) throw new EncodingError('nonce', 'wrong-length');
    const end = writer.mark;
    writer.raw(nonce);
    writer.header(0x04, end);
    writer.header(0x04, end);
    writer.raw(oidDer('ocsp-nonce'));
    writer.header(0x30, end);
  }
  writer.header(0x30, 0);
  writer.header(0xa1, 0);
}

/** The same for all answers of a second. */
function timeElement(moment: UnixSeconds, field: string): Uint8Array {
  let element = timeElements.get(moment);
  if (!element) {
    element = generalizedTime(moment, field);
    if (timeElements.size >= timeElementsKept) timeElements.clear();
    timeElements.set(moment, element);
  }
  return element;
}

const timeElementsKept = 16;
const timeElements = new Map<UnixSeconds, Uint8Array>();
/** Used within one call and never across two. */
const scratch = new BackwardWriter();
const good = primitive(0, new Uint8Array());
const unknown = primitive(2, new Uint8Array());
const successful = enumerated(0);
const extendedRevokeExtension = sequence(oidDer('ocsp-extended-revoke'), octetString(nullValue));

/** OCSPResponseStatus; 4 is not used. */
const errorResponses: Readonly<Record<OcspError, Uint8Array>> = {
  malformedRequest: element(0x30, enumerated(1)),
  internalError: element(0x30, enumerated(2)),
  tryLater: element(0x30, enumerated(3)),
  sigRequired: element(0x30, enumerated(5)),
  unauthorized: element(0x30, enumerated(6)),
};
